/**
 * JSON on stdout, written as it comes.
 *
 * @module
 */

import type { Io } from "../io.ts";

/** Characters that are put together before they are written. */
const pieceLength = 64 * 1024;

/** One JSON document, indented. */
export function writeJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * One JSON array, an element a line. Stops where nobody reads it any more.
 *
 * @returns How many elements were written.
 */
export async function writeJsonArray(io: Io, items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  let piece = "[";
  for await (const item of items) {
    piece += `${count === 0 ? "\n" : ",\n"}${JSON.stringify(item)}`;
    count++;
    if (piece.length < pieceLength) continue;
    io.stdout.write(piece);
    piece = "";
    await io.stdout.drained();
    if (io.stdout.isClosed) return count;
  }
  io.stdout.write(`${piece}${count === 0 ? "" : "\n"}]\n`);
  return count;
}
