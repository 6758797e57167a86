/**
 * Chunks of bytes to blocks of whole lines.
 *
 * @module
 */

import { previewBytes } from "./preview.ts";

/** Longest line that readers accept, in bytes; longer ones are skipped without being buffered. */
export const lineBytesMax: number = 64 * 1024 * 1024;

/** Whole lines, or one line that is too long to be held. */
export interface LineBlock {
  /** The lines, each with its newline but perhaps the last of the file; null for a skipped one. */
  bytes: Uint8Array | null;
  /** First byte in the file, from 0. */
  start: number;
  /** The byte after the last one. */
  end: number;
  /** The start of a skipped line; empty for lines that are there. */
  preview: string;
}

/** How much of a file stands before what is read. */
export interface LinesBefore {
  /** Lines. */
  lines: number;
  /** Their bytes, newlines included. */
  bytes: number;
}

const newline = 0x0a;

/**
 * Cuts chunks at line ends. A line may span any number of chunks; what is held is at most one line.
 *
 * @example
 * ```ts
 * import { LineSplitter } from "planloop/read";
 *
 * const splitter = new LineSplitter();
 * splitter.push(new TextEncoder().encode("one\ntw")); // one block: "one\n"
 * splitter.finish(); // one block: "tw"
 * ```
 */
export class LineSplitter {
  readonly #lengthMax: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The skipped line's start, while one is being skipped. */
  #skipped: { start: number; preview: string } | null = null;
  #position: number;

  /**
   * @param lengthMax Longest line, in bytes. Default {@linkcode lineBytesMax}.
   * @param position Where in the file the first chunk begins, from 0.
   */
  constructor(lengthMax: number = lineBytesMax, position = 0) {
    this.#lengthMax = lengthMax;
    this.#position = position;
  }

  /** Takes the next chunk and gives the blocks that it completes. Keeps nothing of the chunk itself. */
  push(chunk: Uint8Array): LineBlock[] {
    const blocks: LineBlock[] = [];
    // In pieces no longer than a line may be, only a line that crosses pieces can be too long.
    for (let at = 0; at < chunk.length; at += this.#lengthMax) {
      this.#piece(chunk.subarray(at, at + this.#lengthMax), blocks);
    }
    return blocks;
  }

  /** Gives the last line where it has no newline. */
  finish(): LineBlock[] {
    const blocks: LineBlock[] = [];
    if (this.#skipped) blocks.push(this.#endSkip(this.#position));
    else if (this.#heldBytes > 0) blocks.push(this.#take(null));
    return blocks;
  }

  #piece(piece: Uint8Array, blocks: LineBlock[]): void {
    let rest = piece;
    if (this.#skipped || this.#heldBytes > 0) {
      const first = rest.indexOf(newline);
      const ends = first < 0 ? rest.length : first + 1;
      if (!this.#skipped && this.#heldBytes + ends > this.#lengthMax) this.#startSkip(rest);
      if (first < 0) {
        if (!this.#skipped) this.#hold(rest);
        this.#position += rest.length;
        return;
      }
      this.#position += ends;
      blocks.push(
        this.#skipped ? this.#endSkip(this.#position) : this.#take(rest.subarray(0, ends)),
      );
      rest = rest.subarray(ends);
    }
    const last = rest.lastIndexOf(newline) + 1;
    if (last > 0) {
      const start = this.#position;
      this.#position += last;
      blocks.push({ bytes: rest.subarray(0, last), start, end: this.#position, preview: "" });
    }
    if (last < rest.length) {
      this.#hold(rest.subarray(last));
      this.#position += rest.length - last;
    }
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes.slice());
    this.#heldBytes += bytes.length;
  }

  #take(last: Uint8Array | null): LineBlock {
    const bytes = this.#joined(last ?? new Uint8Array());
    const end = this.#position;
    return { bytes, start: end - bytes.length, end, preview: "" };
  }

  #joined(last: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(this.#heldBytes + last.length);
    let at = 0;
    for (const part of [...this.#held, last]) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #startSkip(next: Uint8Array): void {
    const start = this.#position - this.#heldBytes;
    const first = this.#held[0] ?? next;
    this.#skipped = { start, preview: previewBytes(first) };
    this.#held = [];
    this.#heldBytes = 0;
  }

  #endSkip(end: number): LineBlock {
    const { start, preview } = this.#skipped!;
    this.#skipped = null;
    return { bytes: null, start, end, preview };
  }
}
