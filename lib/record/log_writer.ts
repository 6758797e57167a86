/**
 * Lines of `logs/planloop.jsonl`.
 *
 * @module
 */

import type { Level, LockEventName, ValidationIssue } from "../format/mod.ts";
import { scopeOf, traceIdOf } from "./context.ts";
import { roundMs } from "./round.ts";
import { cleanValue, guarded, objectText, type Recorder } from "./recorder.ts";
import { cutText } from "./serialise.ts";

/** Longest message of a log line, in UTF-16 units. */
export const messageLengthMax: number = 256 * 1024;

/** Most issues that one validation event lists. */
export const validationIssuesMax = 100;

/** The operation of a line written outside of any trace. */
export const defaultOperation = "session";

/** What a log line says besides its time and its session. */
export interface LogEntry {
  level: Level;
  message: string;
  /** Default: none. */
  context?: object | undefined;
  /** Default: the running trace's, else `session`. */
  operation?: string | undefined;
  /** Milliseconds. Default: null. */
  duration_ms?: number | undefined;
  /** Default: the present flow's; null outside of any. */
  trace_id?: string | null | undefined;
  /** Default: the open span's, where there is one. */
  span_id?: string | undefined;
  /** Further documented keys, such as those of an event. Already plain and clean. */
  extra?: Record<string, unknown>;
}

/** Writes a log line. Never throws. */
export function writeLog(recorder: Recorder, entry: LogEntry): void {
  // As `guarded`, but without a closure: this runs for every line.
  if (!recorder.recording) return;
  try {
    if (recorder.log.append(logLine(recorder, entry)) && recorder.failures.hasPending) {
      tellRecovery(recorder);
    }
  } catch (error) {
    recorder.failures.lost("Cannot write a log line", error);
  }
}

/** Builds a line by hand, in the documented order of keys: half the price of one big stringify. */
function logLine(recorder: Recorder, entry: LogEntry): string {
  const scope = scopeOf(recorder);
  const traceId = entry.trace_id === undefined ? traceIdOf(recorder) ?? null : entry.trace_id;
  const operation = entry.operation ?? scope.operation ?? defaultOperation;
  const { span } = scope;
  const spanId = entry.span_id ?? span?.id;
  // What names a span must not outlive it in a killed process.
  if (span && !span.told && !span.ended && span.slot >= 0) span.trace.journal?.announce(span);
  const context = entry.context === undefined ? "{}" : objectText(recorder, entry.context);
  const { duration_ms: duration, extra } = entry;
  const time = recorder.times.of(recorder.runtime.clock.now());
  const head = headText(recorder, entry.level, traceId, operation);
  const message = textJson(recorder, entry.message);
  let line = `{"timestamp":"${time}${head}${message},"context":${context}` +
    (Number.isFinite(duration) ? `,"duration_ms":${duration}` : ',"duration_ms":null');
  if (spanId !== undefined) line += `,"span_id":${JSON.stringify(spanId)}`;
  if (extra !== undefined) {
    for (const [key, value] of Object.entries(extra)) {
      if (value !== undefined) line += `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
    }
  }
  return `${line}}`;
}

/** The part of a line that stays the same from one to the next, mostly: level to operation. */
function headText(
  recorder: Recorder,
  level: Level,
  traceId: string | null,
  operation: string,
): string {
  const last = recorder.lastHead;
  if (last.level === level && last.traceId === traceId && last.operation === operation) {
    return last.text;
  }
  const text = `","level":"${level}","trace_id":${JSON.stringify(traceId)}` +
    `,"session_id":${JSON.stringify(recorder.sessionId)}` +
    `,"operation":${textJson(recorder, operation)},"message":`;
  recorder.lastHead = { level, traceId, operation, text };
  return text;
}

/** A text as {@linkcode cleanText} gives it, as JSON. */
export function textJson(
  recorder: Recorder,
  text: unknown,
  lengthMax: number = messageLengthMax,
): string {
  return typeof text === "string" && text.length <= lengthMax
    ? recorder.json.text(text)
    : JSON.stringify(cleanText(recorder, text, lengthMax));
}

/** A text, cut to the limit and redacted; anything else is made a text first. */
export function cleanText(
  recorder: Recorder,
  text: unknown,
  lengthMax: number = messageLengthMax,
): string {
  if (typeof text !== "string") {
    const plain = cleanValue(recorder, text);
    text = typeof plain === "string" ? plain : JSON.stringify(plain);
  }
  const redactText = (part: string) => recorder.redactor.text(part);
  const cut = cutText(text as string, lengthMax, redactText);
  return redactText(cut);
}

/** Says in the log what could not be written before. */
function tellRecovery(recorder: Recorder): void {
  const pending = recorder.failures.takePending();
  const line = logLine(recorder, {
    level: "WARNING",
    operation: "recorder",
    message: `Recording works again: ${pending.lost} record(s) were lost`,
    context: { lost: pending.lost, reason: pending.reason },
    extra: { event: "recorder_recovered" },
  });
  if (!recorder.log.append(line)) recorder.failures.restorePending(pending);
}

/** What happened to a request for the session's lock. */
export interface LockLogEvent {
  /** What happened. */
  event: LockEventName;
  /** The request's UUID. */
  lock_entry_id: string;
  /** What the lock is for, such as `update`. */
  operation: string;
  /** On `lock_acquired` and `lock_timeout`, in milliseconds. */
  wait_ms?: number | undefined;
  /** On `lock_released`, in milliseconds. */
  hold_ms?: number | undefined;
  /** Who asked. */
  agent?: string | undefined;
  /** On `lock_timeout` and `lock_broken`. */
  holder?: string | undefined;
  /** Default: the present flow's. */
  trace_id?: string | null | undefined;
}

/** Writes a lock event, and keeps track of the locks that this process holds. Never throws. */
export function writeLockEvent(recorder: Recorder, event: LockLogEvent): void {
  trackLock(recorder, event);
  const { event: name, lock_entry_id, operation, wait_ms, hold_ms, agent, holder } = event;
  writeLog(recorder, {
    level: name === "lock_timeout" || name === "lock_broken" ? "WARNING" : "INFO",
    operation,
    message: lockMessage(event),
    trace_id: event.trace_id,
    extra: {
      event: name,
      lock_entry_id,
      wait_ms: wait_ms === undefined ? undefined : roundMs(wait_ms),
      hold_ms: hold_ms === undefined ? undefined : roundMs(hold_ms),
      agent: agent === undefined ? undefined : cleanText(recorder, agent),
      holder: holder === undefined ? undefined : cleanText(recorder, holder),
    },
  });
}

function trackLock(recorder: Recorder, event: LockLogEvent): void {
  const { lock_entry_id, operation } = event;
  if (event.event === "lock_acquired") {
    const since = recorder.runtime.clock.monotonic();
    recorder.heldLocks.set(lock_entry_id, { lock_entry_id, operation, since });
  } else if (event.event === "lock_released") {
    recorder.heldLocks.delete(lock_entry_id);
  }
}

function lockMessage(event: LockLogEvent): string {
  const holder = event.holder ?? "unknown";
  switch (event.event) {
    case "lock_requested":
      return `Lock requested for ${event.operation}`;
    case "lock_acquired":
      return `Lock acquired for ${event.operation}`;
    case "lock_released":
      return `Lock released for ${event.operation}`;
    case "lock_timeout":
      return `Lock timeout for ${event.operation}; held by ${holder}`;
    case "lock_broken":
      return `Lock broken for ${event.operation}; its holder ${holder} is gone`;
  }
}

/** Writes a `validation_failed` event. Never throws. */
export function writeValidationEvent(
  recorder: Recorder,
  target: string,
  issues: readonly ValidationIssue[],
): void {
  guarded(recorder, "write a validation event", undefined, () => {
    const left = issues.length - validationIssuesMax;
    const first = issues.slice(0, validationIssuesMax).map((issue) => ({
      path: cleanText(recorder, issue.path),
      expected: cleanText(recorder, issue.expected),
      found: cleanText(recorder, issue.found),
      message: cleanText(recorder, issue.message),
    }));
    writeLog(recorder, {
      level: "ERROR",
      message: `Validation of ${target} failed: ${issues[0]?.message ?? "no reason was given"}`,
      context: left > 0 ? { issues_left_out: left } : undefined,
      extra: {
        event: "validation_failed",
        target: cleanText(recorder, target),
        issues: first,
      },
    });
  });
}
