/**
 * The texts of a block's rows, as UTF-8.
 *
 * @module
 */

import type { LineText } from "../read/log_row.ts";
import { unescapeInto } from "../read/mod.ts";
import { blockTextMax, fieldSeparator } from "./log_block_layout.ts";
import { rowTemplate } from "./row_template.ts";

/** Room at first: that of a full block, whose last row ends behind its limit. */
const bytesReserved = blockTextMax + (blockTextMax >> 2);

/** Rows for which there is room at first. */
const rowsReserved = 4096;

/** Longest piece that is copied in a loop, in bytes: a call of the system's takes as long as this. */
const loopedBytesMax = 64;

/** Collects rows in memory that is kept from block to block. */
export class RowTexts {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(bytesReserved);
  #bytes = 0;
  /** Where each row ends. */
  #ends = new Uint32Array(rowsReserved);
  #rows = 0;

  /** Bytes of all rows so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a row.
   *
   * @param other A further field.
   * @returns Its template's number, see {@linkcode rowTemplate}.
   */
  add(message: string, context: string, extra: string, other: string | undefined): number {
    const start = this.#bytes;
    this.#append(message);
    const messageEnd = this.#bytes;
    this.#separate();
    this.#append(context);
    this.#separate();
    this.#append(extra);
    return this.#finishRow(start, messageEnd, other);
  }

  /** Adds a line that stands in memory, without its session's id. */
  addLine(text: LineText, other: string | undefined): number {
    const start = this.#bytes;
    this.#reserve(text.end - text.messageStart);
    const { bytes, messageStart, messageEnd } = text;
    this.#bytes = unescapeInto(bytes, messageStart, messageEnd, this.#buffer, start);
    const end = this.#bytes;
    this.#separate();
    this.#copy(bytes, text.contextStart, text.contextEnd);
    this.#separate();
    this.#copy(bytes, text.restStart, text.eventStart);
    this.#copy(bytes, text.eventEnd, text.end);
    return this.#finishRow(start, end, other);
  }

  /**
   * All rows one after the other, in memory of their own. Forgets them.
   *
   * @param order The row at each position.
   * @param lengths Receives the bytes of each position.
   */
  finish(order: Uint16Array, lengths: Uint32Array): Uint8Array<ArrayBuffer> {
    const text = new Uint8Array(this.#bytes);
    let at = 0;
    for (let position = 0; position < order.length; position++) {
      const row = order[position]!;
      const start = row === 0 ? 0 : this.#ends[row - 1]!;
      const end = this.#ends[row]!;
      copyBytes(this.#buffer, start, end, text, at);
      lengths[position] = end - start;
      at += end - start;
    }
    this.#rows = 0;
    this.#bytes = 0;
    return text;
  }

  #finishRow(start: number, messageEnd: number, other: string | undefined): number {
    const template = rowTemplate(this.#buffer, start, messageEnd);
    if (other !== undefined) {
      this.#separate();
      this.#append(other);
    }
    if (this.#rows === this.#ends.length) {
      const grown = new Uint32Array(2 * this.#rows);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#rows++] = this.#bytes;
    return template;
  }

  #append(text: string): void {
    this.#reserve(Math.min(3 * text.length, text.length + blockTextMax));
    const { read, written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#bytes));
    if (read === text.length) {
      this.#bytes += written;
      return;
    }
    // A very long text with many wide characters: encoded on its own, at its exact size.
    const bytes = this.#encoder.encode(text);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#bytes);
    this.#bytes += bytes.length;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    copyBytes(bytes, start, end, this.#buffer, this.#bytes);
    this.#bytes += end - start;
  }

  #separate(): void {
    this.#reserve(1);
    this.#buffer[this.#bytes++] = fieldSeparator;
  }

  #reserve(bytes: number): void {
    if (this.#bytes + bytes <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes + bytes, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#bytes));
    this.#buffer = grown;
  }
}

function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
): void {
  if (end - start > loopedBytesMax) into.set(from.subarray(start, end), at);
  else for (let index = start; index < end; index++) into[at++] = from[index]!;
}
