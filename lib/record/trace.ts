/**
 * Traces: operations from start to end. A running one keeps a journal on disk, so that a killed
 * process leaves what was open behind.
 *
 * @module
 */

import {
  formatTime,
  isTraceId,
  recordNames,
  sessionLayout,
  type SpanError,
} from "../format/mod.ts";
import { joinPath, TextStore } from "../runtime/mod.ts";
import { generateTraceId, runInScope, scopeOf } from "./context.ts";
import { reportEscaped } from "./escaped_error.ts";
import { spanError } from "./error_parts.ts";
import { cleanText } from "./log_writer.ts";
import { writeMetric } from "./metrics.ts";
import { roundMs } from "./round.ts";
import { cleanValue, guarded, type Recorder } from "./recorder.ts";
import { writeNumbered } from "./record_file.ts";
import { type Outcome, settle } from "./settle.ts";
import type { RunningSpan } from "./running_span.ts";
import { nameLengthMax } from "./span_name.ts";
import { endedText, metadataText, runningText } from "./span_record.ts";
import { TraceJournal } from "./trace_journal.ts";
import { mergeValues } from "./values.ts";

/** Most spans that one trace keeps; further ones are counted in its `spans_left_out`. */
export const traceSpansMax = 200_000;

/** Longest text of all spans of one trace, in bytes; further spans are left out. */
export const traceTextLengthMax: number = 128 * 1024 * 1024;

/** How a trace is run. */
export interface TraceOptions {
  /** The command line or the operation's words. Default: the operation alone. */
  command?: readonly string[];
  /** The trace's id, such as one that another process handed over. Default: a new one. */
  traceId?: string;
}

/** What the code inside a trace can do with it. */
export interface TraceHandle {
  /** The trace's id, which everything recorded inside carries. */
  readonly id: string;
  /** What is done, such as `suggest`. */
  readonly operation: string;
  /** Notes variables, which an error report inside the trace will show. */
  set(variables: object): void;
}

/** A trace that has not ended, or whose last spans have not. */
export interface RunningTrace {
  readonly recorder: Recorder;
  readonly id: string;
  readonly operation: string;
  readonly command: string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** On the monotonic clock. */
  readonly startedMono: number;
  /** The trace and span inside which this one began. */
  readonly enclosing: { trace: string; span: string | null } | undefined;
  /** Null where nothing is recorded, or the journal could not be made. */
  journal: TraceJournal | null;
  /** In the order of their starts; a span that has ended is its record's number in `records`. */
  readonly spans: (number | RunningSpan)[];
  /** The JSON of each span that has ended. */
  readonly records: TextStore;
  readonly variables: Record<string, unknown>;
  openSpans: number;
  spansLeftOut: number;
  /** The sum of the root spans' durations so far, in milliseconds. */
  rootsMs: number;
  ended: TraceEnd | undefined;
  /** The number of the trace's file, once written. */
  fileIndex: number | undefined;
}

/** How a trace ended. */
export interface TraceEnd {
  /** Epoch milliseconds. */
  at: number;
  durationMs: number;
  error: SpanError | null;
}

/** Runs an operation as a trace. What `fn` returns or throws comes out unchanged. */
export function runTrace<T>(
  recorder: Recorder,
  operation: string,
  fn: (trace: TraceHandle) => T,
  options: TraceOptions = {},
): T {
  const { command, traceId } = options;
  const trace = openTrace(recorder, operation, { id: traceId, command });
  const handle: TraceHandle = {
    id: trace.id,
    operation: trace.operation,
    set: (variables) => mergeValues(recorder, trace.variables, variables),
  };
  const scope = { recorder, traceId: trace.id, operation: trace.operation, trace };
  return settle(
    () => runInScope({ ...scope, span: undefined, call: undefined }, () => fn(handle)),
    (outcome) => finishTrace(trace, outcome),
  );
}

/** Begins a trace. End it with {@linkcode finishTrace}. */
export function openTrace(
  recorder: Recorder,
  operation: string,
  options: { id?: string | undefined; command?: readonly string[] | undefined } = {},
): RunningTrace {
  const { clock } = recorder.runtime;
  const { inherited } = recorder;
  const id = usableId(recorder, options.id) ?? inherited?.traceId ??
    runInScope({ recorder }, generateTraceId);
  const name = cleanText(recorder, operation, nameLengthMax);
  const command = guarded(recorder, "write a trace's command", [name], () => {
    const words = cleanValue(recorder, [...options.command ?? [name]]);
    return (words as unknown[]).map(String);
  });
  const startedAt = clock.now();
  const outer = scopeOf(recorder);
  const records = new TextStore();
  const trace: RunningTrace = {
    recorder,
    id,
    operation: name,
    command,
    startedAt,
    startedMono: clock.monotonic(),
    enclosing: outer.trace && !outer.trace.ended
      ? { trace: outer.trace.id, span: outer.span?.id ?? null }
      : inherited && { trace: inherited.traceId, span: inherited.spanId },
    journal: guarded(
      recorder,
      "begin a trace's journal",
      null,
      () => createJournal(recorder, id, name, command, startedAt, records),
    ),
    spans: [],
    records,
    variables: {},
    openSpans: 0,
    spansLeftOut: 0,
    rootsMs: 0,
    ended: undefined,
    fileIndex: undefined,
  };
  const running = recorder.traces.get(id);
  if (running) running.push(trace);
  else recorder.traces.set(id, [trace]);
  return trace;
}

function usableId(recorder: Recorder, id: string | undefined): string | undefined {
  if (id === undefined || isTraceId(id)) return id;
  recorder.failures.note(
    `Cannot use the trace id ${
      typeof id === "string" ? JSON.stringify(id) : `(a ${typeof id})`
    }: it must not become a file name; a new one is used`,
  );
  return undefined;
}

function createJournal(
  recorder: Recorder,
  id: string,
  operation: string,
  command: string[],
  startedAt: number,
  records: TextStore,
): TraceJournal {
  const { runtime, sessionId } = recorder;
  const pidStart = recorder.pidStart ??= runtime.process.startTime(runtime.process.pid);
  return TraceJournal.create(recorder, {
    kind: "trace_start",
    timestamp: formatTime(startedAt),
    trace_id: id,
    operation,
    command,
    session_id: sessionId,
    pid: runtime.process.pid,
    ...(pidStart === undefined ? {} : { pid_start: pidStart }),
    host: runtime.process.hostname,
  }, records);
}

/** Takes a new span into its trace and journal, or counts it where the trace is full. */
export function keepSpan(trace: RunningTrace, span: RunningSpan): void {
  trace.openSpans += 1;
  const { recorder, spans } = trace;
  if (!recorder.recording) return;
  if (spans.length >= traceSpansMax || trace.records.sizeBytes >= traceTextLengthMax) {
    trace.spansLeftOut += 1;
    return;
  }
  span.slot = spans.push(span) - 1;
  try {
    trace.journal?.started(span);
  } catch (error) {
    recorder.failures.lost("Cannot note the start of a span", error);
  }
}

/**
 * Takes a span's end into its trace and journal.
 *
 * @param duration Milliseconds.
 * @param end Epoch milliseconds.
 * @param now On the monotonic clock.
 */
export function spanClosed(span: RunningSpan, duration: number, end: number, now: number): void {
  const { trace } = span;
  trace.openSpans -= 1;
  if (!span.parent) trace.rootsMs += duration;
  if (span.slot < 0) return;
  const record = addRecord(span, duration, end);
  trace.spans[span.slot] = record;
  // The operation returned before this piece of its work did: its file says "running" until now.
  if (trace.ended && trace.openSpans === 0) writeTrace(trace);
  trace.journal?.ended(span, record, now);
}

/** Makes the record of a span that ended; gives its number. */
function addRecord(span: RunningSpan, duration: number, end: number): number {
  const { records, recorder } = span.trace;
  if (span.ending) return records.add(endedText(span, span.ending));
  const number = recorder.spanBytes.add(span, duration, end);
  if (number >= 0) return number;
  const ending = { duration, end, error: null, metadata: metadataText(span) };
  return records.add(endedText(span, ending));
}

/** Ends a trace and writes its file. Ending it again does nothing. */
export function finishTrace(trace: RunningTrace, outcome: Outcome): void {
  if (trace.ended) return;
  if (!outcome.ok) reportEscaped(trace, outcome.error);
  const { recorder } = trace;
  const { clock } = recorder.runtime;
  const durationMs = roundMs(clock.monotonic() - trace.startedMono);
  const at = Math.max(clock.now(), trace.startedAt);
  const error = outcome.ok ? null : spanError(recorder, outcome.error);
  trace.ended = { at, durationMs, error };
  forgetTrace(trace);
  const status = outcome.ok ? "success" : "error";
  const timestamp = formatTime(at);
  const end = { kind: "trace_end", timestamp, status, duration_ms: durationMs, error };
  if (trace.journal?.isNearlyWritten) trace.journal.end(JSON.stringify(end));
  writeTrace(trace);
  runInScope({ recorder, traceId: trace.id }, () => {
    writeMetric(recorder, "command.duration", durationMs, { command: trace.operation, status });
  });
}

/** Writes the files of traces that still run, as a process does that ends by itself. */
export function abandonTraces(recorder: Recorder): void {
  for (const trace of [...recorder.traces.values()].flat()) {
    forgetTrace(trace);
    writeTrace(trace);
  }
}

/** Ends a trace that was begun by hand. Does nothing where none of that id runs. */
export function endTraceById(recorder: Recorder, traceId: string): void {
  const trace = recorder.traces.get(traceId)?.at(-1);
  if (trace) finishTrace(trace, { ok: true, value: undefined });
}

function forgetTrace(trace: RunningTrace): void {
  const { traces } = trace.recorder;
  const left = (traces.get(trace.id) ?? []).filter((other) => other !== trace);
  if (left.length === 0) traces.delete(trace.id);
  else traces.set(trace.id, left);
}

/** Writes a trace's file, the first time under a number of its own, and removes its journal. */
function writeTrace(trace: RunningTrace): void {
  const { recorder, ended } = trace;
  guarded(recorder, `write the trace ${trace.id}`, undefined, () => {
    const bytes = traceBytes(trace);
    if (trace.fileIndex === undefined) {
      trace.fileIndex = writeNumbered(
        recorder,
        sessionLayout.traces,
        "trace",
        trace.id,
        (index) => [[recordNames.trace(trace.id, index), bytes]],
      );
    } else {
      const name = recordNames.trace(trace.id, trace.fileIndex);
      const path = joinPath(recorder.path, sessionLayout.traces, name);
      recorder.runtime.files.writeFileAtomic(path, bytes);
    }
    const { journal } = trace;
    trace.journal = null;
    journal?.remove();
    if (ended && trace.openSpans === 0) {
      trace.spans.length = 0;
      trace.records.release();
    }
  });
  // Without a file, the journal is all there is.
  guarded(recorder, `write the journal of ${trace.id}`, undefined, () => trace.journal?.flush());
}

/** The record of a span, as JSON. */
export function recordOfSpan(trace: RunningTrace, span: number | RunningSpan): string {
  return typeof span === "number" ? trace.records.text(span) : runningText(span);
}

/** The trace's record as JSON: spans are bytes already, however many they are. */
function traceBytes(trace: RunningTrace): Iterable<Uint8Array> {
  const { recorder, ended } = trace;
  const { process } = recorder.runtime;
  const status = ended === undefined ? "running" : ended.error ? "error" : "success";
  const completed = ended === undefined ? null : formatTime(ended.at);
  const head = JSON.stringify({
    trace_id: trace.id,
    command: trace.command,
    operation: trace.operation,
    started_at: formatTime(trace.startedAt),
    completed_at: completed,
    timestamp: completed ?? formatTime(trace.startedAt),
    duration_ms: ended?.durationMs ?? null,
    status,
    error: ended?.error ?? null,
    total_duration_ms: roundMs(trace.rootsMs),
    session_id: recorder.sessionId,
    pid: process.pid,
    ...(trace.enclosing === undefined ? {} : {
      parent_trace_id: trace.enclosing.trace,
      parent_span_id: trace.enclosing.span,
    }),
    ...(trace.spansLeftOut === 0 ? {} : { spans_left_out: trace.spansLeftOut }),
  });
  const items = trace.spans.map((span) => typeof span === "number" ? span : runningText(span));
  return trace.records.list(`${head.slice(0, -1)},"spans":[`, items, "]}\n");
}
