/**
 * `logs/traces/*.json`, in every shape that was ever written, to traces.
 *
 * @module
 */

import {
  parseTime,
  type ProblemSink,
  type Span,
  type SpanError,
  type SpanEvent,
  type Trace,
  type TraceStatus,
} from "../format/mod.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { isObject, withFurtherKeys } from "./json_value.ts";
import { linkSpans, type LooseSpan } from "./span_tree.ts";
import { traceIdOfFile } from "./trace_id_of_file.ts";

const statuses = ["success", "error", "running"] as const;

/**
 * Reads a trace: ours, PLAN.md's span file and command trace, and the Python planloop's spans in
 * the order of their end. What those leave out is derived: ids, parents (from the times), start and
 * end of the whole, status. `total_duration_ms` is always the sum of the root spans.
 *
 * @param value The parsed file.
 * @param file Its name relative to the session folder; it names the trace where the file does not.
 */
export function readTrace(value: unknown, file: string, problem: ProblemSink): Trace | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  if (!fields.has("spans") && !fields.has("command") && !fields.has("trace_id")) {
    fields.report("wrong_shape", "The file has neither trace_id nor spans: left out", true);
    return null;
  }
  const spans = readSpans(fields);
  const roots = spans.filter(({ parent }) => parent === null);
  const command = readCommand(fields);
  const error = readError(fields, "error");
  const completedAt = fields.time("completed_at", null);
  const timestamp = fields.time("timestamp", null);
  const ended = completedAt ?? timestamp ?? latest(spans.map(({ end_time }) => end_time));
  const status = readStatus(fields, ended !== null, error ?? failedRoot(roots));
  const completed = status === "running" ? completedAt : ended;
  const started = fields.time("started_at", null) ??
    earliest(spans.map(({ start_time }) => start_time));
  const duration = fields.number("duration_ms", null);
  const trace: Trace = {
    trace_id: fields.text("trace_id", "") || traceIdOfFile(file),
    command,
    operation: fields.text("operation", "") || operationOf(command, roots),
    started_at: started ?? startBefore(completed, duration ?? sumOfDurations(roots)) ?? "",
    completed_at: completed,
    timestamp: timestamp ?? completed ?? started ?? "",
    duration_ms: duration,
    status,
    error,
    spans,
    total_duration_ms: sumOfDurations(roots),
  };
  trace.duration_ms ??= wallTime(trace);
  return withFurtherKeys(trace, fields.value);
}

function readSpans(fields: Fields): Span[] {
  const all = fields.objects("spans");
  const hasParents = all.some(({ value }) => "parent" in value || "span_id" in value);
  const loose = all.map(readSpan);
  return linkSpans(
    loose,
    hasParents ? "file" : "times",
    (reason) => fields.report("inconsistent", reason),
  );
}

function readSpan(fields: Fields): LooseSpan {
  const error = readError(fields, "error");
  const end = fields.time("end_time", null);
  const duration = fields.number("duration_ms", null);
  const start = fields.time("start_time", null);
  const span: LooseSpan = {
    name: fields.neededText("name", ""),
    duration_ms: duration ?? between(start, end),
    metadata: fields.object("metadata"),
    span_id: fields.text("span_id", null),
    parent: fields.text("parent", null),
    start_time: start ?? "",
    end_time: end,
    status: readStatus(fields, end !== null || duration !== null, error),
    error,
  };
  if (fields.has("events")) span.events = fields.objects("events").map(readEvent);
  return withFurtherKeys(span, fields.value);
}

function readEvent(fields: Fields): SpanEvent {
  return withFurtherKeys({
    name: fields.neededText("name", ""),
    timestamp: fields.time("timestamp", ""),
    metadata: fields.object("metadata"),
  }, fields.value);
}

function readStatus(fields: Fields, hasEnded: boolean, error: SpanError | null): TraceStatus {
  const implied = error ? "error" : hasEnded ? "success" : "running";
  return fields.oneOf<TraceStatus>("status", statuses, implied);
}

function readError(fields: Fields, key: string): SpanError | null {
  if (!fields.has(key)) return null;
  const error = fields.value[key];
  if (!isObject(error)) return { type: "", message: fields.text(key, "") };
  const inner = fields.inner(key);
  return withFurtherKeys(
    { type: inner.text("type", ""), message: inner.text("message", "") },
    error,
  );
}

/** A command is a list of words; a text is taken as one. */
function readCommand(fields: Fields): string[] {
  const command = fields.value["command"];
  return typeof command === "string" ? [command] : fields.texts("command");
}

function operationOf(command: readonly string[], roots: readonly Span[]): string {
  const word = command.slice(1).find((part) => part !== "" && !part.startsWith("-"));
  return word ?? (roots.length === 1 ? roots[0]!.name : "");
}

function failedRoot(roots: readonly Span[]): SpanError | null {
  const root = roots.find(({ status }) => status === "error");
  return root ? root.error ?? { type: "", message: "" } : null;
}

/** PLAN.md's span file has only its end: the start follows from the spans' sum. */
function startBefore(end: string | null, duration: number): string | null {
  const moment = parseTime(end);
  if (moment === undefined || !(duration >= 0) || duration > 1e12) return null;
  const start = new Date(Math.floor(moment - duration));
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}

function wallTime(trace: Trace): number | null {
  return trace.status === "running" ? null : between(trace.started_at, trace.completed_at);
}

function between(start: string | null, end: string | null): number | null {
  const from = parseTime(start);
  const to = parseTime(end);
  return from === undefined || to === undefined ? null : Math.round((to - from) * 1000) / 1000;
}

function sumOfDurations(spans: readonly Span[]): number {
  const sum = spans.reduce((total, { duration_ms }) => total + (duration_ms ?? 0), 0);
  // 0.1 + 0.2 must not show as 0.30000000000000004.
  return Math.round(sum * 1e6) / 1e6;
}

function earliest(times: readonly (string | null)[]): string | null {
  return extreme(times, (time, best) => time < best);
}

function latest(times: readonly (string | null)[]): string | null {
  return extreme(times, (time, best) => time > best);
}

function extreme(
  times: readonly (string | null)[],
  isBetter: (time: number, best: number) => boolean,
): string | null {
  let best: string | null = null;
  let bestTime: number | undefined;
  for (const text of times) {
    const time = parseTime(text);
    if (time === undefined || (bestTime !== undefined && !isBetter(time, bestTime))) continue;
    best = text;
    bestTime = time;
  }
  return best;
}
