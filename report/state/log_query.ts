/**
 * Which log rows are shown, in which order: from the address to row numbers.
 *
 * @module
 */

import { levels } from "../../lib/format/mod.ts";
import type { LogColumns } from "../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { filterRows, type RowFilter } from "../kernels/filter.ts";
import { sortByColumn, wordRanks } from "../kernels/sort.ts";
import type { Sorting } from "../components/columns.ts";

/** What the address asks of the log. */
export interface LogQuery {
  level: ReadonlySet<string> | null;
  operation: ReadonlySet<string> | null;
  event: ReadonlySet<string> | null;
  /** A trace id; empty for all. */
  trace: string;
  /** Milliseconds since the epoch; null for no limit. */
  from: number | null;
  to: number | null;
  sorting: Sorting | null;
}

/** What the log's worker found out for a query. */
export interface LogAnswers {
  /** Rows that the text search found; null for no search. */
  matches: Uint8Array | null;
  /** Ranks of the messages; null before they are there. Without them no order by message. */
  ranks: Uint32Array | null;
}

/** Rows that pass the query, in its order. */
export function queryRows(
  log: { columns: LogColumns; loaded: number },
  words: LogDictionaries,
  query: LogQuery,
  { matches, ranks }: LogAnswers,
): Uint32Array {
  const filter: RowFilter = {};
  if (query.level) filter.level = chosenWords(levels, query.level);
  if (query.operation) filter.operation = chosenWords(words.operations, query.operation);
  if (query.event) filter.event = chosenWords(words.events, query.event, 1);
  // A trace that no line has: a number that no row has.
  if (query.trace) filter.trace = traceNumber(words, query.trace) ?? 0xffffffff;
  if (query.from !== null) filter.from = query.from;
  if (query.to !== null) filter.to = query.to;
  if (matches) filter.matches = matches;
  const rows = filterRows(log.columns, log.loaded, filter);
  return query.sorting
    ? sortLog(rows, { columns: log.columns, words, ranks }, query.sorting)
    : rows;
}

/** The row of a line in a file; -1 where it is not, or not yet, among the loaded rows. */
export function rowOfLine(
  columns: LogColumns,
  loaded: number,
  words: LogDictionaries,
  file: string,
  line: number,
): number {
  const number = words.files.indexOf(file);
  if (number < 0) return -1;
  for (let row = 0; row < loaded; row++) {
    if (columns.line[row] === line && columns.file[row] === number) return row;
  }
  return -1;
}

function sortLog(
  rows: Uint32Array,
  { columns, words, ranks }: {
    columns: LogColumns;
    words: LogDictionaries;
    ranks: Uint32Array | null;
  },
  { id, descending }: Sorting,
): Uint32Array {
  switch (id) {
    case "time":
      return sortByColumn(rows, columns.time, descending);
    case "level":
      return sortByColumn(rows, columns.level, descending);
    case "duration":
      return sortByColumn(rows, columns.duration, descending);
    case "line":
      return sortByColumn(rows, columns.line, descending);
    case "operation":
      return sortByColumn(rows, ranked(columns.operation, words.operations), descending);
    case "message":
      return ranks ? sortByColumn(rows, ranks, descending) : rows;
    case "event":
      return sortByColumn(rows, ranked(columns.event, words.events), descending);
    case "trace":
      return sortByColumn(rows, ranked(columns.trace, words.traces), descending);
    default:
      return rows;
  }
}

function ranked(
  column: Uint8Array | Uint16Array | Uint32Array,
  words: readonly string[],
): Uint32Array {
  const ranks = wordRanks(words);
  const ranked = new Uint32Array(column.length);
  for (let i = 0; i < column.length; i++) ranked[i] = ranks[column[i]!] ?? ranks.length;
  return ranked;
}

function traceNumber(words: LogDictionaries, trace: string): number | undefined {
  const number = words.traces.indexOf(trace);
  return number > 0 ? number : undefined;
}

function chosenWords(
  words: readonly string[],
  chosen: ReadonlySet<string>,
  first = 0,
): Uint8Array {
  return Uint8Array.from(words, (word, i) => i >= first && chosen.has(word) ? 1 : 0);
}
