/**
 * Recording without a session at hand: functions bound to the current session, which is the one of
 * the present flow, else the one opened last.
 *
 * @module
 */

import type { Span } from "../format/mod.ts";
import type { LockHandle } from "../lock/mod.ts";
import {
  type CaptureOptions,
  currentScope,
  enterScope,
  generateTraceId,
  getCurrentTraceId,
  type LlmRecord,
  type LockLogEvent,
  makeRecordingFetch,
  openTrace,
  type RecordingFetchOptions,
  type SpanHandle,
  wrapWithCapture,
  writeLockEvent,
} from "../record/mod.ts";
import { currentSession, recorderOf } from "./current.ts";
import type { Session, SessionLockOptions } from "./session.ts";

/**
 * Begins a trace for an operation, for the rest of the present flow. It collects spans until
 * {@linkcode writeTraceSpans} ends it, or the session is closed.
 *
 * @returns The trace's id.
 */
export function startOperationTrace(operation: string): string {
  const recorder = currentRecorder();
  if (!recorder) {
    const traceId = generateTraceId();
    enterScope({ traceId, operation, trace: undefined, span: undefined });
    return traceId;
  }
  const trace = openTrace(recorder, operation);
  const scope = { recorder, traceId: trace.id, operation: trace.operation, trace };
  enterScope({ ...scope, span: undefined, call: undefined });
  return trace.id;
}

/** Runs a named piece of work as a span of the current session; without one, just runs it. */
export function traceSpan<T>(name: string, fn: (span: SpanHandle) => T): T;
/** Runs a named piece of work as a span, with values that are known at its start. */
export function traceSpan<T>(name: string, metadata: object, fn: (span: SpanHandle) => T): T;
export function traceSpan<T>(
  name: string,
  metadata: object | ((span: SpanHandle) => T),
  fn?: (span: SpanHandle) => T,
): T {
  const work = typeof metadata === "function" ? metadata as (span: SpanHandle) => T : fn!;
  const values = typeof metadata === "function" ? {} : metadata;
  const session = currentSession();
  return session ? session.span(name, values, work) : work(idleSpan(name, values));
}

/** The spans of a trace that this process still runs. Default: the present flow's trace. */
export function getTraceSpans(traceId: string = getCurrentTraceId()): Span[] {
  return currentSession()?.spans(traceId) ?? [];
}

/**
 * Ends a trace that was begun by {@linkcode startOperationTrace} or `setTraceId`, and writes its
 * file. Default: the present flow's trace.
 */
export function writeTraceSpans(traceId: string = getCurrentTraceId()): void {
  currentSession()?.endTrace(traceId);
}

/**
 * Wraps a function so that what it throws is reported to the session that is current at that
 * moment, and then thrown on. Without a session the function just runs.
 */
export function captureErrorContext<A extends unknown[], R>(
  fn: (...args: A) => R,
  options?: CaptureOptions,
): (...args: A) => R {
  return wrapWithCapture(currentRecorder, fn, options);
}

/** Writes a lock event into the current session's log. */
export function logLockEvent(event: LockLogEvent): void {
  const recorder = currentRecorder();
  if (recorder) writeLockEvent(recorder, event);
}

/**
 * Waits for the current session's lock.
 *
 * @throws {Error} If no session is open.
 * @throws {LockTimeoutError} When the wait took longer than `timeout_ms`.
 */
export function acquireLock(operation: string, options?: SessionLockOptions): Promise<LockHandle> {
  const session = currentSession();
  if (session) return session.lock(operation, options);
  return Promise.reject(
    new Error(`Cannot lock for "${operation}": no session is open; call openSession first`),
  );
}

/** Gives a lock back. Doing so again does nothing. */
export function releaseLock(lock: LockHandle): void {
  lock.release();
}

/** Records a finished model call. Returns its file, or null where none was written. */
export function recordLlmCall(record: LlmRecord): string | null {
  return currentSession()?.recordLlmCall(record) ?? null;
}

/**
 * Makes a `fetch` that records the model calls among its requests, for clients that take one.
 *
 * @example
 * ```ts
 * import { openSession, recordingFetch } from "planloop";
 *
 * const session = openSession({ name: "example" });
 * const options = { fetch: recordingFetch(session) }; // for `new OpenAI(options)`, `new Anthropic(options)`
 * ```
 */
export function recordingFetch(
  session: Session,
  options?: RecordingFetchOptions,
): typeof fetch {
  const recorder = recorderOf(session);
  return recorder ? makeRecordingFetch(recorder, options) : session.fetch;
}

function currentRecorder() {
  const session = currentSession();
  return session ? recorderOf(session) : undefined;
}

function idleSpan(name: string, metadata: object): SpanHandle {
  return {
    id: "",
    traceId: currentScope().traceId ?? "",
    name,
    metadata: { ...metadata },
    set: () => {},
    event: () => {},
  };
}
