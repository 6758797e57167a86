/**
 * Whole lines of a file that still grows.
 *
 * @module
 */

import type { Files } from "../runtime/mod.ts";
import type { LinePosition } from "./feed_position.ts";

/** How much is read at once, in bytes. */
export const tailBytes: number = 256 * 1024;

/** Longest line that is waited for, in bytes; what is longer is given in pieces, as damaged lines. */
export const tailLineBytesMax: number = 64 * 1024 * 1024;

const newline = 0x0a;

/** Whole lines from a place on, each with its newline, and the place behind them. */
export interface TailLines {
  /** Bytes of whole lines. */
  bytes: Uint8Array;
  /** Where they begin. */
  start: LinePosition;
}

/**
 * Reads whole lines from a place on, about {@linkcode tailBytes} of them. A last line without a
 * newline is left for later: it is still being written.
 *
 * @param sizeBytes The file's size.
 */
export function readTail(
  files: Files,
  path: string,
  start: LinePosition,
  sizeBytes: number,
): TailLines {
  const available = sizeBytes - start.offset;
  for (let length = Math.min(tailBytes, available); length > 0;) {
    const bytes = files.readRange(path, start.offset, length);
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) return { bytes: bytes.subarray(0, end), start };
    if (length >= tailLineBytesMax) return { bytes, start };
    if (length >= available) break;
    length = Math.min(length * 4, available, tailLineBytesMax);
  }
  return { bytes: new Uint8Array(), start };
}

/**
 * Where a place is by now: a file that was written anew with the same lines, as a scrub does, has
 * them elsewhere, and one that was cut begins anew.
 *
 * @param sizeBytes The file's size.
 */
export function placeNow(
  files: Files,
  path: string,
  { offset, lines }: LinePosition,
  sizeBytes: number,
): LinePosition {
  const isSame = offset === 0 ||
    (offset <= sizeBytes && files.readRange(path, offset - 1, 1)[0] === newline);
  if (isSame) return { offset, lines };
  let left = lines;
  for (let at = 0; at < sizeBytes;) {
    const bytes = files.readRange(path, at, Math.min(tailBytes, sizeBytes - at));
    if (bytes.length === 0) break;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, end + 1)) {
      if (--left === 0) return { offset: at + end + 1, lines };
    }
    at += bytes.length;
  }
  return { offset: 0, lines: 0 };
}

/** Each line of a piece with its newline, and the place behind it. */
export function* linesOf({ bytes, start }: TailLines): Generator<[Uint8Array, LinePosition]> {
  let { lines } = start;
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(newline, at);
    const end = found < 0 ? bytes.length : found + 1;
    lines += 1;
    yield [bytes.subarray(at, end), { offset: start.offset + end, lines }];
    at = end;
  }
}

/** The place behind the last whole line of a file, counted from an earlier place. */
export async function endOfLines(
  files: Files,
  path: string,
  from: LinePosition,
  sizeBytes: number,
): Promise<LinePosition> {
  let { offset, lines } = from;
  let at = from.offset;
  for await (const chunk of files.readChunks(path, { start: from.offset, end: sizeBytes })) {
    for (
      let found = chunk.indexOf(newline);
      found >= 0;
      found = chunk.indexOf(newline, found + 1)
    ) {
      lines += 1;
      offset = at + found + 1;
    }
    at += chunk.length;
  }
  return { offset, lines };
}
