/**
 * The patterns of log messages with what their lines have in common.
 *
 * @module
 */

import { levels } from "../../../lib/format/mod.ts";
import type { LogColumns, LogPatterns } from "../../../lib/bundle/data_source.ts";

/** A pattern and its lines, of those that pass the filters. */
export interface PatternRow {
  /** 0 for all patterns that are not told apart. */
  number: number;
  text: string;
  count: number;
  /** Milliseconds since the epoch; null where no line has a time. */
  first: number | null;
  last: number | null;
  /** How many lines have each level. */
  levels: Uint32Array;
  /** Number of the severest level. */
  worst: number;
  /** Number of the operation that most lines have. */
  operation: number;
  /** How many operations the lines have. */
  operations: number;
  /** The row of its first line. */
  example: number;
}

/** The patterns of rows, by number. */
export function patternRows(
  columns: LogColumns,
  rows: Uint32Array,
  { texts, rows: patternOf }: LogPatterns,
): PatternRow[] {
  const known: (PatternRow | undefined)[] = [];
  // Most patterns have one operation: only lines with another than the first are counted by it.
  const others = new Map<number, number>();
  const operationsOf = new Map<number, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]!;
    const number = patternOf[at]!;
    const time = columns.time[at]!;
    const operation = columns.operation[at]!;
    const row = known[number] ??= {
      number,
      text: texts[number]!,
      count: 0,
      first: null,
      last: null,
      levels: new Uint32Array(levels.length),
      worst: 0,
      operation,
      operations: 1,
      example: at,
    };
    row.count++;
    const level = columns.level[at]!;
    row.levels[level]!++;
    if (level > row.worst) row.worst = level;
    if (!Number.isNaN(time)) {
      if (row.first === null || time < row.first) row.first = time;
      if (row.last === null || time > row.last) row.last = time;
    }
    if (operation !== row.operation) {
      const key = number * operationsMax + operation;
      const count = others.get(key) ?? 0;
      others.set(key, count + 1);
      if (count === 0) {
        const list = operationsOf.get(number);
        if (list) list.push(operation);
        else operationsOf.set(number, [operation]);
      }
    }
  }
  for (const [number, list] of operationsOf) {
    const row = known[number]!;
    const counts = list.map((operation) => others.get(number * operationsMax + operation)!);
    let most = row.count - counts.reduce((sum, count) => sum + count, 0);
    row.operations += list.length;
    list.forEach((operation, i) => {
      if (counts[i]! <= most) return;
      most = counts[i]!;
      row.operation = operation;
    });
  }
  return known.filter((row) => row !== undefined);
}

/** More than there are numbers of operations. */
const operationsMax = 0x1_0000;
