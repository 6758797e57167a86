/**
 * Many short texts, kept as bytes: as strings they would be moved around by each garbage
 * collection.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { ByteText, unitBytesMax } from "./byte_text.ts";

/** Size of a block of bytes, and of the largest piece that is given out. */
const blockBytes = 256 * 1024;

/** Most blocks that wait for the next store: fresh memory costs more than what is written there. */
const spareBlocksMax = 16;

const spareBlocks: Buffer[] = [];

const comma = 44;

/** Where pieces are put together. Nothing stays in it. */
let shared: Buffer | undefined;

/** Texts in the order in which they came, known by their numbers from 0. */
export class TextStore {
  readonly #blocks: Buffer[] = [];
  /** Of each text: its block times {@linkcode blockBytes}, and its place in the block. */
  readonly #starts: number[] = [];
  /** With the comma that follows each text. */
  readonly #lengths: number[] = [];
  /** The text in the making, in the last block. */
  readonly #out: ByteText = new ByteText((bytesMin) => this.#addBlock(bytesMin));
  #begun = 0;
  #sizeBytes = 0;

  /** How many there are. */
  get count(): number {
    return this.#starts.length;
  }

  /** All texts together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** How many texts were begun: unchanged as long as the last of them can still be taken. */
  get begun(): number {
    return this.#begun;
  }

  /**
   * Begins a text that is written piece by piece; {@linkcode end} takes it. Until then, another
   * `begin` replaces it.
   *
   * @param roomBytes How many bytes it is likely to have at most; it may have more.
   */
  begin(roomBytes: number): ByteText {
    const out = this.#out;
    this.#begun += 1;
    out.at = out.begin;
    // A text in a block of its own must not let others begin beyond what `#starts` can tell.
    if (out.room <= roomBytes || out.begin >= blockBytes) {
      out.begin = 0;
      out.at = 0;
      out.bytes = this.#addBlock(roomBytes + 1);
    }
    return out;
  }

  #addBlock(bytesMin: number): Uint8Array {
    const block = bytesMin <= blockBytes
      ? spareBlocks.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
      : Buffer.allocUnsafeSlow(bytesMin);
    this.#blocks.push(block);
    return new Uint8Array(block.buffer, block.byteOffset, block.length);
  }

  /** Takes the text that was begun; gives its number. */
  end(): number {
    const out = this.#out;
    out.byte(comma);
    const { begin } = out;
    const length = out.at - begin;
    this.#lengths.push(length);
    this.#sizeBytes += length;
    out.begin = out.at;
    return this.#starts.push((this.#blocks.length - 1) * blockBytes + begin) - 1;
  }

  /** Takes a text; gives its number. */
  add(text: string): number {
    this.begin(text.length * unitBytesMax).text(text);
    return this.end();
  }

  /** A text by its number. */
  text(number: number): string {
    const start = this.#starts[number]!;
    const offset = start % blockBytes;
    return this.#blocks[(start - offset) / blockBytes]!
      .toString("utf8", offset, offset + this.#lengths[number]! - 1);
  }

  /** How many texts from a number on, at least one, have a size up to a limit in bytes. */
  countWithin(from: number, bytesMax: number): number {
    let size = this.#lengths[from]!;
    let to = from + 1;
    while (to < this.count && (size += this.#lengths[to]!) <= bytesMax) to += 1;
    return to - from;
  }

  /**
   * A list of texts as bytes: those of this store by number, others as they are, commas between
   * them.
   *
   * @param head Before the list.
   * @param tail After the list.
   * @returns May be walked more than once. A piece is only good until the next one is asked for.
   */
  list(
    head: string,
    items: readonly (number | string)[],
    tail: string,
  ): Iterable<Uint8Array> {
    return { [Symbol.iterator]: () => this.#pieces(head, items, tail) };
  }

  /** Gives its memory back: the store must not be used any more. */
  release(): void {
    for (const block of this.#blocks) {
      if (block.length === blockBytes && spareBlocks.length < spareBlocksMax) {
        spareBlocks.push(block);
      }
    }
    this.#blocks.length = 0;
    this.#starts.length = 0;
    this.#lengths.length = 0;
    this.#begun += 1;
    this.#out.bytes = new Uint8Array();
    this.#out.begin = 0;
    this.#out.at = 0;
  }

  *#pieces(
    head: string,
    items: readonly (number | string)[],
    tail: string,
  ): Generator<Uint8Array, void> {
    const piece = shared ??= Buffer.allocUnsafeSlow(blockBytes);
    let length = 0;
    let text = head;
    for (let index = 0; index <= items.length;) {
      const item = items[index];
      if (typeof item === "string") {
        index += 1;
        text += index < items.length ? `${item},` : item;
        continue;
      }
      if (item === undefined) text += tail;
      if (text.length * 3 > piece.length - length) {
        if (length > 0) yield piece.subarray(0, length);
        length = 0;
      }
      if (text.length * 3 > piece.length) yield Buffer.from(text);
      else if (text !== "") length += piece.write(text, length);
      text = "";
      if (item === undefined) break;
      const start = this.#starts[item]!;
      let end = start + this.#lengths[item]!;
      const blockEnd = start - (start % blockBytes) + blockBytes;
      // Neighbours are copied together.
      for (index += 1; index < items.length; index += 1) {
        const next = items[index]!;
        if (typeof next === "string" || this.#starts[next] !== end || end >= blockEnd) break;
        end += this.#lengths[next]!;
      }
      if (index === items.length) end -= 1;
      const offset = start % blockBytes;
      const block = this.#blocks[(start - offset) / blockBytes]!;
      for (let from = offset; from < offset + end - start;) {
        const copied = block.copy(piece, length, from, offset + end - start);
        from += copied;
        length += copied;
        if (length < piece.length) continue;
        yield piece;
        length = 0;
      }
    }
    if (length > 0) yield piece.subarray(0, length);
  }
}
