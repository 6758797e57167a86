/**
 * What surrounds an error: the spans around it with their variables, and the locks that are held.
 *
 * @module
 */

import type { HeldLock, OpenSpan } from "../format/mod.ts";
import { scopeOf } from "./context.ts";
import { cleanObject, type Recorder } from "./recorder.ts";
import { roundMs } from "./round.ts";
import { variableLimits } from "./serialise.ts";
import type { RunningSpan } from "./running_span.ts";

/** Most open spans that one report lists: the innermost ones. */
export const openSpansMax = 100;

/** The variables of the trace and of all its spans around the present flow; inner ones win. */
export function scopeVariables(recorder: Recorder): Record<string, unknown> {
  const { span: innermost, trace } = scopeOf(recorder);
  const around: Record<string, unknown>[] = trace ? [trace.variables] : [];
  const spans: Record<string, unknown>[] = [];
  for (let span = innermost; span; span = span.parent) spans.push(span.variables);
  const variables: Record<string, unknown> = {};
  for (const some of [...around, ...spans.reverse()]) Object.assign(variables, some);
  return variables;
}

/** The spans around an error, also those that it has already left on its way out; innermost last. */
export function openSpans(
  recorder: Recorder,
  innermost: RunningSpan | undefined,
  error: unknown,
): OpenSpan[] {
  const left = typeof error === "object" && error !== null && innermost !== undefined &&
    recorder.escaped.get(error) === innermost;
  const spans: OpenSpan[] = [];
  const now = recorder.runtime.clock.monotonic();
  let more = 0;
  let outermost: RunningSpan | undefined;
  for (let span = innermost; span; span = span.parent) {
    if (span.ended && !(left && span.ending?.error)) continue;
    if (spans.length >= openSpansMax) {
      more += 1;
      outermost = span;
      continue;
    }
    spans.push({
      span_id: span.id,
      name: span.name,
      open_ms: roundMs(now - span.startedMono),
      metadata: cleanObject(recorder, span.metadata),
      ...(Object.keys(span.variables).length === 0
        ? {}
        : { variables: cleanObject(recorder, span.variables, variableLimits) }),
    });
  }
  if (outermost) {
    const open_ms = roundMs(now - outermost.startedMono);
    spans.push({ span_id: outermost.id, name: `…(${more} more)`, open_ms, metadata: {} });
  }
  return spans.reverse();
}

/** The locks that this session holds. */
export function heldLocks(recorder: Recorder): HeldLock[] {
  const now = recorder.runtime.clock.monotonic();
  return [...recorder.heldLocks.values()].map(({ lock_entry_id, operation, since }) => ({
    lock_entry_id,
    operation,
    held_ms: roundMs(now - since),
  }));
}
