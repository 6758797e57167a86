/**
 * The sample's section rows, derived from its whole records.
 *
 * @module
 */

import { lastSign } from "../../lib/analyse/last_sign.ts";
import { errorFingerprint } from "../../lib/analyse/error_fingerprint.ts";
import { isFailedOutcome, isFailure } from "../../lib/analyse/failure.ts";
import type {
  ChangeRow,
  ErrorRow,
  LlmRow,
  PathSection,
  TraceRow,
} from "../../lib/bundle/sections.ts";
import { parseTime } from "../../lib/format/mod.ts";
import type { ErrorReport, LlmTranscript, StackFrame, Trace } from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import type { SampleChange } from "./changes.ts";
import type { SampleDocuments } from "./documents.ts";
import { sampleLocks } from "./locks.ts";
import { sampleSession } from "./session.ts";

const time = (text: string | null): number | null => text === null ? null : parseTime(text) ?? null;

/** Text of a message's content, whichever shape it has. */
function plain(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => part?.text ?? "").join(" ").trim();
}

const preview = (text: string): string => text.replace(/\s+/g, " ").slice(0, 160);

/** A row for a model call. */
export function llmRow(call: LlmTranscript, documents: SampleDocuments): LlmRow {
  const last = call.request.messages?.at(-1) as { content?: unknown } | undefined;
  const number = call.call_index ?? 1;
  return {
    trace_id: call.trace_id,
    operation: call.operation,
    provider: call.provider,
    model: call.model,
    time: time(call.timestamp),
    duration_ms: call.duration_ms,
    time_to_first_chunk_ms: call.stream?.time_to_first_chunk_ms ?? null,
    streamed: call.stream !== null && call.stream !== undefined,
    outcome: call.stream?.aborted ? "aborted" : call.error ? "error" : "ok",
    stop_reason: call.response?.stop_reason ?? null,
    attempts: call.attempts?.length ?? 1,
    input_tokens: call.response?.usage?.input_tokens ?? null,
    output_tokens: call.response?.usage?.output_tokens ?? null,
    cost_usd: call.cost_usd,
    error: call.error?.message ?? null,
    prompt_preview: preview(plain(last?.content ?? call.request.prompt)),
    response_preview: preview(plain(call.response?.content)),
    call_index: call.call_index ?? null,
    span_id: call.span_id ?? null,
    file: `logs/llm_transcripts/${call.trace_id}_llm${number > 1 ? `_00${number}` : ""}.json`,
    document: documents.add(call),
  };
}

const location = (frame: StackFrame | undefined): string =>
  frame ? `${frame.file}:${frame.line}` : "";

/** A row for an error report; `nth` is its number within its trace. */
export function errorRow(report: ErrorReport, nth: number, documents: SampleDocuments): ErrorRow {
  return {
    trace_id: report.trace_id,
    time: time(report.timestamp),
    error_type: report.error_type,
    error_message: report.error_message,
    function: report.function,
    operation: report.operation ?? "",
    location: location(report.stack_trace.at(-1)),
    locals_source: report.locals_source ?? null,
    fingerprint: errorFingerprint(report),
    file: `logs/errors/${report.trace_id}_error${nth > 1 ? `_00${nth}` : ""}.json`,
    document: documents.add(report),
    state: report.state_snapshot_path ? documents.add(sampleSession.state) : null,
  };
}

/** A row for a state change. */
export function changeRow(change: SampleChange, documents: SampleDocuments): ChangeRow {
  const { diff, before, after } = change;
  const paths = Object.keys(diff.changes);
  return {
    trace_id: diff.trace_id,
    time: time(diff.timestamp),
    operation: diff.operation,
    changes: paths.length,
    paths: paths.slice(0, 4),
    version_before: before?.version ?? null,
    version_after: after?.version ?? null,
    file: `logs/diffs/${diff.trace_id}_diff.json`,
    document: documents.add(diff),
    before: before && documents.add(before),
    after: after && documents.add(after),
  };
}

/** Which change altered which paths. */
export function pathSection(changes: readonly SampleChange[]): PathSection {
  const paths = changes.map(({ diff }) => Object.keys(diff.changes));
  const names = [...new Set(paths.flat())];
  return {
    names,
    changes: paths.map((list) => list.map((path) => names.indexOf(path))),
    left_out: 0,
  };
}

/** What else of the sample carries trace ids. */
export interface SampleRecords {
  traces: Trace[];
  logs: LogRecord[];
  llm: LlmRow[];
  errors: ErrorRow[];
  changes: ChangeRow[];
}

/** A row for every trace id that anything carries. */
export function traceRows(records: SampleRecords, documents: SampleDocuments): TraceRow[] {
  const { traces, logs, llm, errors, changes } = records;
  const locks = sampleLocks();
  const withFile = new Map(traces.map((trace) => [trace.trace_id, trace]));
  const seen = new Set([
    ...withFile.keys(),
    ...[...logs, ...llm, ...errors, ...changes].flatMap((record) => record.trace_id ?? []),
  ]);
  const count = (list: { trace_id: string | null }[], id: string) =>
    list.reduce((sum, item) => sum + (item.trace_id === id ? 1 : 0), 0);
  const failing = new Set([
    ...logs.filter(isFailure.log).map((line) => line.trace_id),
    ...llm.filter((call) => isFailedOutcome(call.outcome)).map((call) => call.trace_id),
    ...errors.map((error) => error.trace_id),
  ]);
  const rows = [...seen].map((trace_id): TraceRow => {
    const trace = withFile.get(trace_id);
    const times = [...logs, ...llm, ...errors, ...changes].flatMap((record) =>
      record.trace_id === trace_id ? record.time ?? [] : []
    );
    const last = Math.max(...times, trace ? lastSign(trace) ?? 0 : 0);
    const first = [...logs, ...llm, ...errors].find((record) => record.trace_id === trace_id);
    return {
      trace_id,
      operation: trace?.operation ?? first?.operation ?? "",
      command: trace?.command.join(" ") ?? "",
      status: trace?.status ?? null,
      failed: trace?.status === "error" || failing.has(trace_id),
      start: trace ? time(trace.started_at) : first?.time ?? null,
      end: time(trace?.completed_at ?? null) ?? last,
      duration_ms: trace?.duration_ms ?? null,
      spans: trace?.spans.length ?? 0,
      logs: count(logs, trace_id),
      errors: count(errors, trace_id),
      llm_calls: count(llm, trace_id),
      changes: count(changes, trace_id),
      lock_requests: count(locks, trace_id),
      file: trace ? `logs/traces/${trace_id}.json` : null,
      document: trace ? documents.add(trace) : null,
    };
  });
  return rows.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}
