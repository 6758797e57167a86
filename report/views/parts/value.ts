/**
 * Looking into recorded values of unknown shape. A document is whatever the session's file held, so
 * a view takes each part only as what it really is.
 *
 * @module
 */

import { parseTime } from "../../../lib/format/time.ts";

/** The value as an object; an empty one for anything else. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}

/** The value as a list; an empty one for anything else. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value where it is text, else empty. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value where it is a finite number, else null. */
export function asNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A recorded time in milliseconds since the epoch; null where it is none. */
export function asTime(value: unknown): number | null {
  return parseTime(value) ?? null;
}

/** Whether there is anything in a value: not null, not empty text, not an empty list or object. */
export function hasContent(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return false;
  if (typeof value !== "object") return true;
  return Object.keys(value).length > 0;
}

/** How many entries a list or object has. */
export function sizeOf(value: unknown): number {
  return Object.keys(asRecord(value)).length;
}

/** Any value as one line of text: text as it is, everything else as JSON. */
export function inlineText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "undefined";
}
