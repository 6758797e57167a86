/**
 * Where the lines of a file begin.
 *
 * @module
 */

import type { Runtime } from "../lib/runtime/mod.ts";

const newline = 0x0a;

/** The first byte of each line, and behind the last one the end. */
export class LineOffsets {
  #starts = new Float64Array(4096);
  /** Lines so far. */
  lines = 0;

  /** Counts a file's lines from where it was counted before up to an end. */
  async extend(runtime: Runtime, path: string, sizeBytes: number): Promise<void> {
    let at = this.end;
    if (sizeBytes <= at) return;
    for await (const chunk of runtime.files.readChunks(path, { start: at, end: sizeBytes })) {
      for (let found = chunk.indexOf(newline); found >= 0;) {
        this.#push(at + found + 1);
        found = chunk.indexOf(newline, found + 1);
      }
      at += chunk.length;
    }
    if (this.end < at) this.#push(at);
  }

  /** The line in which a byte stands. */
  lineAt(byte: number): number {
    let low = 0;
    let high = this.lines;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle + 1]! <= byte) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  /** Memory that it takes. */
  get bytes(): number {
    return this.#starts.byteLength;
  }

  /** A line's bytes, from its first to behind its last. Lines count from 1. */
  range(line: number): [start: number, end: number] {
    const start = this.#starts[line - 1] ?? this.end;
    return [start, this.#starts[line] ?? start];
  }

  /** Behind the last line. */
  get end(): number {
    return this.#starts[this.lines]!;
  }

  #push(end: number): void {
    this.lines += 1;
    if (this.lines === this.#starts.length) {
      const wider = new Float64Array(this.#starts.length * 2);
      wider.set(this.#starts);
      this.#starts = wider;
    }
    this.#starts[this.lines] = end;
  }
}
