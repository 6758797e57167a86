/**
 * Traces and spans of a session that records nothing.
 *
 * @module
 */

import { currentScope, generateTraceId, runInScope, scopeIn } from "./context.ts";
import type { Recorder } from "./recorder.ts";
import type { SpanHandle } from "./running_span.ts";
import type { TraceHandle } from "./trace.ts";

/** The id of no span, of the usual length. */
const noSpanId = "0000000000000000";

/** The handle of a span that nothing is recorded of. */
export function idleSpan(recorder: Recorder, name: string): SpanHandle {
  const traceId = scopeIn(recorder, currentScope()).traceId ?? "";
  return { id: noSpanId, traceId, name, metadata: {}, set: doNothing, event: doNothing };
}

/** Runs an operation that nothing is recorded of, but whose id the flow knows. */
export function runIdleTrace<T>(
  recorder: Recorder,
  operation: string,
  fn: (trace: TraceHandle) => T,
  known: string | undefined,
): T {
  const id = known ?? recorder.inherited?.traceId ?? runInScope({ recorder }, generateTraceId);
  const scope = { recorder, traceId: id, operation, trace: undefined, span: undefined };
  const handle = { id, operation, set: doNothing };
  return runInScope({ ...scope, call: undefined }, () => fn(handle));
}

function doNothing(): void {}
