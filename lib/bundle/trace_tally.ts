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

const keys: readonly TallyKey[] = ["logs", "errors", "llm_calls", "changes", "lock_requests"];

/** Counts records by trace id, in order of first appearance. */
export class TraceTally {
  /** By id, its place in all columns. */
  readonly #places = new Map<string, number>();
  #columns = new TallyColumns(256);
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
    const at = this.#places.get(trace_id) ?? this.#begin(trace_id);
    if (at === undefined) return;
    const { counts, starts, ends, operations } = this.#columns;
    counts[key][at]!++;
    if (failed) this.#columns.failed[at] = 1;
    // Also true where there is none so far.
    if (time !== null && !(time >= starts[at]!)) starts[at] = time;
    if (end !== null && !(end <= ends[at]!)) ends[at] = end;
    if (!operations[at]) operations[at] = operation;
  }

  #begin(trace_id: string): number | undefined {
    const at = this.#places.size;
    if (at >= tallyTracesMax) {
      this.#left_out++;
      return undefined;
    }
    if (at === this.#columns.size) this.#columns = this.#columns.grown();
    this.#places.set(trace_id, at);
    return at;
  }

  /**
   * Completes the rows of trace files, and gives them and one for each other id in order of time.
   *
   * @param rows With counts of 0; changed in place.
   */
  complete(rows: readonly TraceRow[]): Iterable<TraceRow> {
    const filed = new Set<string>();
    for (const row of rows) {
      const at = this.#places.get(row.trace_id);
      // Of several files with one id, the first has the counts: they are the id's, not the file's.
      if (at !== undefined && !filed.has(row.trace_id)) this.#addCounts(row, at);
      // What never ended was alive at least until its last record.
      if (row.status === "running" || row.end === null) {
        row.end = later(row.end, at === undefined ? null : momentOf(this.#columns.ends[at]!));
      }
      filed.add(row.trace_id);
    }
    const others = [...this.#places.keys()].filter((trace_id) => !filed.has(trace_id));
    const start = (trace: TraceRow | string) =>
      typeof trace === "string"
        ? momentOf(this.#columns.starts[this.#places.get(trace)!]!)
        : trace.start;
    const inOrder = [...rows, ...others].sort((a, b) => byTime(start(a), start(b)));
    return this.#rows(inOrder);
  }

  /** Only when it is asked for does an id become a row: together they take as much as a log block. */
  *#rows(traces: readonly (TraceRow | string)[]): Generator<TraceRow, void, void> {
    for (const trace of traces) yield typeof trace === "string" ? this.#rowOf(trace) : trace;
  }

  #rowOf(trace_id: string): TraceRow {
    const at = this.#places.get(trace_id)!;
    const row: TraceRow = {
      trace_id,
      operation: this.#columns.operations[at]!,
      command: "",
      status: null,
      failed: false,
      start: momentOf(this.#columns.starts[at]!),
      end: momentOf(this.#columns.ends[at]!),
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
    this.#addCounts(row, at);
    return row;
  }

  #addCounts(row: TraceRow, at: number): void {
    row.failed ||= this.#columns.failed[at] === 1;
    for (const key of keys) row[key] += this.#columns.counts[key][at]!;
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

/** What is known of all traces; rows of objects would take three times the memory. */
class TallyColumns {
  readonly size: number;
  readonly operations: string[] = [];
  readonly failed: Uint8Array;
  /** NaN where it is unknown. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly counts: Readonly<Record<TallyKey, Uint32Array>>;

  constructor(size: number) {
    this.size = size;
    this.failed = new Uint8Array(size);
    this.starts = new Float64Array(size).fill(NaN);
    this.ends = new Float64Array(size).fill(NaN);
    const counts = () => new Uint32Array(size);
    this.counts = {
      logs: counts(),
      errors: counts(),
      llm_calls: counts(),
      changes: counts(),
      lock_requests: counts(),
    };
  }

  /** A copy with twice the room. */
  grown(): TallyColumns {
    const grown = new TallyColumns(2 * this.size);
    for (const word of this.operations) grown.operations.push(word);
    grown.failed.set(this.failed);
    grown.starts.set(this.starts);
    grown.ends.set(this.ends);
    for (const key of keys) grown.counts[key].set(this.counts[key]);
    return grown;
  }
}
