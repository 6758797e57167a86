/**
 * A part of a session, as a source of its own. What it leaves out it counts.
 *
 * @module
 */

import {
  type AgentTranscriptLine,
  type DeadlockFile,
  type EpochMs,
  type ErrorReport,
  type Feedback,
  type LlmTranscript,
  type LockInfo,
  type LockQueueEntry,
  type Metric,
  parseTime,
  type PlanDocument,
  type Problem,
  type SessionState,
  type StateDiff,
  type Trace,
} from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { BundleSource, SourceRecord, SourceSummary } from "./bundle_source.ts";
import { isFailure } from "./failure.ts";
import type { RecordCounts, ReportScope, ScopeAccount } from "./scope.ts";
import { isKeptAnyway, type Selection } from "./size_survey.ts";
import { TimeRange } from "./time_range.ts";

/**
 * Shows of another source what lies in a scope. The session's own files (its state, plan, queue and
 * the like) are always whole: they say what the rest is about.
 */
export class ScopedSource implements BundleSource {
  readonly #source: BundleSource;
  readonly #scope: ReportScope;
  readonly #traces: ReadonlySet<string> | null;
  readonly #selection: Selection | null;
  readonly #times = new TimeRange();
  readonly #leftOut: RecordCounts = {
    logs: 0,
    traces: 0,
    llm_calls: 0,
    errors: 0,
    changes: 0,
    metrics: 0,
  };

  /**
   * @param traces The traces that are shown; null for all. `TraceSurvey` finds them.
   * @param selection What is kept for the sake of size. Default: everything. `SizeSurvey` finds it.
   */
  constructor(
    source: BundleSource,
    scope: ReportScope,
    traces: ReadonlySet<string> | null,
    selection: Selection | null = null,
  ) {
    this.#selection = selection;
    this.#source = source;
    this.#scope = scope;
    this.#traces = traces;
  }

  /** How the source is limited, and what that left out so far. */
  account(): ScopeAccount {
    const { start, end } = this.#times;
    return { ...this.#scope, left_out: { ...this.#leftOut }, recorded: { start, end } };
  }

  get id(): string {
    return this.#source.id;
  }

  get problems(): readonly Problem[] {
    return this.#source.problems;
  }

  summary(): SourceSummary {
    return this.#source.summary();
  }

  state(): SessionState | null {
    return this.#source.state();
  }

  plan(): PlanDocument | null {
    return this.#source.plan();
  }

  feedback(): Feedback | null {
    return this.#source.feedback();
  }

  deadlock(): DeadlockFile | null {
    return this.#source.deadlock();
  }

  lockInfo(): LockInfo | null {
    return this.#source.lockInfo();
  }

  lockQueue(): LockQueueEntry[] {
    return this.#source.lockQueue();
  }

  agentTranscript(): AgentTranscriptLine[] {
    return this.#source.agentTranscript();
  }

  files(): readonly { file: string; bytes: number }[] {
    return this.#source.files();
  }

  readJson(file: string): unknown {
    return this.#source.readJson(file);
  }

  log(): AsyncIterable<readonly LogRecord[]> {
    return this.#batches(
      "logs",
      this.#source.log(),
      (line) =>
        this.#covers(line.time) && this.#wants(line.trace_id, isFailure.log(line)) &&
        (isKeptAnyway(line) || this.#keepsLine(line)),
    );
  }

  metrics(): AsyncIterable<readonly Metric[]> {
    return this.#batches(
      "metrics",
      this.#source.metrics(),
      ({ timestamp, trace_id }) => this.#covers(timeOf(timestamp)) && this.#wants(trace_id, false),
    );
  }

  traces(): AsyncIterable<SourceRecord<Trace>> {
    return this.#records("traces", this.#source.traces(), (trace) => {
      const { trace_id, started_at, completed_at } = trace;
      return this.#overlaps(timeOf(started_at), timeOf(completed_at)) &&
        this.#wants(trace_id, isFailure.trace(trace)) && this.#keeps(trace_id);
    });
  }

  llmTranscripts(): AsyncIterable<SourceRecord<LlmTranscript>> {
    return this.#records("llm_calls", this.#source.llmTranscripts(), (call) => {
      const start = timeOf(call.timestamp);
      const end = start === null ? null : start + (call.duration_ms ?? 0);
      const failed = isFailure.call(call);
      return this.#overlaps(start, end) && this.#wants(call.trace_id, failed) &&
        (failed || this.#keeps(call.trace_id));
    });
  }

  errors(): AsyncIterable<SourceRecord<ErrorReport>> {
    return this.#records(
      "errors",
      this.#source.errors(),
      ({ timestamp, trace_id }) => this.#covers(timeOf(timestamp)) && this.#wants(trace_id, true),
    );
  }

  diffs(): AsyncIterable<SourceRecord<StateDiff>> {
    return this.#records(
      "changes",
      this.#source.diffs(),
      ({ timestamp, trace_id }) =>
        this.#covers(timeOf(timestamp)) && this.#wants(trace_id, false) && this.#keeps(trace_id),
    );
  }

  #covers(time: EpochMs | null): boolean {
    return this.#overlaps(time, time);
  }

  /** Whether something that lasted belongs to the window; an end that is unknown is open. */
  #overlaps(start: EpochMs | null, end: EpochMs | null): boolean {
    const { since, until } = this.#scope;
    this.#times.add(start);
    this.#times.add(end);
    return (since === null || end === null || end >= since) &&
      (until === null || start === null || start <= until);
  }

  /** Whether a record's trace is shown; a failure outside of any is, where failures are wanted. */
  #wants(trace: string | null | undefined, failed: boolean): boolean {
    if (this.#traces === null) return true;
    if (trace) return this.#traces.has(trace);
    return failed && this.#scope.only === "errors" && this.#scope.trace === null;
  }

  #keeps(trace: string): boolean {
    return this.#selection === null || this.#selection.traces.has(trace);
  }

  #keepsLine({ trace_id, time }: LogRecord): boolean {
    if (this.#selection === null) return true;
    if (trace_id !== null && this.#selection.traces.has(trace_id)) return true;
    return (time ?? -Infinity) >= this.#selection.linesSince;
  }

  async *#batches<T>(
    kind: keyof RecordCounts,
    batches: AsyncIterable<readonly T[]>,
    isShown: (record: T) => boolean,
  ): AsyncGenerator<readonly T[]> {
    for await (const batch of batches) {
      const shown = batch.filter(isShown);
      this.#leftOut[kind] += batch.length - shown.length;
      if (shown.length > 0) yield shown;
    }
  }

  async *#records<T>(
    kind: keyof RecordCounts,
    records: AsyncIterable<SourceRecord<T>>,
    isShown: (record: T) => boolean,
  ): AsyncGenerator<SourceRecord<T>> {
    for await (const stored of records) {
      if (isShown(stored.record)) yield stored;
      else this.#leftOut[kind]++;
    }
  }
}

function timeOf(text: string | null): EpochMs | null {
  return parseTime(text) ?? null;
}
