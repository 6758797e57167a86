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
 * {@linkcode writeTraceSpans} ends it, or the session is closed. Where a function can hold the
 * whole operation, `session.trace` is safer: it ends the trace by itself.
 *
 * @returns The trace's id. Without a session, an id that nothing is recorded under.
 *
 * @example Trace what no single function holds
 * ```ts
 * import { openSession, startOperationTrace, traceSpan, writeTraceSpans } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const traceId = startOperationTrace("suggest");
 * traceSpan("load_state", () => session.state());
 * writeTraceSpans(traceId);
 * ```
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

/**
 * Runs a named piece of work as a span of the current session; without one, just runs it. What `fn`
 * returns or throws comes out unchanged; a promise ends the span when it settles.
 *
 * @example Time a step
 * ```ts
 * import { openSession, traceSpan } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const files = await traceSpan("list_files", async () => await Promise.resolve(["a.ts"]));
 * ```
 */
export function traceSpan<T>(name: string, fn: (span: SpanHandle) => T): T;
/**
 * Runs a named piece of work as a span, with values that are known at its start.
 *
 * @example Tell more of a step
 * ```ts
 * import { openSession, traceSpan } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * traceSpan("parse", { bytes: 2 }, (span) => {
 *   const value = JSON.parse("{}");
 *   span.set({ keys: Object.keys(value).length });
 * });
 * ```
 */
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

/**
 * The spans so far of a trace that this process still runs, in the order in which they began; empty
 * for any other trace, and without a session.
 *
 * @param traceId Default: the present flow's trace.
 *
 * @example Look at a running trace
 * ```ts
 * import { getTraceSpans, openSession, traceSpan } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * session.trace("suggest", () => {
 *   traceSpan("load_state", () => {});
 *   getTraceSpans().map((span) => span.name); // ["load_state"]
 * });
 * ```
 */
export function getTraceSpans(traceId: string = getCurrentTraceId()): Span[] {
  return currentSession()?.spans(traceId) ?? [];
}

/**
 * Ends a trace that was begun by {@linkcode startOperationTrace} or `setTraceId`, and writes its
 * file. Does nothing for a trace that does not run, and without a session.
 *
 * @param traceId Default: the present flow's trace.
 *
 * @example Go on with a trace whose id came from elsewhere
 * ```ts
 * import { openSession, setTraceId, traceSpan, writeTraceSpans } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * setTraceId("tr_20251118081417_abc123");
 * traceSpan("load_state", () => {});
 * writeTraceSpans();
 * ```
 */
export function writeTraceSpans(traceId: string = getCurrentTraceId()): void {
  currentSession()?.endTrace(traceId);
}

/**
 * Wraps a function so that what it throws is reported to the session that is current at that
 * moment, and then thrown on: the identical error. Also what the promise, generator or async
 * iterable throws that the function gives. Without a session the function just runs.
 *
 * @param options What the report says besides. Default: the running trace's operation, no locals.
 *
 * @example Report where it fails
 * ```ts
 * import { captureErrorContext, openSession } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const parse = captureErrorContext(function parse(text: string): unknown {
 *   return JSON.parse(text);
 * });
 * parse("[1, 2]"); // what it throws goes to logs/errors, with `text` as its argument
 * ```
 */
export function captureErrorContext<A extends unknown[], R>(
  fn: (...args: A) => R,
  options?: CaptureOptions,
): (...args: A) => R {
  return wrapWithCapture(currentRecorder, fn, options);
}

/**
 * Writes a lock event into the current session's log, for locks that are not planloop's own;
 * `acquireLock` and `session.lock` do so by themselves. Does nothing without a session.
 *
 * @example A lock of another kind
 * ```ts
 * import { logLockEvent, openSession } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const request = { lock_entry_id: crypto.randomUUID(), operation: "deploy" };
 * logLockEvent({ ...request, event: "lock_requested" });
 * logLockEvent({ ...request, event: "lock_acquired", wait_ms: 12 });
 * logLockEvent({ ...request, event: "lock_released", hold_ms: 340 });
 * ```
 */
export function logLockEvent(event: LockLogEvent): void {
  const recorder = currentRecorder();
  if (recorder) writeLockEvent(recorder, event);
}

/**
 * Waits for the current session's lock.
 *
 * @param operation What the lock is for, such as `update`; others see it while they wait.
 * @param options Default: a wait of at most 30 000 ms.
 * @throws {Error} If no session is open.
 * @throws {LockTimeoutError} When the wait took longer than `timeout_ms`.
 * @throws The signal's reason, where `signal` ends the wait.
 *
 * @example Hold the lock for a block
 * ```ts
 * import { acquireLock, openSession, releaseLock } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const lock = await acquireLock("update", { timeout_ms: 5000 });
 * try {
 *   session.info("alone now");
 * } finally {
 *   releaseLock(lock);
 * }
 * ```
 */
export function acquireLock(operation: string, options?: SessionLockOptions): Promise<LockHandle> {
  const session = currentSession();
  if (session) return session.lock(operation, options);
  return Promise.reject(
    new Error(`Cannot lock for "${operation}": no session is open; call openSession first`),
  );
}

/**
 * Gives a lock back, as `lock.release()` does. Doing so again does nothing.
 *
 * @throws {Error} If the system refuses to remove the lock's files.
 *
 * @example
 * ```ts
 * import { acquireLock, openSession, releaseLock } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * releaseLock(await acquireLock("update"));
 * ```
 */
export function releaseLock(lock: LockHandle): void {
  lock.release();
}

/**
 * Records a finished model call in the current session.
 *
 * @returns The transcript's file, relative to the session folder; null where none was written, such
 * as without a session or where `recordLlm` is off.
 *
 * @example
 * ```ts
 * import { openSession, recordLlmCall } from "planloop";
 *
 * using session = openSession({ name: "example", recordLlm: true });
 * recordLlmCall({
 *   provider: "anthropic",
 *   model: "claude-sonnet-4-5",
 *   request: { messages: [{ role: "user", content: "What is next?" }] },
 *   response: { content: "Test", usage: { input_tokens: 12, output_tokens: 3 } },
 *   duration_ms: 830,
 * });
 * ```
 */
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
