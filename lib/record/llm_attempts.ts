/**
 * The tries of a model call.
 *
 * @module
 */

import { formatTime, type LlmAttempt, type LlmError } from "../format/mod.ts";
import type { OpenCall } from "./llm_call.ts";
import { isHttpStatus } from "./llm_error.ts";
import { headerReader, parseRateLimit } from "./rate_limit.ts";
import { roundMs } from "./round.ts";

/** Most tries of one call that are kept. */
export const attemptsMax = 100;

/** A try that has not ended. */
export interface OpenAttempt {
  record: LlmAttempt;
  startedMono: number;
}

/** Begins a try. */
export function beginAttempt(call: OpenCall): void {
  const { clock } = call.recorder.runtime;
  noteRetryDelay(call, undefined);
  call.openAttempt = {
    record: {
      attempt: call.attempts.length + 1,
      started_at: formatTime(clock.now()),
      duration_ms: null,
      status: null,
      error: null,
    },
    startedMono: clock.monotonic(),
  };
  if (call.attempts.length < attemptsMax) call.attempts.push(call.openAttempt.record);
}

/** Ends the present try, where there is one. */
export function endAttempt(call: OpenCall, error: LlmError | null): void {
  const { openAttempt } = call;
  if (!openAttempt) return;
  call.openAttempt = undefined;
  const { record, startedMono } = openAttempt;
  record.duration_ms = roundMs(call.recorder.runtime.clock.monotonic() - startedMono);
  record.error = error;
  record.status ??= error?.status ?? null;
}

/** Notes how long the caller waits, or waited, between its last try and the next. */
export function noteRetryDelay(call: OpenCall, ms: number | undefined): void {
  const last = call.attempts.at(-1);
  if (!last || call.openAttempt || last.retry_delay_ms !== undefined) return;
  const sinceStart = call.recorder.runtime.clock.now() - Date.parse(last.started_at);
  const waited = sinceStart - (last.duration_ms ?? 0);
  last.retry_delay_ms = roundMs(Math.max(0, Number.isFinite(ms) ? ms! : waited));
}

/** Notes a response's status and rate limits. */
export function noteResponse(call: OpenCall, status: number, headers: unknown): void {
  const { clock } = call.recorder.runtime;
  if (call.openAttempt && isHttpStatus(status)) call.openAttempt.record.status = status;
  call.rateLimit = parseRateLimit(headerReader(headers), clock.now()) ?? call.rateLimit;
}
