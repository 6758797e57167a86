/**
 * Several logs as one, in the order of time.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";

/** How many records {@linkcode mergeLogs} gives at once. */
export const mergedBatchRecords = 1024;

/** What can be merged. */
interface Timed {
  readonly time: EpochMs | null;
}

/** One log on its way into the merged one. */
interface Source<Row> {
  batches: AsyncIterator<Row[]>;
  batch: Row[];
  at: number;
  /** The head's time; a record without one keeps the place behind the record before it. */
  time: number;
}

/**
 * Merges logs by time. Every log keeps its own order; where two heads have the same time, the log
 * named first goes first. Memory holds one batch of each log.
 *
 * @param logs The batches of each log, in that log's order.
 */
export async function* mergeLogs<Row extends Timed>(
  logs: readonly AsyncIterable<Row[]>[],
): AsyncGenerator<Row[]> {
  const all: Source<Row>[] = logs.map((log) => ({
    batches: log[Symbol.asyncIterator](),
    batch: [],
    at: 0,
    time: -Infinity,
  }));
  let open: Source<Row>[] = [];
  try {
    for (const source of all) if (await fill(source)) open.push(source);
    let merged: Row[] = [];
    while (open.length > 1) {
      const source = earliest(open);
      merged.push(source.batch[source.at++]!);
      if (merged.length >= mergedBatchRecords) {
        yield merged;
        merged = [];
      }
      if (source.at < source.batch.length) source.time = headTime(source);
      else if (!(await fill(source))) open = open.filter((other) => other !== source);
    }
    if (merged.length > 0) yield merged;
    yield* rest(open[0]);
  } finally {
    for (const { batches } of all) await batches.return?.();
  }
}

/** What remains when only one log is left: its batches as they are. */
async function* rest<Row extends Timed>(source: Source<Row> | undefined): AsyncGenerator<Row[]> {
  if (!source) return;
  do {
    yield source.at === 0 ? source.batch : source.batch.slice(source.at);
  } while (await fill(source));
}

function earliest<Row extends Timed>(sources: readonly Source<Row>[]): Source<Row> {
  let first = sources[0]!;
  for (let at = 1; at < sources.length; at++) {
    if (sources[at]!.time < first.time) first = sources[at]!;
  }
  return first;
}

/** Fetches the next batch that holds anything; false at the end of the log. */
async function fill<Row extends Timed>(source: Source<Row>): Promise<boolean> {
  for (;;) {
    const next = await source.batches.next();
    if (next.done) return false;
    if (next.value.length === 0) continue;
    source.batch = next.value;
    source.at = 0;
    source.time = headTime(source);
    return true;
  }
}

function headTime<Row extends Timed>(source: Source<Row>): number {
  return source.batch[source.at]!.time ?? source.time;
}
