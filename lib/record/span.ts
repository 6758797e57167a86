/**
 * Spans: named pieces of work inside a trace.
 *
 * @module
 */

import { formatTime, type Span, type SpanError, type SpanEvent } from "../format/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import { currentScope, runInWholeScope, type Scope, scopeIn } from "./context.ts";
import { noteEscape } from "./escaped_error.ts";
import { spanError } from "./error_parts.ts";
import { cleanText, textJson } from "./log_writer.ts";
import { namedValues } from "./named_values.ts";
import { roundMs } from "./round.ts";
import { cleanObject, guarded, objectText, type Recorder } from "./recorder.ts";
import { variableLimits } from "./serialise.ts";
import { type Outcome, settle } from "./settle.ts";
import {
  finishTrace,
  keepSpan,
  openTrace,
  recordOfSpan,
  type RunningTrace,
  spanClosed,
} from "./trace.ts";

/** Longest name of a span, an event or an operation, in UTF-16 units. */
export const nameLengthMax = 500;

/** Most events of one span; further ones are counted in its metadata as `events_left_out`. */
export const spanEventsMax = 1000;

/** What the code inside a span can do with it. */
export interface SpanHandle {
  /** Unique in its trace. */
  readonly id: string;
  /** The id of the span's trace. */
  readonly traceId: string;
  /** What is done. */
  readonly name: string;
  /** The span's values: what is added before its end is recorded with it. */
  readonly metadata: Record<string, unknown>;
  /** Notes variables, which an error report inside the span will show. Later values replace earlier. */
  set(variables: object): void;
  /** Notes a moment inside the span. */
  event(name: string, metadata?: object): void;
}

/** A span shorter than this ends by the monotonic clock alone, in milliseconds. */
const shortSpanMs = 1000;

/** How a span ended. */
export interface SpanEnding {
  /** Milliseconds. */
  readonly duration: number;
  /** Epoch milliseconds. */
  readonly end: number;
  readonly error: SpanError | null;
  /** Its values, as JSON. */
  readonly metadata: string;
}

/** A span that has not ended. */
export interface RunningSpan {
  readonly id: string;
  readonly name: string;
  readonly recorder: Recorder;
  readonly trace: RunningTrace;
  readonly parent: RunningSpan | undefined;
  handle: SpanHandle;
  /** As the caller gave and changes it. */
  readonly metadata: Record<string, unknown>;
  /** As set by the caller; merged, not yet cleaned. */
  readonly variables: Record<string, unknown>;
  readonly events: SpanEvent[];
  eventsLeftOut: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** On the monotonic clock. */
  readonly startedMono: number;
  /** The metadata as the journal has it, as JSON. */
  metadataTold: string;
  /** Whether the journal has its start. */
  told: boolean;
  /** Its place among what waits to be written into the journal; -1 where it does not wait. */
  waits: number;
  ending: SpanEnding | undefined;
  /** Its place among the trace's spans; -1 where the trace keeps no more. */
  slot: number;
  ended: boolean;
  /** Whether the trace was made for this span alone, and ends with it. */
  readonly endsTrace: boolean;
}

/** Runs a piece of work as a span. What `fn` returns or throws comes out unchanged. */
export function runSpan<T>(
  recorder: Recorder,
  name: string,
  metadata: object,
  fn: (span: SpanHandle) => T,
): T {
  const outer = currentScope();
  const span = openSpan(recorder, name, metadata, outer);
  const { trace } = span;
  const { id: traceId, operation } = trace;
  const scope: Scope = { recorder, traceId, operation, trace, span, call: outer.call };
  return settle(
    () => runInWholeScope(scope, () => fn(span.handle)),
    (outcome) => closeSpan(span, outcome),
  );
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
  const { trace, endsTrace } = traceFor(recorder, name, scope);
  recorder.spanCount += 1;
  const { clock } = recorder.runtime;
  const span: RunningSpan = {
    id: recorder.spanPrefix + recorder.spanCount.toString(16).padStart(8, "0"),
    name: cleanName(recorder, name),
    recorder,
    trace,
    parent: scope.span?.trace === trace ? scope.span : undefined,
    handle: NO_HANDLE,
    metadata: {},
    variables: {},
    events: [],
    eventsLeftOut: 0,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    metadataTold: "",
    told: false,
    waits: -1,
    ending: undefined,
    slot: -1,
    ended: false,
    endsTrace,
  };
  span.handle = handleOf(span);
  setVariables(recorder, span.metadata, metadata);
  keepSpan(trace, span);
  if (span.slot >= 0 && trace.journal) {
    try {
      trace.journal.started(span);
    } catch (error) {
      recorder.failures.lost("Cannot note the start of a span", error);
    }
  }
  return span;
}

function cleanName(recorder: Recorder, name: string): string {
  const isClean = typeof name === "string" && name.length <= nameLengthMax &&
    recorder.redactor.isPlain?.(name);
  return isClean ? name : cleanText(recorder, name, nameLengthMax);
}

/** Ends a span. Ending it again does nothing. */
export function closeSpan(span: RunningSpan, outcome: Outcome): void {
  if (span.ended) return;
  span.ended = true;
  const { recorder, trace } = span;
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
  const { recorder, trace } = span;
  const { clock } = recorder.runtime;
  const now = clock.monotonic();
  const duration = roundMs(now - span.startedMono);
  span.ending = {
    duration,
    end: endTimeOf(span, duration, clock),
    error: outcome.ok ? null : spanError(recorder, outcome.error),
    metadata: metadataText(recorder, span.metadata, span.eventsLeftOut),
  };
  const { journal } = trace;
  spanClosed(trace, span, spanText(span), duration);
  if (span.slot >= 0) journal?.ended(span, trace.spans[span.slot] as number, now);
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

/** A span's record as JSON; without an end it is one that still runs. */
export function spanText(span: RunningSpan): string {
  const { recorder, ending } = span;
  const { times } = recorder;
  const parent = span.parent ? `"${span.parent.id}"` : "null";
  const start = `{"name":${textJson(recorder, span.name)},"duration_ms":`;
  const ids = `,"span_id":"${span.id}","parent":${parent},"start_time":"${
    times.of(span.startedAt)
  }","end_time":`;
  const metadata = ending ? ending.metadata : metadataText(recorder, span.metadata);
  let text = ending === undefined
    ? `${start}null,"metadata":${metadata}${ids}null,"status":"running","error":null`
    : `${start}${ending.duration},"metadata":${metadata}${ids}"${times.of(ending.end)}",` +
      (ending.error === null
        ? '"status":"success","error":null'
        : `"status":"error","error":${JSON.stringify(ending.error)}`);
  if (span.events.length > 0) text += `,"events":${JSON.stringify(span.events)}`;
  for (const _ in span.variables) {
    return `${text},"variables":${objectText(recorder, span.variables, variableLimits)}}`;
  }
  return `${text}}`;
}

/** The spans of a trace that still runs; empty where this process runs none of that id. */
export function spansOf(recorder: Recorder, traceId: string): Span[] {
  const running = recorder.traces.get(traceId) ?? [];
  return running.flatMap((trace) =>
    trace.spans.map((span) => JSON.parse(recordOfSpan(trace, span)) as Span)
  );
}

/** Stands in until a span has its handle. */
const NO_HANDLE = undefined as unknown as SpanHandle;

/** The trace that a new span belongs to, opened where it must be. */
function traceFor(
  recorder: Recorder,
  name: string,
  scope: Scope,
): { trace: RunningTrace; endsTrace: boolean } {
  if (scope.trace && !scope.trace.ended) return { trace: scope.trace, endsTrace: false };
  if (scope.traceId === undefined || scope.trace?.ended) {
    const options = { id: scope.traceId, command: [name] };
    return { trace: openTrace(recorder, name, options), endsTrace: true };
  }
  // An id set by hand: its trace collects spans until it is ended by hand.
  const running = recorder.traces.get(scope.traceId)?.at(-1);
  const trace = running ?? openTrace(recorder, scope.operation ?? name, { id: scope.traceId });
  return { trace, endsTrace: false };
}

function handleOf(span: RunningSpan): SpanHandle {
  const { recorder } = span;
  return {
    id: span.id,
    traceId: span.trace.id,
    name: span.name,
    metadata: span.metadata,
    set: (variables) => setVariables(recorder, span.variables, variables),
    event(name, metadata = {}) {
      if (span.events.length >= spanEventsMax) {
        span.eventsLeftOut += 1;
        return;
      }
      guarded(recorder, "note an event of a span", undefined, () => {
        span.events.push({
          name: cleanText(recorder, name, nameLengthMax),
          timestamp: formatTime(recorder.runtime.clock.now()),
          metadata: cleanObject(recorder, metadata),
        });
      });
    },
  };
}

/** Merges a caller's values into others. A getter that throws must not reach the host. */
export function setVariables(
  recorder: Recorder,
  target: Record<string, unknown>,
  values: object,
): void {
  if (!recorder.recording) return;
  try {
    Object.assign(target, namedValues(values));
  } catch (error) {
    recorder.failures.lost("Cannot take a caller's values", error);
  }
}

function metadataText(
  recorder: Recorder,
  metadata: Record<string, unknown>,
  eventsLeftOut = 0,
): string {
  try {
    return eventsLeftOut === 0 ? objectText(recorder, metadata) : JSON.stringify({
      ...cleanObject(recorder, metadata),
      events_left_out: eventsLeftOut,
    });
  } catch (error) {
    recorder.failures.lost("Cannot write a span's values", error);
    return "{}";
  }
}
