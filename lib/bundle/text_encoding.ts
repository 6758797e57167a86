/**
 * Rows of text fields → one run of UTF-8.
 *
 * @module
 */

import { blockTextMax, fieldSeparator } from "./log_block_layout.ts";

/** Rows encoded by one call: calls cost more than bytes, as long as the rows are ASCII. */
const batchRows = 32;

/** Encodes the texts of blocks, one after the other, in one buffer that is kept. */
export class TextEncoding {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(blockTextMax + (blockTextMax >> 2));
  #end = 0;

  /**
   * @param fields Three for each row: message, context, further keys.
   * @param others A fourth field, by row, where there is one.
   * @param order The row at each position of the text.
   * @param lengths Receives the bytes of each position.
   * @returns The block's text, in memory of its own.
   */
  encode(
    fields: readonly string[],
    others: ReadonlyMap<number, string>,
    order: Uint16Array,
    lengths: Uint32Array,
  ): Uint8Array<ArrayBuffer> {
    this.#end = 0;
    for (let at = 0; at < order.length; at += batchRows) {
      const end = Math.min(at + batchRows, order.length);
      if (!this.#encodeAscii(fields, others, order, lengths, at, end)) {
        for (let i = at; i < end; i++) lengths[i] = this.#encodeRow(fields, others, order[i]!);
      }
    }
    return this.#buffer.slice(0, this.#end);
  }

  /** The whole batch in one call; undone, with `false`, where it turns out not to be ASCII. */
  #encodeAscii(
    fields: readonly string[],
    others: ReadonlyMap<number, string>,
    order: Uint16Array,
    lengths: Uint32Array,
    first: number,
    end: number,
  ): boolean {
    let batch = "";
    for (let at = first; at < end; at++) {
      const field = 3 * order[at]!;
      // A NUL holds the separator's place: string and bytes then have the same offsets.
      const row = fields[field]! + "\0" + fields[field + 1]! + "\0" + fields[field + 2]!;
      const other = others.size > 0 ? others.get(order[at]!) : undefined;
      batch += other === undefined ? row : row + "\0" + other;
      lengths[at] = row.length + (other === undefined ? 0 : other.length + 1);
    }
    this.#reserve(batch.length);
    const { read, written } = this.#encoder.encodeInto(batch, this.#buffer.subarray(this.#end));
    if (read !== batch.length || written !== batch.length) return false;
    for (let at = first; at < end; at++) {
      const field = 3 * order[at]!;
      let place = this.#end + fields[field]!.length;
      this.#buffer[place] = fieldSeparator;
      place += fields[field + 1]!.length + 1;
      this.#buffer[place] = fieldSeparator;
      place += fields[field + 2]!.length + 1;
      if (others.size > 0 && others.has(order[at]!)) this.#buffer[place] = fieldSeparator;
      this.#end += lengths[at]!;
    }
    return true;
  }

  #encodeRow(fields: readonly string[], others: ReadonlyMap<number, string>, row: number): number {
    const start = this.#end;
    this.#append(fields[3 * row]!);
    this.#separate();
    this.#append(fields[3 * row + 1]!);
    this.#separate();
    this.#append(fields[3 * row + 2]!);
    const other = others.get(row);
    if (other !== undefined) {
      this.#separate();
      this.#append(other);
    }
    return this.#end - start;
  }

  #append(text: string): void {
    this.#reserve(Math.min(3 * text.length, text.length + blockTextMax));
    const { read, written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#end));
    if (read === text.length) {
      this.#end += written;
      return;
    }
    // A very long text with many wide characters: encoded on its own, at its exact size.
    const bytes = this.#encoder.encode(text);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #separate(): void {
    this.#reserve(1);
    this.#buffer[this.#end++] = fieldSeparator;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#end + bytes, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = grown;
  }
}
