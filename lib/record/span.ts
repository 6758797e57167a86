/**
 * Spans: named pieces of work inside a trace.
 *
 * @module
 */

import type { Span } from "../format/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import { currentScope, runInWholeScope, type Scope, scopeIn } from "./context.ts";
import { idleSpan } from "./idle.ts";
import { noteEscape } from "./escaped_error.ts";
import { spanError } from "./error_parts.ts";
import { roundMs } from "./round.ts";
import type { Recorder } from "./recorder.ts";
import { Handle, RunningSpan, type SpanHandle } from "./running_span.ts";
import { openTrace, type RunningTrace } from "./running_trace.ts";
import { followThenable, isPlainPromise, isThenable, type Outcome } from "./settle.ts";
import { metadataText } from "./span_record.ts";
import { finishTrace, keepSpan, spanClosed } from "./trace.ts";
import { recordOfSpan } from "./trace_record.ts";

/** A span shorter than this ends by the monotonic clock alone, in milliseconds. */
const shortSpanMs = 1000;

const returned: Outcome = { ok: true, value: undefined };

/** Runs a piece of work as a span. What `fn` returns or throws comes out unchanged. */
export function runSpan<T>(
  recorder: Recorder,
  name: string,
  metadata: object,
  fn: (span: SpanHandle) => T,
): T {
  if (!recorder.recording) return fn(idleSpan(recorder, name));
  const span = openSpan(recorder, name, metadata);
  let result: T;
  // As `settle`, but a call that gives no promise needs no function for its end.
  try {
    result = runInWholeScope(span, fn, new Handle(span));
  } catch (error) {
    closeSpan(span, { ok: false, error });
    throw error;
  }
  if (isThenable(result)) return followSpan(span, result);
  closeSpan(span, returned);
  return result;
}

/** As `follow`, for a span: with nothing but the two functions that each promise needs. */
function followSpan<T>(span: RunningSpan, result: T & PromiseLike<unknown>): T {
  if (!isPlainPromise(result)) {
    return followThenable(result, (outcome) => closeSpan(span, outcome));
  }
  // Replaced by its follower, so that a rejection nobody handles is still seen.
  return result.then(
    (value) => {
      closeSpan(span, returned);
      return value;
    },
    (error) => {
      closeSpan(span, { ok: false, error });
      throw error;
    },
  ) as T;
}

/** The scope of what runs inside a span. */
export function spanScope(span: RunningSpan): Scope {
  const { recorder, trace } = span;
  return { recorder, traceId: trace.id, operation: trace.operation, trace, span };
}

/**
 * Begins a span, in a trace of its own where none runs. End it with {@linkcode closeSpan}.
 *
 * @param around What it begins in. Default: the present flow's scope.
 */
export function openSpan(
  recorder: Recorder,
  name: string,
  metadata: object,
  around: Scope = currentScope(),
): RunningSpan {
  const scope = scopeIn(recorder, around);
  const trace = traceFor(recorder, name, scope);
  const parent = scope.span?.trace === trace ? scope.span : undefined;
  // A trace that was opened here ends here, but for that of an id set by hand.
  const endsTrace = trace !== scope.trace &&
    (scope.traceId === undefined || scope.trace !== undefined);
  const span = new RunningSpan(trace, parent, name, metadata, endsTrace, around.call);
  keepSpan(trace, span);
  return span;
}

/** The trace that a new span belongs to, opened where it must be. */
function traceFor(recorder: Recorder, name: string, scope: Scope): RunningTrace {
  if (scope.trace && !scope.trace.ended) return scope.trace;
  if (scope.traceId === undefined || scope.trace?.ended) {
    return openTrace(recorder, name, { id: scope.traceId, command: [name] });
  }
  // An id set by hand: its trace collects spans until it is ended by hand.
  return recorder.traces.get(scope.traceId)?.at(-1) ??
    openTrace(recorder, scope.operation ?? name, { id: scope.traceId });
}

/** Ends a span. Ending it again does nothing. */
export function closeSpan(span: RunningSpan, outcome: Outcome): void {
  if (span.ended) return;
  span.ended = true;
  const { trace } = span;
  const { recorder } = trace;
  if (recorder.recording) {
    try {
      noteEnd(span, outcome);
    } catch (error) {
      recorder.failures.lost("Cannot note the end of a span", error);
    }
  }
  if (!outcome.ok) noteEscape(span, outcome.error);
  if (span.endsTrace) finishTrace(trace, outcome);
}

function noteEnd(span: RunningSpan, outcome: Outcome): void {
  const { recorder } = span.trace;
  const { clock } = recorder.runtime;
  const now = clock.monotonic();
  const duration = roundMs(Math.max(0, now - span.startedMono));
  const end = endTimeOf(span, duration, clock);
  const error = outcome.ok ? null : spanError(recorder, outcome.error);
  if (error !== null || span.told || span.hasNotes) {
    span.ending = { duration, end, error, metadata: metadataText(span) };
  }
  spanClosed(span, duration, end, now);
}

/**
 * The end never lies before the start, even if the wall clock was set back meanwhile. That of a
 * short span comes from the monotonic clock, which need not be read again.
 */
function endTimeOf(span: RunningSpan, duration: number, clock: Clock): number {
  const end = span.startedAt + duration;
  if (duration < shortSpanMs) return end;
  const now = clock.now();
  return now >= span.startedAt ? now : end;
}

/** The spans of a trace that still runs; empty where this process runs none of that id. */
export function spansOf(recorder: Recorder, traceId: string): Span[] {
  const running = recorder.traces.get(traceId) ?? [];
  return running.flatMap((trace) =>
    trace.spans.map((span) => JSON.parse(recordOfSpan(trace, span)) as Span)
  );
}
