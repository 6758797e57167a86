/**
 * Which log rows are shown, in which order: from the address to row numbers.
 *
 * @module
 */

import { levels } from "../../lib/format/mod.ts";
import type { LogColumns, LogPatterns } from "../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { filterRows, type RowFilter } from "../kernels/filter.ts";
import { sortByColumn, wordRanks } from "../kernels/sort.ts";
import type { Sorting } from "../components/columns.ts";

/** What the address asks of the log. */
export interface LogQuery {
  level: ReadonlySet<string> | null;
  operation: ReadonlySet<string> | null;
  event: ReadonlySet<string> | null;
  trace: ReadonlySet<string> | null;
  file: ReadonlySet<string> | null;
  /** A message pattern's text; empty for all. */
  pattern: string;
  /** Milliseconds since the epoch; null for no limit. */
  since: number | null;
  until: number | null;
}

/** What the log's worker found out for a query. */
export interface LogAnswers {
  /** Rows that the text search found; null for no search. */
  matches: Uint8Array | null;
  /** Patterns of the messages; null before they are there. Without them no filter by pattern. */
  patterns: LogPatterns | null;
}

/** Rows that pass the query, in the log's order. */
export function queryRows(
  log: { columns: LogColumns; loaded: number },
  words: LogDictionaries,
  query: LogQuery,
  { matches, patterns }: LogAnswers,
): Uint32Array {
  const filter: RowFilter = {};
  if (query.level) filter.level = chosenWords(levels, query.level);
  if (query.operation) filter.operation = chosenWords(words.operations, query.operation);
  if (query.event) filter.event = chosenWords(words.events, query.event, 1);
  if (query.trace) filter.trace = chosenWords(words.traces, query.trace, 1);
  if (query.file) filter.file = chosenWords(words.files, query.file);
  if (query.since !== null) filter.from = query.since;
  if (query.until !== null) filter.to = query.until;
  if (matches) filter.matches = matches;
  if (query.pattern && patterns) {
    // The last of its name: number 0, of all others, bears a name that a message may have. A
    // pattern that no line has is -1, which no row has.
    const number = patterns.texts.lastIndexOf(query.pattern);
    filter.pattern = { rows: patterns.rows, number };
  }
  return filterRows(log.columns, log.loaded, filter);
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

/**
 * Rows in the order of a column.
 *
 * @param ranks Ranks of the messages; null before they are there. Without them no order by message.
 */
export function sortLog(
  rows: Uint32Array,
  { columns, words, ranks }: {
    columns: LogColumns;
    words: LogDictionaries;
    ranks: Uint32Array | null;
  },
  sorting: Sorting | null,
): Uint32Array {
  if (!sorting) return rows;
  const { id, descending } = sorting;
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
      return ranks ? sortByColumn(rows, ranksOfAll(ranks, columns.time.length), descending) : rows;
    case "event":
      return sortByColumn(rows, ranked(columns.event, words.events), descending);
    case "trace":
      return sortByColumn(rows, ranked(columns.trace, words.traces), descending);
    default:
      return rows;
  }
}

/** Ranks of a log that has grown since: rows without one are the last. */
function ranksOfAll(ranks: Uint32Array, rows: number): Uint32Array {
  if (ranks.length >= rows) return ranks;
  const all = new Uint32Array(rows).fill(rows);
  all.set(ranks);
  return all;
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

function chosenWords(
  words: readonly string[],
  chosen: ReadonlySet<string>,
  first = 0,
): Uint8Array {
  return Uint8Array.from(words, (word, i) => i >= first && chosen.has(word) ? 1 : 0);
}
