/**
 * A record as commands and routes give it.
 *
 * @module
 */

import type { LockOutcome } from "../analyse/mod.ts";
import type {
  EpochMs,
  ErrorReport,
  Level,
  LlmTranscript,
  Metric,
  Problem,
  StateDiff,
  Trace,
} from "../format/mod.ts";
import type { QueryKind } from "./query_kind.ts";

/** Where a record stands. */
export interface RecordSource {
  /** The session's id. */
  session_id: string;
  /** The file, relative to the session folder, with `/`. */
  file: string;
  /** The line in that file, from 1; absent where the whole file is the record. */
  line?: number;
}

/** What every record has beside its own keys. */
export interface Sourced {
  /** Where the record stands. */
  source: RecordSource;
}

/**
 * A line of a log, whichever program wrote it: the keys of a log line always there, an event's and
 * any other after them, as they were recorded.
 */
export interface LogJson {
  /** RFC 3339; null where the line has no readable time. */
  timestamp: string | null;
  /** How severe; `INFO` where the line does not say. */
  level: Level;
  /** The trace that the line belongs to, or null outside of one. */
  trace_id: string | null;
  /** The session's id. */
  session_id: string;
  /** What was being done; may be empty. */
  operation: string;
  /** The text for people; may be empty. */
  message: string;
  /** Further values. */
  context: Record<string, unknown>;
  /** How long the logged work took, in milliseconds; null where the line is no measurement. */
  duration_ms: number | null;
  /** The kind of event; absent for an ordinary line. */
  event?: string;
  /** Values that did not fit their key, by that key; absent where all fitted. */
  as_given?: Record<string, unknown>;
  [key: string]: unknown;
}

/** An error report with the name of the fault behind it. */
export interface ErrorJson extends ErrorReport {
  /** 16 hexadecimal digits, equal for reports of one fault. */
  fingerprint: string;
}

/** A request for the session lock, from its first event to its last. */
export interface LockJson {
  /** The request's id, the same on all its events. */
  lock_entry_id: string;
  /** What the lock was wanted for. */
  operation: string;
  /** Who asked: an agent's name or `pid:<n>`; null where nothing says so. */
  agent: string | null;
  /** The trace that asked; null where nothing says so. */
  trace_id: string | null;
  /** RFC 3339, in UTC; null where unknown. */
  requested_at: string | null;
  /** RFC 3339, in UTC; null where unknown, or where the lock was never had. */
  acquired_at: string | null;
  /** RFC 3339, in UTC; null where unknown, or where the lock was never given back. */
  released_at: string | null;
  /** How long the request waited, in milliseconds; null where that is unknown or not over. */
  wait_ms: number | null;
  /** How long the lock was held, in milliseconds; null where that is unknown or not over. */
  hold_ms: number | null;
  /** How the request ended. */
  outcome: LockOutcome;
  /** The request that held the lock for most of the wait; null where none did. */
  blocked_by: string | null;
  /** Who held it meanwhile; null where nothing says so. */
  holder: string | null;
  /** What the request does at this moment, as the lock's files say; null where it is over. */
  current: "waiting" | "holding" | null;
  /** For how long it has done that, in milliseconds; null where it is over. */
  current_ms: number | null;
}

/** Each kind's JSON, without `source`. */
export interface QueryJson {
  logs: LogJson;
  llm: LlmTranscript;
  traces: Trace;
  diffs: StateDiff;
  performance: Metric;
  errors: ErrorJson;
  locks: LockJson;
  problems: Problem;
}

/** One record of an answer. */
export interface QueryRecord<Kind extends QueryKind = QueryKind> {
  readonly kind: Kind;
  readonly source: RecordSource;
  /** When it happened or began; null where it has no readable time. */
  readonly time: EpochMs | null;
  /** The trace that it belongs to; null outside of one. */
  readonly trace_id: string | null;
  /** The record with its documented keys, without `source`. A line of a log is parsed now. */
  json(): QueryJson[Kind];
}

/** A record's JSON as commands and routes give it: its own keys, and where it stands. */
export function sourced<Kind extends QueryKind>(
  record: QueryRecord<Kind>,
): QueryJson[Kind] & Sourced {
  return { ...record.json(), source: record.source };
}

/** A moment as the JSON has it; null where it is unknown, or no moment that can be written. */
export function timeJson(time: EpochMs | null): string | null {
  if (time === null) return null;
  const date = new Date(Math.floor(time));
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : null;
}
