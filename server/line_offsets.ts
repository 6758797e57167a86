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

  /** Counts a file's lines up to an end. */
  static async of(runtime: Runtime, path: string, sizeBytes: number): Promise<LineOffsets> {
    const offsets = new LineOffsets();
    let at = 0;
    for await (const chunk of runtime.files.readChunks(path, { end: sizeBytes })) {
      for (let found = chunk.indexOf(newline); found >= 0;) {
        offsets.#push(at + found + 1);
        found = chunk.indexOf(newline, found + 1);
      }
      at += chunk.length;
    }
    if (offsets.end < at) offsets.#push(at);
    return offsets;
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
