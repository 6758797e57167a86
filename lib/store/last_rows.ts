/**
 * The end of a log, without reading all of it.
 *
 * @module
 */

import { lineBytesMax, type LinesBefore, type LogRow } from "../read/mod.ts";
import type { ReadHandle } from "../runtime/mod.ts";

/** How much of a file is read at first, and at once when its lines are counted, in bytes. */
export const lastRowsBytes: number = 1024 * 1024;

const newline = 0x0a;

/** What is wanted of a log's end. */
export interface LastRows {
  /** How many rows at most. */
  count: number;
  /** Which rows count. Default: all. */
  fits?: ((row: LogRow) => boolean) | undefined;
  /** By file: the byte at which to end at the latest. Default: as far as each goes. */
  ends?: ReadonlyMap<string, number> | undefined;
  /** Stops the reading, which then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a file of lines from its end until enough rows are found. The lines before them are only
 * counted.
 *
 * @param size Where the file ends for the reader.
 * @param read Gives the rows of some whole lines; the last of the file may lack its newline.
 * @param blockBytes How much is read at first. Default {@linkcode lastRowsBytes}.
 * @returns The rows, first one first, each with the memory of its own line; null where a line is too
 * long to be found from its end.
 */
export function lastRows(
  handle: ReadHandle,
  size: number,
  { count, fits, signal }: LastRows,
  read: (lines: Uint8Array, before: LinesBefore) => LogRow[],
  blockBytes: number = lastRowsBytes,
): LogRow[] | null {
  const found: LogRow[][] = [];
  let missing = count;
  let lines = missing > 0 ? countNewlines(handle, size, signal) : 0;
  for (let end = size; end > 0 && missing > 0;) {
    signal?.throwIfAborted();
    const block = blockBefore(handle, end, blockBytes);
    if (!block) return null;
    const start = end - block.length;
    lines -= newlinesIn(block);
    const rows = read(block, { lines, bytes: start });
    const wanted = (fits ? rows.filter(fits) : rows).slice(-missing);
    found.unshift(wanted.map((row) => row.kept()));
    missing -= wanted.length;
    end = start;
  }
  return found.flat();
}

/** Whole lines that end at a byte; null where a single line is longer than any that is read. */
function blockBefore(handle: ReadHandle, end: number, blockBytes: number): Uint8Array | null {
  for (let length = blockBytes; length <= 2 * lineBytesMax; length *= 2) {
    const start = Math.max(0, end - length);
    const bytes = handle.read(start, end - start);
    if (start === 0) return bytes;
    const first = bytes.indexOf(newline) + 1;
    // A newline that only ends the block says nothing of where its line began.
    if (first > 0 && first < bytes.length) return bytes.subarray(first);
  }
  return null;
}

function countNewlines(
  handle: ReadHandle,
  end: number,
  signal: AbortSignal | undefined,
): number {
  let lines = 0;
  for (let at = 0; at < end;) {
    signal?.throwIfAborted();
    const chunk = handle.read(at, Math.min(lastRowsBytes, end - at));
    if (chunk.length === 0) break;
    lines += newlinesIn(chunk);
    at += chunk.length;
  }
  return lines;
}

/** How many lines end in some bytes. */
export function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
