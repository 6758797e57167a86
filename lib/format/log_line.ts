/**
 * `logs/planloop.jsonl`: one JSON object a line.
 *
 * @module
 */

/** The levels of a log line, least severe first. Readers map `WARN`, `FATAL` and any case to these. */
export const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;

/** A log line's level. */
export type Level = typeof levels[number];

/** Names that other loggers use for planloop's levels. */
const LEVEL_ALIASES: ReadonlyMap<string, Level> = new Map<string, Level>([
  ["TRACE", "DEBUG"],
  ["VERBOSE", "DEBUG"],
  ["NOTICE", "INFO"],
  ["WARN", "WARNING"],
  ["ERR", "ERROR"],
  ["FATAL", "CRITICAL"],
]);

/** Whether a value is a level exactly as planloop writes it. */
export function isLevel(value: unknown): value is Level {
  return (levels as readonly unknown[]).includes(value);
}

/**
 * Reads a level as any logger may have written it: any case, blanks around it, and the usual other
 * names (`warn`, `FATAL`, …).
 *
 * @param value What the file held. Numbers are not taken: loggers disagree on what they mean.
 * @returns The level, or `undefined` where the value names none.
 *
 * @example Reading another logger's levels
 * ```ts
 * import { parseLevel } from "planloop/format";
 *
 * parseLevel("warn"); // "WARNING"
 * parseLevel("loud"); // undefined
 * ```
 */
export function parseLevel(value: unknown): Level | undefined {
  if (isLevel(value)) return value;
  if (typeof value !== "string") return undefined;
  const name = value.trim().toUpperCase();
  return isLevel(name) ? name : LEVEL_ALIASES.get(name);
}

/** One line of `logs/planloop.jsonl`, as written. Readers keep keys that are not named here. */
export interface LogLine {
  /** When it was written: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** How severe. */
  level: Level;
  /** The trace that the line belongs to, or null outside of one. */
  trace_id: string | null;
  /** The session's id. */
  session_id: string;
  /** What was being done, such as `update` or `suggest`. */
  operation: string;
  /** The text for people. */
  message: string;
  /** Further values, as JSON. */
  context: Record<string, unknown>;
  /** How long the logged work took, in milliseconds; null where the line is no measurement. */
  duration_ms: number | null;
  /** The span that was open, where there was one. */
  span_id?: string;
  /** The kind of event, where the line is one: see {@linkcode LockEvent}, {@linkcode ValidationEvent}. */
  event?: string;
}

/** The events that a lock writes, in the order of a lock's life. */
export const lockEvents = [
  "lock_requested",
  "lock_acquired",
  "lock_released",
  "lock_timeout",
  "lock_broken",
] as const;

/** A lock event's name. */
export type LockEventName = typeof lockEvents[number];

/** A log line about the session lock. The Python planloop writes these without level and message. */
export interface LockEvent extends LogLine {
  /** What happened to the lock. */
  event: LockEventName;
  /** The request's id, a UUID: the same on all events of one request. */
  lock_entry_id: string;
  /** How long the request waited, in milliseconds; on `lock_acquired` and `lock_timeout`. */
  wait_ms?: number;
  /** How long the lock was held, in milliseconds; on `lock_released`. */
  hold_ms?: number;
  /** Who asked: `PLANLOOP_AGENT_NAME`, else `pid:<n>`. */
  agent?: string;
  /** Who held the lock, where known: `pid:<n>`. On `lock_timeout` and `lock_broken`. */
  holder?: string;
}

/** One fault that a validation found. */
export interface ValidationIssue {
  /** Where, such as `tasks[4].status`; empty for the whole value. */
  path: string;
  /** What was expected there. */
  expected: string;
  /** What was found there, shortened. */
  found: string;
  /** The whole sentence. */
  message: string;
}

/** A log line about data that failed a check. */
export interface ValidationEvent extends LogLine {
  /** Marks the line as the outcome of a check. */
  event: "validation_failed";
  /** What was checked, such as `state.json` or `llm response`. */
  target: string;
  /** What was wrong; at least one. */
  issues: ValidationIssue[];
}
