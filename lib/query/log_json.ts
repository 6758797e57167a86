/**
 * A line of a log as JSON.
 *
 * @module
 */

import { setKey } from "../read/json_value.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LogRow } from "../read/log_row.ts";
import { type LogJson, timeJson } from "./query_record.ts";

/** Keys that a record holds in a member of its own; elsewhere they are values that did not fit. */
const ownKeys: ReadonlySet<string> = new Set([
  "timestamp",
  "level",
  "trace_id",
  "session_id",
  "operation",
  "message",
  "context",
  "duration_ms",
  "event",
]);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A row's JSON: what stands in the file where it is as planloop writes it, else as for its record. */
export function logRowJson(row: LogRow, session: string): LogJson {
  if (row.text === null) return logJson(row.record(), session);
  const { bytes, start, end } = row.text;
  return JSON.parse(decoder.decode(bytes.subarray(start, end))) as LogJson;
}

/**
 * A record's JSON, with the keys of a line that planloop wrote, in their order.
 *
 * @param session The session's id, for lines that do not name theirs.
 */
export function logJson(record: LogRecord, session: string): LogJson {
  const { extra } = record;
  const recorded = extra["session_id"];
  const json: LogJson = {
    timestamp: timeJson(record.time),
    level: record.level,
    trace_id: record.trace_id,
    session_id: typeof recorded === "string" ? recorded : session,
    operation: record.operation,
    message: record.message,
    context: record.context,
    duration_ms: record.duration_ms,
  };
  const misfits: Record<string, unknown> = {};
  for (const key in extra) {
    if (!ownKeys.has(key)) setKey(json, key, extra[key]);
    else if (key !== "session_id" || typeof recorded !== "string") misfits[key] = extra[key];
  }
  if (record.event !== null) json.event = record.event;
  if (Object.keys(misfits).length > 0) json.as_given = misfits;
  return json;
}
