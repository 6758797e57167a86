/**
 * Where the lines of a file begin.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Runtime } from "../lib/runtime/mod.ts";

const newline = 0x0a;

/** The two characters beyond ASCII whose small letters have an ASCII letter: `K` and `İ`. */
const oddBytes: readonly (readonly number[])[] = [[0xe2, 0x84, 0xaa], [0xc4, 0xb0]];

/** The first byte of each line, and behind the last one the end. */
export class LineOffsets {
  #starts = new Float64Array(4096);
  #isOdd = new Uint8Array(4096);
  /** The last bytes of what was counted, fewer than a character may have. */
  #last = new Uint8Array();
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
      // A character may stand in two chunks.
      const seam = Uint8Array.from([...this.#last, ...chunk.subarray(0, 2)]);
      for (const odd of oddPlaces(seam)) this.#markOdd(at - this.#last.length + odd);
      for (const odd of oddPlaces(chunk)) this.#markOdd(at + odd);
      this.#last = chunk.slice(-2);
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

  /** Whether a line has a character beyond ASCII whose small letters have an ASCII letter. */
  isOdd(line: number): boolean {
    return this.#isOdd[line - 1] === 1;
  }

  /** Memory that it takes. */
  get bytes(): number {
    return this.#starts.byteLength + this.#isOdd.byteLength;
  }

  /** A line's bytes, from its first to behind its last. Lines count from 1. */
  range(line: number): [start: number, end: number] {
    return [this.start(line), this.start(line + 1)];
  }

  /** A line's first byte; behind the last line, the end. */
  start(line: number): number {
    return line > this.lines ? this.end : this.#starts[line - 1]!;
  }

  /** Behind the last line. */
  get end(): number {
    return this.#starts[this.lines]!;
  }

  /** Notes the line of a byte, which may be one whose end is not there yet. */
  #markOdd(byte: number): void {
    const index = byte >= this.end ? this.lines : this.lineAt(byte) - 1;
    this.#isOdd[index] = 1;
  }

  #push(end: number): void {
    this.lines += 1;
    if (this.lines === this.#starts.length) {
      const wider = new Float64Array(this.#starts.length * 2);
      wider.set(this.#starts);
      this.#starts = wider;
      const odd = new Uint8Array(wider.length);
      odd.set(this.#isOdd);
      this.#isOdd = odd;
    }
    this.#starts[this.lines] = end;
  }
}

function* oddPlaces(bytes: Uint8Array): Generator<number> {
  const { buffer, byteOffset, byteLength } = bytes;
  const view = Buffer.from(buffer, byteOffset, byteLength);
  for (const wanted of oddBytes) {
    const odd = Uint8Array.from(wanted);
    for (let at = view.indexOf(odd); at >= 0; at = view.indexOf(odd, at + 1)) yield at;
  }
}
