/**
 * Spans: named pieces of work inside a trace.
 *
 * @module
 */

import { formatTime, type Span, type SpanError, type SpanEvent } from "../format/mod.ts";
import { runInScope, type Scope, scopeOf } from "./context.ts";
import { spanError } from "./error_parts.ts";
import { cleanText } from "./log_writer.ts";
import { roundMs } from "./round.ts";
import { cleanObject, guarded, type Recorder } from "./recorder.ts";
import { variableLimits } from "./serialise.ts";
import { type Outcome, settle } from "./settle.ts";
import { finishTrace, keepSpan, openTrace, type RunningTrace, spanClosed } from "./trace.ts";

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

/** A span that has not ended. */
export interface RunningSpan {
  readonly id: string;
  readonly name: string;
  readonly recorder: Recorder;
  readonly trace: RunningTrace;
  readonly parent: RunningSpan | undefined;
  readonly handle: SpanHandle;
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
  readonly metadataAtStart: string;
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
  const span = openSpan(recorder, name, metadata);
  return settle(
    () => runInScope(spanScope(span), () => fn(span.handle)),
    (outcome) => closeSpan(span, outcome),
  );
}

/** The scope of what runs inside a span. */
export function spanScope(span: RunningSpan): Scope {
  const { recorder, trace } = span;
  return { recorder, traceId: trace.id, operation: trace.operation, trace, span };
}

/** Begins a span, in a trace of its own where none runs. End it with {@linkcode closeSpan}. */
export function openSpan(recorder: Recorder, name: string, metadata: object): RunningSpan {
  const { trace, endsTrace } = traceFor(recorder, name);
  const enclosing = scopeOf(recorder).span;
  const parent = enclosing?.trace === trace ? enclosing : undefined;
  recorder.spanCount += 1;
  const id = recorder.spanPrefix + recorder.spanCount.toString(16).padStart(8, "0");
  const own: Record<string, unknown> = {};
  setVariables(recorder, own, metadata);
  const { clock } = recorder.runtime;
  const startedAt = clock.now();
  const cleanName = cleanText(recorder, name, nameLengthMax);
  const metadataAtStart = metadataText(recorder, own);
  const span: RunningSpan = {
    id,
    name: cleanName,
    recorder,
    trace,
    parent,
    handle: undefined as unknown as SpanHandle,
    metadata: own,
    variables: {},
    events: [],
    eventsLeftOut: 0,
    startedAt,
    startedMono: clock.monotonic(),
    metadataAtStart,
    slot: -1,
    ended: false,
    endsTrace,
  };
  Object.assign(span, { handle: handleOf(span) });
  keepSpan(trace, span);
  if (span.slot >= 0) {
    guarded(recorder, "note the start of a span", undefined, () => {
      const parentId = parent ? `"${parent.id}"` : "null";
      trace.journal?.append(
        `{"kind":"span_start","timestamp":"${formatTime(startedAt)}","span_id":"${id}",` +
          `"parent":${parentId},"name":${JSON.stringify(cleanName)},"metadata":${metadataAtStart}}`,
      );
    });
  }
  return span;
}

/** Ends a span. Ending it again does nothing. */
export function closeSpan(span: RunningSpan, outcome: Outcome): void {
  if (span.ended) return;
  span.ended = true;
  const { recorder, trace } = span;
  guarded(recorder, "note the end of a span", undefined, () => {
    const { clock } = recorder.runtime;
    const duration = roundMs(clock.monotonic() - span.startedMono);
    const error = outcome.ok ? null : spanError(recorder, outcome.error);
    const end = endTimeOf(span, duration, clock.now());
    const metadata = metadataText(recorder, span.metadata, span.eventsLeftOut);
    const record = spanText(span, { duration, end, error, metadata });
    spanClosed(trace, span, record, duration);
    if (span.slot < 0) return;
    trace.journal?.append(
      `{"kind":"span_end","timestamp":"${formatTime(end)}","span_id":"${span.id}",` +
        `"duration_ms":${duration},"status":"${error ? "error" : "success"}",` +
        `"error":${JSON.stringify(error)}` +
        (metadata === span.metadataAtStart ? "" : `,"metadata":${metadata}`) +
        (span.events.length === 0 ? "" : `,"events":${JSON.stringify(span.events)}`) + "}",
    );
  });
  if (span.endsTrace) finishTrace(trace, outcome);
}

/** The end never lies before the start, even if the wall clock was set back meanwhile. */
function endTimeOf(span: RunningSpan, duration: number, now: number): number {
  return now >= span.startedAt ? now : span.startedAt + duration;
}

/** A span's record as JSON; without an end it is one that still runs. */
export function spanText(
  span: RunningSpan,
  ended?: { duration: number; end: number; error: SpanError | null; metadata: string },
): string {
  const variables = Object.keys(span.variables).length === 0
    ? ""
    : `,"variables":${JSON.stringify(cleanObject(span.recorder, span.variables, variableLimits))}`;
  const metadata = ended?.metadata ?? metadataText(span.recorder, span.metadata);
  const status = ended === undefined ? "running" : ended.error ? "error" : "success";
  return `{"name":${JSON.stringify(span.name)},"duration_ms":${ended?.duration ?? "null"},` +
    `"metadata":${metadata},"span_id":"${span.id}",` +
    `"parent":${span.parent ? `"${span.parent.id}"` : "null"},` +
    `"start_time":"${formatTime(span.startedAt)}",` +
    `"end_time":${ended ? `"${formatTime(ended.end)}"` : "null"},` +
    `"status":"${status}","error":${JSON.stringify(ended?.error ?? null)}` +
    (span.events.length === 0 ? "" : `,"events":${JSON.stringify(span.events)}`) +
    `${variables}}`;
}

/** The spans of a trace that still runs; empty where this process runs none of that id. */
export function spansOf(recorder: Recorder, traceId: string): Span[] {
  const running = recorder.traces.get(traceId) ?? [];
  return running.flatMap((trace) =>
    trace.spans.map((span) => JSON.parse(typeof span === "string" ? span : spanText(span)) as Span)
  );
}

/** The trace that a new span belongs to, opened where it must be. */
function traceFor(recorder: Recorder, name: string): { trace: RunningTrace; endsTrace: boolean } {
  const scope = scopeOf(recorder);
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
  guarded(recorder, "take a caller's values", undefined, () => void Object.assign(target, values));
}

function metadataText(
  recorder: Recorder,
  metadata: Record<string, unknown>,
  eventsLeftOut = 0,
): string {
  for (const _ in metadata) return full();
  return eventsLeftOut > 0 ? full() : "{}";

  function full(): string {
    const extra = eventsLeftOut > 0 ? { events_left_out: eventsLeftOut } : {};
    return guarded(
      recorder,
      "write a span's values",
      "{}",
      () => JSON.stringify({ ...cleanObject(recorder, metadata), ...extra }),
    );
  }
}
