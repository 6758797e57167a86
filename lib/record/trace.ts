/**
 * Traces: operations from start to end, and the spans inside them.
 *
 * @module
 */

import { formatTime } from "../format/mod.ts";
import { runInScope } from "./context.ts";
import { runIdleTrace } from "./idle.ts";
import { reportEscaped } from "./escaped_error.ts";
import { spanError } from "./error_parts.ts";
import { writeMetric } from "./metrics.ts";
import { roundMs } from "./round.ts";
import type { Recorder } from "./recorder.ts";
import type { RunningSpan } from "./running_span.ts";
import { openTrace, type RunningTrace, usableId } from "./running_trace.ts";
import { type Outcome, settle } from "./settle.ts";
import { endedText, metadataText } from "./span_record.ts";
import { writeTrace } from "./trace_record.ts";
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

/** Runs an operation as a trace. What `fn` returns or throws comes out unchanged. */
export function runTrace<T>(
  recorder: Recorder,
  operation: string,
  fn: (trace: TraceHandle) => T,
  options: TraceOptions = {},
): T {
  const { command, traceId } = options;
  if (!recorder.recording) {
    return runIdleTrace(recorder, operation, fn, usableId(recorder, traceId));
  }
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
  if (!span.parent) trace.rootsMs += duration;
  let record = -1;
  try {
    if (span.slot >= 0) record = trace.spans[span.slot] = addRecord(span, duration, end);
  } finally {
    // Not before: a getter among the span's values may end the trace, whose file has this span, too.
    trace.openSpans -= 1;
  }
  if (record < 0) return;
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
