/**
 * Schemas of the values that many records share: times, ids, paths, durations.
 *
 * @module
 */

import { sessionIdBytesMax, sessionIdPattern, traceIdPattern } from "./ids.ts";
import { anything, map, number, type Schema, text } from "./schema.ts";

const DATE = "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const CLOCK = "(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)";

/** A moment as planloop writes it. */
export function timeText(doc: string): Schema<string> {
  return text(doc, {
    pattern: `^${DATE}T${CLOCK}\\.\\d{3}Z$`,
    form: "a UTC time like 2025-11-18T08:14:17.585Z",
    term: "time",
  });
}

/** A moment in a file that the Python planloop writes too: with or without zone and fraction. */
export function sharedTimeText(doc: string): Schema<string> {
  return text(doc, {
    pattern: `^${DATE}[T ]${CLOCK}(?:\\.\\d{1,6})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)?$`,
    form: "an ISO time like 2025-11-16T04:22:51.306742",
    term: "shared time",
  });
}

/** A trace's id. */
export function traceIdText(doc: string): Schema<string> {
  return text(doc, {
    pattern: traceIdPattern,
    form: "an id of 1 to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit",
    term: "trace id",
  });
}

/** A lock request's id, which is also a file's name. */
export function entryIdText(doc: string): Schema<string> {
  return text(doc, {
    pattern: traceIdPattern,
    form: "an id of 1 to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit",
    term: "id",
  });
}

/** A session's id. */
export function sessionIdText(doc: string): Schema<string> {
  return text(doc, {
    pattern: sessionIdPattern,
    form: "a session id: letters, digits, '-', '_' and '.', not beginning with '-' or '.'",
    term: "session id",
    length_max: sessionIdBytesMax,
  });
}

/** A file inside the session folder. */
export function sessionPathText(doc: string): Schema<string> {
  return text(doc, {
    pattern: "^(?!/)(?!(?:[\\s\\S]*/)?\\.\\.(?:/|$))[^\\\\\\u0000]+$",
    form: "a path relative to the session folder, with '/' and without '..'",
    term: "path",
  });
}

/** A duration. */
export function durationMs(doc: string): Schema<number> {
  return number(doc, { min: 0, unit: "milliseconds" });
}

/** An object of values that the caller chose. */
export function values(doc: string): Schema<Record<string, unknown>> {
  return map(doc, anything("Any JSON value."));
}
