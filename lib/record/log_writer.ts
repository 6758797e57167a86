/**
 * Lines of `logs/planloop.jsonl`.
 *
 * @module
 */

import type { Level, LockEventName, ValidationIssue } from "../format/mod.ts";
import { ByteText, textBytes } from "../runtime/mod.ts";
import { type Scope, scopeOf } from "./context.ts";
import { roundMs } from "./round.ts";
import { cleanValue, guarded, keptBytesMax, type Recorder, writeObject } from "./recorder.ts";
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
    if (appendLine(recorder, entry) && recorder.failures.hasPending) {
      tellRecovery(recorder);
    }
  } catch (error) {
    recorder.failures.lost("Cannot write a log line", error);
  }
}

/** A log line in the making. Up to its message it is mostly as the last one. */
export interface LogLine {
  readonly out: ByteText;
  /** What the beginning was made of. */
  time: string;
  level: string;
  traceId: string | null;
  operation: string;
  /** The beginning's length in bytes: up to the message. */
  headLength: number;
}

const CONTEXT = textBytes(',"context":');
const DURATION = textBytes(',"duration_ms":');
const NO_DURATION = textBytes(',"duration_ms":null');
const EMPTY = textBytes("{}");
const LINE_END = textBytes("}\n");

/** Writes a line by hand, in the documented order of keys, and tells whether the system took it. */
function appendLine(recorder: Recorder, entry: LogEntry): boolean {
  // Values may write lines of their own while they are looked at, and those take another memory.
  const line = recorder.spareLine ?? newLine();
  recorder.spareLine = undefined;
  const { out } = line;
  const scope = scopeOf(recorder);
  const { span } = scope;
  // What names a span must not outlive it in a killed process.
  if (span && !span.told && !span.ended && span.slot >= 0) span.trace.journal?.announce(span);
  const { message, context, duration_ms: duration, extra } = entry;
  beginLine(recorder, line, entry, scope);
  writeText(recorder, out, message);
  out.copy(CONTEXT);
  if (context === undefined) out.copy(EMPTY);
  else writeObject(recorder, out, context);
  if (duration !== undefined && Number.isFinite(duration)) {
    out.copy(DURATION);
    out.number(duration);
  } else {
    out.copy(NO_DURATION);
  }
  const spanId = entry.span_id ?? span?.id;
  if (spanId !== undefined) out.text(`,"span_id":${JSON.stringify(spanId)}`);
  if (extra !== undefined) {
    for (const [key, value] of Object.entries(extra)) {
      if (value !== undefined) out.text(`,${JSON.stringify(key)}:${JSON.stringify(value)}`);
    }
  }
  out.copy(LINE_END);
  const written = recorder.log.appendBytes(out.bytes, out.at);
  if (out.bytes.length <= keptBytesMax) recorder.spareLine = line;
  return written;
}

function newLine(): LogLine {
  return { out: new ByteText(), time: "", level: "", traceId: null, operation: "", headLength: 0 };
}

/** Writes what comes before the message, as far as it is not there from the last line. */
function beginLine(recorder: Recorder, line: LogLine, entry: LogEntry, scope: Scope): void {
  const { out } = line;
  const { level } = entry;
  const traceId = entry.trace_id === undefined
    ? scope.traceId ?? recorder.inherited?.traceId ?? null
    : entry.trace_id;
  const operation = entry.operation ?? scope.operation ?? defaultOperation;
  const time = recorder.times.of(recorder.runtime.clock.nowWhole());
  const isSame = line.level === level && line.traceId === traceId && line.operation === operation;
  if (!isSame || line.time !== time) {
    line.time = time;
    out.at = 0;
    out.text(`{"timestamp":"${time}`);
  }
  if (isSame) {
    out.at = line.headLength;
    return;
  }
  out.text(`","level":"${level}","trace_id":${JSON.stringify(traceId)}`);
  out.text(`,"session_id":${JSON.stringify(recorder.sessionId)},"operation":`);
  writeText(recorder, out, operation);
  out.text(`,"message":`);
  line.level = level;
  line.traceId = traceId;
  line.operation = operation;
  line.headLength = out.at;
}

/** Writes a text as {@linkcode cleanText} gives it, as JSON. */
export function writeText(
  recorder: Recorder,
  out: ByteText,
  text: unknown,
  lengthMax: number = messageLengthMax,
): void {
  if (typeof text === "string" && text.length <= lengthMax) recorder.json.text(text, out);
  else out.text(JSON.stringify(cleanText(recorder, text, lengthMax)));
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
  const written = appendLine(recorder, {
    level: "WARNING",
    operation: "recorder",
    message: `Recording works again: ${pending.lost} record(s) were lost`,
    context: { lost: pending.lost, reason: pending.reason },
    extra: { event: "recorder_recovered" },
  });
  if (!written) recorder.failures.restorePending(pending);
}

/** Says in the log what was lost, where no further line would. Never throws. */
export function writeFailures(recorder: Recorder): void {
  if (!recorder.recording || !recorder.failures.hasPending) return;
  guarded(recorder, "write what was lost", undefined, () => tellRecovery(recorder));
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
    const name = cleanText(recorder, target);
    const reason = issues[0] && cleanText(recorder, issues[0].message);
    const first = issues.slice(0, validationIssuesMax).map((issue) => ({
      path: cleanText(recorder, issue.path),
      expected: cleanText(recorder, issue.expected),
      found: cleanText(recorder, issue.found),
      message: cleanText(recorder, issue.message),
    }));
    writeLog(recorder, {
      level: "ERROR",
      message: `Validation of ${name} failed: ${reason ?? "no reason was given"}`,
      context: left > 0 ? { issues_left_out: left } : undefined,
      extra: {
        event: "validation_failed",
        target: name,
        issues: first,
      },
    });
  });
}
