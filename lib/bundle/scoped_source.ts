/**
 * A part of a session, as a source of its own. What it leaves out it counts.
 *
 * @module
 */

import { isFailure, isLockEvent, LockFold, type LockRequest } from "../analyse/mod.ts";
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
import type { LogRow, LogRowValues } from "../read/log_row.ts";
import type { BundleSource, SourceRecord, SourceSummary } from "./bundle_source.ts";
import { LeftOutTraces } from "./left_out_traces.ts";
import { logRowsOf } from "./log_rows.ts";
import type { RecordCounts, ReportScope, ScopeAccount } from "./scope.ts";
import { isKeptAnyway, type Selection } from "./size_survey.ts";
import { TimeRange } from "./time_range.ts";

/** The kinds that are counted record by record; the others follow from them. */
type RecordKind = Exclude<keyof RecordCounts, "traces" | "lock_requests">;

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
  readonly #leftOut: Record<RecordKind, number> = {
    logs: 0,
    llm_calls: 0,
    errors: 0,
    changes: 0,
    metrics: 0,
  };
  readonly #leftOutTraces = new LeftOutTraces();
  readonly #lockFold = new LockFold();
  readonly #shownLocks = new Set<LockRequest>();
  #locks: { all: LockRequest[]; shown: LockRequest[] } | undefined;
  #found = false;
  #lastLine: EpochMs | null = null;

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

  /**
   * How the source is limited, and what that left out. Of each kind, what is shown and what is left
   * out are together what a report of the whole session shows.
   *
   * To be called when everything was read.
   */
  account(): ScopeAccount {
    const { start, end } = this.#times;
    const { all, shown } = this.#foldLocks();
    const { logs, ...others } = this.#leftOut;
    const left_out: RecordCounts = {
      logs,
      traces: this.#leftOutTraces.count,
      ...others,
      lock_requests: all.length - shown.length,
    };
    return { ...this.#scope, left_out, recorded: { start, end } };
  }

  /** How the source is limited. */
  get scope(): ReportScope {
    return this.#scope;
  }

  /** Whether there was any record of what was asked for so far, for which there was room or not. */
  get found(): boolean {
    return this.#found;
  }

  /** The requests of which an event is shown, with what the events that are left out say of them. */
  lockRequests(): LockRequest[] {
    return this.#foldLocks().shown;
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
    return this.#lines(this.#source.log(), (line) => line);
  }

  logRows(): AsyncIterable<readonly LogRow[]> {
    return this.#lines(logRowsOf(this.#source), (row) => row.record());
  }

  async *metrics(): AsyncGenerator<readonly Metric[]> {
    for await (const batch of this.#source.metrics()) {
      const shown = batch.filter(({ timestamp, trace_id }) => {
        const isShown = this.#covers(timeOf(timestamp)) && this.#wants(trace_id, false);
        // A measurement alone does not make its trace one that is listed.
        this.#count("metrics", null, isShown, isShown);
        return isShown;
      });
      if (shown.length > 0) yield shown;
    }
  }

  async *traces(): AsyncGenerator<SourceRecord<Trace>> {
    for await (const stored of this.#source.traces()) {
      const { record: { trace_id, started_at, completed_at }, record } = stored;
      const start = timeOf(started_at);
      const asked = this.#overlaps(start, timeOf(completed_at) ?? this.#openEnd(start)) &&
        this.#wants(trace_id, isFailure.trace(record));
      if (asked) this.#found = true;
      const isShown = asked && this.#keeps(trace_id);
      this.#leftOutTraces.addFile(trace_id, isShown);
      if (isShown) yield stored;
    }
  }

  llmTranscripts(): AsyncGenerator<SourceRecord<LlmTranscript>> {
    return this.#records("llm_calls", this.#source.llmTranscripts(), (call) => {
      const start = timeOf(call.timestamp);
      const end = start === null ? null : start + (call.duration_ms ?? 0);
      const failed = isFailure.call(call);
      return {
        asked: this.#overlaps(start, end) && this.#wants(call.trace_id, failed),
        kept: failed || this.#keeps(call.trace_id),
      };
    });
  }

  errors(): AsyncGenerator<SourceRecord<ErrorReport>> {
    return this.#records("errors", this.#source.errors(), ({ timestamp, trace_id }) => ({
      asked: this.#covers(timeOf(timestamp)) && this.#wants(trace_id, true),
      kept: true,
    }));
  }

  diffs(): AsyncGenerator<SourceRecord<StateDiff>> {
    return this.#records("changes", this.#source.diffs(), ({ timestamp, trace_id }) => ({
      asked: this.#covers(timeOf(timestamp)) && this.#wants(trace_id, false),
      kept: this.#keeps(trace_id),
    }));
  }

  #covers(time: EpochMs | null): boolean {
    return this.#overlaps(time, time);
  }

  /** Until when something that never ended may have lasted: no later than the log. */
  #openEnd(start: EpochMs | null): EpochMs | null {
    return this.#lastLine === null ? null : Math.max(start ?? -Infinity, this.#lastLine);
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

  #keepsLine({ trace_id, time }: LogRowValues): boolean {
    if (this.#selection === null) return true;
    if (trace_id !== null && this.#selection.traces.has(trace_id)) return true;
    return (time ?? -Infinity) >= this.#selection.linesSince;
  }

  async *#lines<T extends LogRowValues>(
    batches: AsyncIterable<readonly T[]>,
    recordOf: (line: T) => LogRecord,
  ): AsyncGenerator<readonly T[]> {
    for await (const batch of batches) {
      const shown = batch.filter((line) => {
        const asked = this.#covers(line.time) && this.#wants(line.trace_id, isFailure.log(line));
        const isShown = asked && (isKeptAnyway(line) || this.#keepsLine(line));
        if (isLockEvent(line)) this.#addLockEvent(recordOf(line), isShown);
        this.#count("logs", line.trace_id, asked, isShown);
        return isShown;
      });
      if (shown.length > 0) yield shown;
    }
    this.#lastLine = this.#times.end;
  }

  async *#records<T extends { trace_id: string }>(
    kind: RecordKind,
    records: AsyncIterable<SourceRecord<T>>,
    judge: (record: T) => { asked: boolean; kept: boolean },
  ): AsyncGenerator<SourceRecord<T>> {
    for await (const stored of records) {
      const { asked, kept } = judge(stored.record);
      this.#count(kind, stored.record.trace_id, asked, asked && kept);
      if (asked && kept) yield stored;
    }
  }

  #count(kind: RecordKind, trace: string | null, asked: boolean, isShown: boolean): void {
    if (asked) this.#found = true;
    this.#leftOutTraces.addId(trace, isShown);
    if (!isShown) this.#leftOut[kind]++;
  }

  #addLockEvent(line: LogRecord, isShown: boolean): void {
    const request = this.#lockFold.add(line);
    if (request && isShown) this.#shownLocks.add(request);
  }

  #foldLocks(): { all: LockRequest[]; shown: LockRequest[] } {
    if (this.#locks) return this.#locks;
    const all = this.#lockFold.finish();
    const shown = all.filter((request) => this.#shownLocks.has(request));
    for (const request of all) {
      this.#leftOutTraces.addId(request.trace_id, this.#shownLocks.has(request));
    }
    return this.#locks = { all, shown };
  }
}

function timeOf(text: string | null): EpochMs | null {
  return parseTime(text) ?? null;
}
