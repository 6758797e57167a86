/**
 * The measurements of a session, in batches.
 *
 * @module
 */

import { type ProblemSink, sessionLayout } from "../format/mod.ts";
import { createMetricRowReader, type MetricRow } from "../read/mod.ts";
import type { SessionFiles } from "./session_files.ts";

/**
 * Measurements are read in pieces of so many bytes. The engine's memory for new objects grows with
 * what is alive at a time, and does not shrink again.
 */
const batchBytes = 32 * 1024;

/** Reads `logs/performance.jsonl`, in the order of the file; no batch is empty. */
export async function* readMetricRows(
  files: SessionFiles,
  problem: ProblemSink,
): AsyncGenerator<MetricRow[]> {
  const file = sessionLayout.metrics;
  const reader = createMetricRowReader(file, problem);
  for await (const chunk of files.chunks(file, problem, "quiet", Infinity, true)) {
    for (let at = 0; at < chunk.length; at += batchBytes) {
      const batch = reader.push(chunk.subarray(at, at + batchBytes));
      if (batch.length > 0) yield batch;
    }
  }
  const last = reader.finish();
  if (last.length > 0) yield last;
}
