/**
 * How many records of each kind a session has.
 *
 * @module
 */

import type { StoredSession } from "../lib/store/mod.ts";

/** Counts by kind. */
export interface RecordCounts {
  log_lines: number;
  traces: number;
  llm_calls: number;
  errors: number;
  changes: number;
  metrics: number;
}

/** Each kind: its key, its meaning, and its noun in one and many. */
export const recordKeys: readonly (readonly [
  key: keyof RecordCounts,
  meaning: string,
  noun: string,
  plural: string,
])[] = [
  ["log_lines", "lines of the logs", "log line", "log lines"],
  ["traces", "traces, running ones included", "trace", "traces"],
  ["llm_calls", "recorded model calls", "model call", "model calls"],
  ["errors", "error reports", "error", "errors"],
  ["changes", "state changes", "state change", "state changes"],
  ["metrics", "measurements", "measurement", "measurements"],
];

/** Reads the whole session once, in constant memory. */
export async function countRecords(
  session: StoredSession,
  signal: AbortSignal,
): Promise<RecordCounts> {
  return {
    log_lines: await countBatches(session.log(), signal),
    traces: await countItems(session.traces(), signal),
    llm_calls: await countItems(session.llmTranscripts(), signal),
    errors: await countItems(session.errors(), signal),
    changes: await countItems(session.diffs(), signal),
    metrics: await countBatches(session.metrics(), signal),
  };
}

async function countBatches(
  batches: AsyncIterable<readonly unknown[]>,
  signal: AbortSignal,
): Promise<number> {
  let total = 0;
  for await (const batch of batches) {
    signal.throwIfAborted();
    total += batch.length;
  }
  return total;
}

async function countItems(items: AsyncIterable<unknown>, signal: AbortSignal): Promise<number> {
  let total = 0;
  for await (const _item of items) {
    signal.throwIfAborted();
    total++;
  }
  return total;
}
