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

/** Rows that are taken at one time: what is noted of them stays in the processor's nearest memory. */
export const blockRows: number = 1 << 14;

/** Four rows in a word, a byte each, that all pass. */
const fourPass = 0x01010101;

/** Clears the bytes of rows that do not pass, from a row on. */
type Keep = (passed: Uint32Array, from: number) => void;

/** The numbers of the rows, of the first `count`, that pass; in order. */
export function filterRows(columns: LogColumns, count: number, filter: RowFilter): Uint32Array {
  const keeps = keepsOf(columns, filter);
  const passed = new Uint32Array(blockRows / 4);
  const found = new Uint32Array(blockRows);
  const pieces: Uint32Array[] = [];
  let total = 0;
  for (let from = 0; from < count; from += blockRows) {
    const rows = Math.min(blockRows, count - from);
    const part = passed.subarray(0, Math.ceil(rows / 4)).fill(fourPass);
    if (rows % 4 > 0) part[part.length - 1] = fourPass >>> 8 * (4 - rows % 4);
    for (const keep of keeps) keep(part, from);
    const piece = found.slice(0, rowNumbers(part, from, found));
    pieces.push(piece);
    total += piece.length;
  }
  const rows = new Uint32Array(total);
  let at = 0;
  for (const piece of pieces) {
    rows.set(piece, at);
    at += piece.length;
  }
  return rows;
}

function keepsOf(columns: LogColumns, filter: RowFilter): Keep[] {
  const { level, operation, event, trace, file, pattern, matches, from, to } = filter;
  const keeps: Keep[] = [];
  const keepBytes = (column: Uint8Array, words: Uint8Array) => {
    const table = tableOf(words, 1 << 8);
    keeps.push((passed, from) => keepByBytes(passed, fours(column, from, passed), table));
  };
  const keepShorts = (column: Uint16Array, words: Uint8Array) => {
    const table = tableOf(words, 1 << 16);
    keeps.push((passed, from) => keepByShorts(passed, fours(column, from, passed), table));
  };
  if (level) keepBytes(columns.level, level);
  if (operation) keepShorts(columns.operation, operation);
  if (event) keepBytes(columns.event, event);
  if (trace) {
    const { trace: column } = columns;
    keeps.push((passed, from) => keepByNumbers(passed, fours(column, from, passed), trace));
  }
  if (file) keepBytes(columns.file, file);
  if (pattern) {
    const words = new Uint8Array(1 << 16);
    words[pattern.number] = 1;
    keepShorts(pattern.rows, words);
  }
  if (matches) keepBytes(matches, Uint8Array.of(0, 1));
  if (from !== undefined || to !== undefined) {
    const { time } = columns;
    keeps.push((passed, first) => keepTimes(passed, fours(time, first, passed), from, to));
  }
  return keeps;
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

/** What passes, for every number that a column can hold: no number, however wrong, lies outside. */
function tableOf(words: Uint8Array, numbers: number): Uint8Array {
  const table = new Uint8Array(numbers);
  table.set(words.subarray(0, numbers));
  return table;
}

/** The rows that four bytes a word stand for; where the column ends among four, in a longer copy. */
function fours<Column extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  column: Column,
  from: number,
  passed: Uint32Array,
): Column {
  const rows = 4 * passed.length;
  const part = column.subarray(from, from + rows) as Column;
  if (part.length === rows) return part;
  const whole = new (column.constructor as new (rows: number) => Column)(rows);
  whole.set(part);
  return whole;
}

// The same three times: one function that meets several kinds of array runs at a third of the speed.

function keepByBytes(passed: Uint32Array, column: Uint8Array, table: Uint8Array): void {
  for (let word = 0, i = 0; word < passed.length; word++, i += 4) {
    passed[word]! &= table[column[i]!]! | table[column[i + 1]!]! << 8 |
      table[column[i + 2]!]! << 16 | table[column[i + 3]!]! << 24;
  }
}

function keepByShorts(passed: Uint32Array, column: Uint16Array, table: Uint8Array): void {
  for (let word = 0, i = 0; word < passed.length; word++, i += 4) {
    passed[word]! &= table[column[i]!]! | table[column[i + 1]!]! << 8 |
      table[column[i + 2]!]! << 16 | table[column[i + 3]!]! << 24;
  }
}

/** A number outside of the table does not pass. */
function keepByNumbers(passed: Uint32Array, column: Uint32Array, table: Uint8Array): void {
  for (let word = 0, i = 0; word < passed.length; word++, i += 4) {
    passed[word]! &= table[column[i]!]! | table[column[i + 1]!]! << 8 |
      table[column[i + 2]!]! << 16 | table[column[i + 3]!]! << 24;
  }
}

function keepTimes(
  passed: Uint32Array,
  times: Float64Array,
  from: number = -Infinity,
  to: number = Infinity,
): void {
  const isIn = (time: number) => time >= from && time <= to ? 1 : 0;
  for (let word = 0, i = 0; word < passed.length; word++, i += 4) {
    passed[word]! &= isIn(times[i]!) | isIn(times[i + 1]!) << 8 | isIn(times[i + 2]!) << 16 |
      isIn(times[i + 3]!) << 24;
  }
}

/** Writes the numbers of rows that pass. Returns how many. */
function rowNumbers(passed: Uint32Array, from: number, rows: Uint32Array): number {
  let at = 0;
  // Written without asking, as the next one overwrites it: no branch that could be guessed wrong.
  for (let word = 0, row = from; word < passed.length; word++, row += 4) {
    const four = passed[word]!;
    rows[at] = row;
    at += four & 1;
    rows[at] = row + 1;
    at += four >>> 8 & 1;
    rows[at] = row + 2;
    at += four >>> 16 & 1;
    rows[at] = row + 3;
    at += four >>> 24;
  }
  return at;
}
