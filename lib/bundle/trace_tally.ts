/**
 * What belongs to each trace id, counted over every kind of record.
 *
 * @module
 */

import { byTime } from "../analyse/time_order.ts";
import type { EpochMs, Problem } from "../format/mod.ts";
import { sessionLayout } from "../format/mod.ts";
import type { TraceRow } from "./sections.ts";

/** Most trace ids that are counted without a trace file of their own. */
export const tallyTracesMax = 500_000;

/** What is counted of a trace. */
export type TallyKey = "logs" | "errors" | "llm_calls" | "changes" | "lock_requests";

interface Tally extends Record<TallyKey, number> {
  operation: string;
  failed: boolean;
  /** NaN where it is unknown: a number that may be null is a new object each time it changes. */
  start: number;
  end: number;
}

/** Counts records by trace id, in order of first appearance. */
export class TraceTally {
  readonly #tallies = new Map<string, Tally>();
  #left_out = 0;

  /**
   * Counts one record of a trace; none where the id is null.
   *
   * @param failed Whether the record says that something failed.
   * @param end When what it tells of was over. Default: at its time.
   */
  count(
    trace_id: string | null,
    key: TallyKey,
    time: EpochMs | null,
    operation: string,
    failed: boolean,
    end: EpochMs | null = time,
  ): void {
    if (trace_id === null) return;
    let tally = this.#tallies.get(trace_id);
    if (!tally) {
      if (this.#tallies.size >= tallyTracesMax) {
        this.#left_out++;
        return;
      }
      tally = {
        operation,
        failed: false,
        start: NaN,
        end: NaN,
        logs: 0,
        errors: 0,
        llm_calls: 0,
        changes: 0,
        lock_requests: 0,
      };
      this.#tallies.set(trace_id, tally);
    }
    tally[key]++;
    if (failed) tally.failed = true;
    // Also true where there is none so far.
    if (time !== null && !(time >= tally.start)) tally.start = time;
    if (end !== null && !(end <= tally.end)) tally.end = end;
    if (tally.operation === "") tally.operation = operation;
  }

  /**
   * Completes the rows of trace files, adds one for each other id, and puts them in order of time.
   *
   * @param rows With counts of 0; changed in place.
   */
  complete(rows: TraceRow[]): void {
    const filed = new Set<string>();
    for (const row of rows) {
      const tally = this.#tallies.get(row.trace_id);
      // Of several files with one id, the first has the counts: they are the id's, not the file's.
      if (tally && !filed.has(row.trace_id)) addCounts(row, tally);
      // What never ended was alive at least until its last record.
      if (row.status === "running" || row.end === null) {
        row.end = later(row.end, tally ? momentOf(tally.end) : null);
      }
      filed.add(row.trace_id);
    }
    for (const [trace_id, tally] of this.#tallies) {
      if (filed.has(trace_id)) continue;
      const row: TraceRow = {
        trace_id,
        operation: tally.operation,
        command: "",
        status: null,
        failed: false,
        start: momentOf(tally.start),
        end: momentOf(tally.end),
        duration_ms: null,
        spans: 0,
        logs: 0,
        errors: 0,
        llm_calls: 0,
        changes: 0,
        lock_requests: 0,
        file: null,
        document: null,
      };
      addCounts(row, tally);
      rows.push(row);
    }
    rows.sort((a, b) => byTime(a.start, b.start));
  }

  /** What was left out, as a problem; nothing where everything was counted. */
  problems(): Problem[] {
    if (this.#left_out === 0) return [];
    return [{
      file: sessionLayout.log,
      kind: "too_long",
      reason: `The log has more than ${tallyTracesMax} trace ids; ${this.#left_out} records of ` +
        "further ones are shown in the log but not listed as traces.",
      lost: false,
      count: this.#left_out,
    }];
  }
}

function momentOf(time: number): EpochMs | null {
  return Number.isNaN(time) ? null : time;
}

function later(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}

function addCounts(row: TraceRow, tally: Tally): void {
  row.failed ||= tally.failed;
  row.logs += tally.logs;
  row.errors += tally.errors;
  row.llm_calls += tally.llm_calls;
  row.changes += tally.changes;
  row.lock_requests += tally.lock_requests;
}
