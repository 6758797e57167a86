/**
 * Everything in a session but its log, kind by kind: a row for the table, the whole record as a
 * document.
 *
 * @module
 */

import { errorFingerprint } from "../analyse/error_fingerprint.ts";
import { isFailedOutcome, isFailure } from "../analyse/failure.ts";
import { lastSign } from "../analyse/last_sign.ts";
import { byTime, versionLeft } from "../analyse/time_order.ts";
import {
  type EpochMs,
  type ErrorReport,
  type LlmTranscript,
  parseTime,
  type StateDiff,
  type Trace,
} from "../format/mod.ts";
import type { BundleSource, SourceRecord } from "./bundle_source.ts";
import { DocumentWriter } from "./document_writer.ts";
import type { LlmTotals } from "./header.ts";
import { TimedList } from "./timed_list.ts";
import { llmRow } from "./llm_row.ts";
import type { PassContext } from "./log_pass.ts";
import { PathIndex } from "./path_index.ts";
import type { ChangeRow, DocumentRef, ErrorRow, LlmRow, TraceRow } from "./sections.ts";

/** Changed paths that a row lists. */
const rowPathsMax = 8;

/** Paths that every update changes: listed last, since they tell nothing. */
const routinePaths: ReadonlySet<string> = new Set(["version", "last_updated_at"]);

/** Counts that only the records themselves give. */
export interface RecordTotals {
  llm_calls: number;
  llm_failed: number;
  llm_open: number;
  llm: LlmTotals;
}

/** Takes a session's records one by one; memory grows by a row for each, not by the record. */
export class RecordPass {
  readonly documents: DocumentWriter;
  readonly traces: TraceRow[] = [];
  readonly llm: TimedList = new TimedList();
  readonly errors: TimedList = new TimedList();
  readonly changes: TimedList = new TimedList();
  readonly paths: PathIndex = new PathIndex();
  readonly totals: RecordTotals = {
    llm_calls: 0,
    llm_failed: 0,
    llm_open: 0,
    llm: {
      input_tokens: null,
      output_tokens: null,
      tokens_unknown: 0,
      cost_usd: null,
      cost_unknown: 0,
    },
  };
  /** The earliest error report, redacted. */
  firstReport: { file: string; time: EpochMs | null; report: ErrorReport } | undefined;
  readonly #context: PassContext;
  readonly #source: BundleSource;
  readonly #files: ReadonlySet<string>;
  /** The last state stored: what one change leaves is mostly what the next one starts from. */
  #lastState: { json: string; ref: DocumentRef } | undefined;

  constructor(source: BundleSource, context: PassContext) {
    this.#source = source;
    this.#context = context;
    this.#files = new Set(source.files().map(({ file }) => file));
    this.documents = new DocumentWriter(context.pipeline);
  }

  async addTrace(source: SourceRecord<Trace>): Promise<void> {
    const { file } = source;
    const trace = this.#clean(source.record);
    const start = parseTime(trace.started_at) ?? null;
    const end = parseTime(trace.completed_at) ?? lastSign(trace);
    this.#context.times.add(start);
    this.#context.times.add(end);
    this.#context.findings.addTrace(trace, file);
    this.traces.push({
      trace_id: trace.trace_id,
      operation: trace.operation,
      command: trace.command.join(" "),
      status: trace.status,
      failed: isFailure.trace(trace),
      start,
      end,
      duration_ms: trace.duration_ms,
      spans: trace.spans.length,
      logs: 0,
      errors: 0,
      llm_calls: 0,
      changes: 0,
      lock_requests: 0,
      file,
      document: await this.documents.add(trace),
    });
  }

  async addCall(source: SourceRecord<LlmTranscript>): Promise<void> {
    const { file } = source;
    const call = this.#clean(source.record);
    const row = llmRow(call, file, await this.documents.add(call));
    const end = row.time === null ? null : row.time + (row.duration_ms ?? 0);
    this.#context.times.add(row.time);
    this.#context.times.add(end);
    const failed = isFailedOutcome(row.outcome);
    this.#context.tally.count(row.trace_id, "llm_calls", row.time, row.operation, failed, end);
    this.#context.findings.addCall(call, file);
    this.totals.llm_calls++;
    if (failed) this.totals.llm_failed++;
    if (row.outcome === "running") this.totals.llm_open++;
    addUsage(this.totals.llm, row);
    this.llm.push(row);
  }

  async addReport(source: SourceRecord<ErrorReport>): Promise<void> {
    const { file } = source;
    const report = this.#clean(source.record);
    const time = parseTime(report.timestamp) ?? null;
    if (!this.firstReport || byTime(time, this.firstReport.time) < 0) {
      this.firstReport = { file, time, report };
    }
    const frame = report.stack_trace.at(-1);
    const operation = report.operation ?? "";
    this.#context.times.add(time);
    this.#context.tally.count(report.trace_id, "errors", time, operation, true);
    this.#context.findings.addReport(report, file);
    const row: ErrorRow = {
      trace_id: report.trace_id,
      time,
      error_type: report.error_type,
      error_message: report.error_message,
      function: report.function,
      operation,
      location: frame ? `${frame.file}:${frame.line}` : "",
      locals_source: report.locals_source ?? null,
      fingerprint: errorFingerprint(report),
      file,
      document: await this.documents.add(report),
      state: await this.#addState(stateCopy(file, report, this.#files)),
    };
    this.errors.push(row);
  }

  async addChange(source: SourceRecord<StateDiff>): Promise<void> {
    const { file } = source;
    const diff = this.#clean(source.record);
    const time = parseTime(diff.timestamp) ?? null;
    const before = this.#readState(this.#known(diff.before_file));
    const after = this.#readState(this.#known(diff.after_file));
    const paths = Object.keys(diff.changes).toSorted((a, b) =>
      Number(routinePaths.has(a)) - Number(routinePaths.has(b))
    );
    const row: ChangeRow = {
      trace_id: diff.trace_id,
      time,
      operation: diff.operation,
      changes: paths.length,
      paths: paths.slice(0, rowPathsMax),
      version_before: numberOf(diff.changes["version"]?.old) ?? versionOf(before),
      version_after: versionLeft(diff) ?? versionOf(after),
      file,
      document: await this.documents.add(diff),
      before: await this.#storeState(before),
      after: await this.#storeState(after),
    };
    this.#context.times.add(time);
    this.#context.tally.count(diff.trace_id, "changes", time, diff.operation, false);
    this.#context.findings.addChange({ diff, ...row });
    this.changes.push(row, row.version_after);
    this.paths.add({ time, version: row.version_after }, paths);
  }

  #clean<T>(record: T): T {
    return this.#context.redactor ? this.#context.redactor.value(record) as T : record;
  }

  /** A file of this session, or nothing: records may name any path. */
  #known(file: string): string | undefined {
    return this.#files.has(file) ? file : undefined;
  }

  #addState(file: string | undefined): Promise<DocumentRef | null> {
    return this.#storeState(this.#readState(file));
  }

  #readState(file: string | undefined): unknown {
    return file === undefined ? null : this.#clean(this.#source.readJson(file));
  }

  async #storeState(state: unknown): Promise<DocumentRef | null> {
    if (state === null || state === undefined) return null;
    const json = JSON.stringify(state);
    if (this.#lastState?.json === json) return this.#lastState.ref;
    const ref = await this.documents.add(state);
    this.#lastState = { json, ref };
    return ref;
  }
}

/** Sums up what is known of tokens and cost, and counts where something is not. */
function addUsage(llm: LlmTotals, { input_tokens, output_tokens, cost_usd }: LlmRow): void {
  if (input_tokens !== null) llm.input_tokens = (llm.input_tokens ?? 0) + input_tokens;
  if (output_tokens !== null) llm.output_tokens = (llm.output_tokens ?? 0) + output_tokens;
  if (input_tokens === null || output_tokens === null) llm.tokens_unknown++;
  if (cost_usd !== null) llm.cost_usd = (llm.cost_usd ?? 0) + cost_usd;
  else llm.cost_unknown++;
}

/**
 * The copy of the state that was made with an error report: the file of the same number beside it.
 * The path in the report is used only where it names a file of the session, since the Python
 * planloop names the live `state.json`, which has changed since.
 */
function stateCopy(
  file: string,
  report: ErrorReport,
  files: ReadonlySet<string>,
): string | undefined {
  const beside = file.replace(/_error(_\d+)?\.json$/, "_state$1.json");
  if (beside !== file && files.has(beside)) return beside;
  const path = report.state_snapshot_path;
  return path !== null && path !== "state.json" && files.has(path) ? path : undefined;
}

function versionOf(state: unknown): number | null {
  if (typeof state !== "object" || state === null) return null;
  return numberOf((state as { version?: unknown }).version);
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
