/**
 * Many short texts, kept as bytes: as strings they would be moved around by each garbage
 * collection.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Size of a block that texts are put into; a longer one gets a block of its own. */
const blockBytes = 256 * 1024;

/** Texts, each known by the number that `add` gave. */
export class TextStore {
  readonly #blocks: Buffer[] = [];
  /** Of each text: its block times {@linkcode blockBytes}, and its place in the block. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  #free = 0;
  #sizeBytes = 0;

  /** All texts together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Takes a text; gives its number, from 0. */
  add(text: string): number {
    let block = this.#blocks.at(-1);
    // No UTF-16 unit takes more than three bytes.
    if (block === undefined || this.#free + text.length * 3 > block.length) {
      block = Buffer.allocUnsafeSlow(Math.max(blockBytes, text.length * 3));
      this.#blocks.push(block);
      this.#free = 0;
    }
    const written = block.write(text, this.#free);
    this.#starts.push((this.#blocks.length - 1) * blockBytes + this.#free);
    this.#lengths.push(written);
    // A text in a block of its own must not let others begin beyond what `#starts` can tell.
    this.#free = block.length > blockBytes ? block.length : this.#free + written;
    this.#sizeBytes += written;
    return this.#starts.length - 1;
  }

  /** A text's size in bytes, by its number. */
  length(number: number): number {
    return this.#lengths[number]!;
  }

  /** A text by its number. */
  text(number: number): string {
    const start = this.#starts[number]!;
    const offset = start % blockBytes;
    return this.#blocks[(start - offset) / blockBytes]!
      .toString("utf8", offset, offset + this.#lengths[number]!);
  }

  /** The bytes of texts one after the other: those of this store by number, others as they are. */
  join(parts: readonly (number | string)[]): Uint8Array {
    let size = 0;
    for (const part of parts) {
      size += typeof part === "number" ? this.#lengths[part]! : Buffer.byteLength(part);
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index]!;
      if (typeof part === "string") {
        at += bytes.write(part, at);
        continue;
      }
      const start = this.#starts[part]!;
      let end = start + this.#lengths[part]!;
      // Neighbours are copied together.
      for (let next = parts[index + 1]; typeof next === "number"; next = parts[index + 1]) {
        if (this.#starts[next] !== end || end % blockBytes === 0) break;
        end += this.#lengths[next]!;
        index += 1;
      }
      const offset = start % blockBytes;
      const block = this.#blocks[(start - offset) / blockBytes]!;
      at += block.copy(bytes, at, offset, offset + end - start);
    }
    return bytes;
  }
}
