/**
 * Errors that leave the operation in which they were thrown: nobody inside handled them.
 *
 * @module
 */

import { runInScope } from "./context.ts";
import { captureError } from "./error_report.ts";
import type { RunningSpan } from "./running_span.ts";
import type { RunningTrace } from "./running_trace.ts";

/** Remembers the innermost span that an error leaves: its variables tell most about it. */
export function noteEscape(span: RunningSpan, error: unknown): void {
  const { escaped } = span.recorder;
  if (typeof error === "object" && error !== null && !escaped.has(error)) escaped.set(error, span);
}

/**
 * Reports an error that leaves its trace, with the spans that it went through, unless it was
 * reported where it was thrown. Never throws.
 */
export function reportEscaped(trace: RunningTrace, error: unknown): void {
  const { recorder, id: traceId, operation } = trace;
  const left = typeof error === "object" && error !== null
    ? recorder.escaped.get(error)
    : undefined;
  const span = left?.trace === trace ? left : undefined;
  runInScope(
    { recorder, traceId, operation, trace, span, call: undefined },
    () => void captureError(recorder, error, { operation }, { isOutermost: true }),
  );
}
