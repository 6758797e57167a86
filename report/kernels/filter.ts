/**
 * Filtering log rows by their columns.
 *
 * @module
 */

import type { LogColumns } from "../../lib/bundle/data_source.ts";

/** What rows must satisfy; an absent part lets every row through. */
export interface RowFilter {
  /** By level number: 1 lets through. */
  level?: Uint8Array;
  /** By operation number: 1 lets through. */
  operation?: Uint8Array;
  /** By event number: 1 lets through. */
  event?: Uint8Array;
  /** By trace number: 1 lets through. */
  trace?: Uint8Array;
  /** By file number: 1 lets through. */
  file?: Uint8Array;
  /** Each row's pattern, and the one that passes. */
  pattern?: { rows: Uint16Array; number: number };
  /** Milliseconds since the epoch, inclusive. Rows without a time do not pass. */
  from?: number;
  to?: number;
  /** By row: 1 lets through. */
  matches?: Uint8Array;
}

/** The numbers of the rows, of the first `count`, that pass; in order. */
export function filterRows(columns: LogColumns, count: number, filter: RowFilter): Uint32Array {
  const passed = new Uint8Array(count).fill(1);
  const { level, operation, event, trace, file, pattern, matches } = filter;
  if (level) keepWords(passed, columns.level, level);
  if (operation) keepWords(passed, columns.operation, operation);
  if (event) keepWords(passed, columns.event, event);
  if (trace) keepWords(passed, columns.trace, trace);
  if (file) keepWords(passed, columns.file, file);
  if (pattern) {
    const { rows, number } = pattern;
    for (let i = 0; i < count; i++) passed[i]! &= rows[i] === number ? 1 : 0;
  }
  if (matches) { for (let i = 0; i < count; i++) passed[i]! &= matches[i]!; }
  if (filter.from !== undefined || filter.to !== undefined) {
    const { from = -Infinity, to = Infinity } = filter;
    const { time } = columns;
    for (let i = 0; i < count; i++) passed[i]! &= time[i]! >= from && time[i]! <= to ? 1 : 0;
  }
  return rowNumbers(passed);
}

/** How many rows have each word, of the first `count` rows. */
export function countWords(
  column: Uint8Array | Uint16Array | Uint32Array,
  count: number,
  words: number,
): Uint32Array {
  // One more than there are words: a damaged number must not be counted as one of them.
  const counts = new Uint32Array(words + 1);
  for (let i = 0; i < count; i++) counts[Math.min(column[i]!, words)]!++;
  return counts;
}

function keepWords(
  passed: Uint8Array,
  column: Uint8Array | Uint16Array | Uint32Array,
  words: Uint8Array,
): void {
  for (let i = 0; i < passed.length; i++) passed[i]! &= words[column[i]!]! | 0;
}

function rowNumbers(passed: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < passed.length; i++) count += passed[i]!;
  // Written without asking, as the next one overwrites it: no branch that could be guessed wrong.
  const rows = new Uint32Array(count + 1);
  for (let i = 0, at = 0; i < passed.length; i++) {
    rows[at] = i;
    at += passed[i]!;
  }
  return rows.subarray(0, count);
}
