/**
 * What can still be read of a damaged line of JSON: a writer that died leaves half a record, and
 * the next one's record is glued to it.
 *
 * @module
 */

import { nestsTooDeep, stringEnd } from "./json_depth.ts";
import { isObject, type JsonObject } from "./json_value.ts";

/** A record found inside a damaged line. */
export interface SalvagedRecord {
  value: JsonObject;
  /** First character, from 0. */
  start: number;
  /** The character after the last. */
  end: number;
}

/** How often a line's characters may be gone over in search of records. */
export const salvagePassesMax = 16;

const prefix = '{"timestamp":';

/** Keys of which a record has at least one; guards against taking an inner object for a record. */
const recordKeys = ["level", "event", "message", "metric", "type", "kind", "spans"];

/**
 * Finds whole records in a damaged line: where the line starts, and at every `{"timestamp":`.
 *
 * @returns In the order of the line, not overlapping.
 */
export function salvageLine(text: string): SalvagedRecord[] {
  const found: SalvagedRecord[] = [];
  let work = text.length * salvagePassesMax;
  let at = text.search(/\S/);
  if (at < 0 || text[at] !== "{") at = text.indexOf(prefix);
  while (at >= 0 && work > 0) {
    const end = objectEnd(text, at);
    work -= (end < 0 ? text.length : end) - at;
    const value = end < 0 ? null : parseRecord(text.slice(at, end));
    if (value) found.push({ value, start: at, end });
    at = text.indexOf(prefix, value ? end : at + 1);
  }
  return found;
}

/** The position after the object that starts here; -1 where it does not end. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at) - 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth === 0) return at + 1;
    }
  }
  return -1;
}

function parseRecord(text: string): JsonObject | null {
  if (nestsTooDeep(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && recordKeys.some((key) => Object.hasOwn(value, key)) ? value : null;
  } catch {
    return null;
  }
}

// deno-lint-ignore no-control-regex
const control = /[\u0000-\u001f]/g;

/**
 * The value of a line that only *looks* wrong: padded with NULs (a file system's hole after a
 * crash), with a byte order mark, or with control characters that a careless writer did not escape.
 *
 * @returns `undefined` where the line is really damaged.
 */
export function parseLoosely(text: string): unknown {
  const bare = withoutPadding(text);
  if (bare === "" || nestsTooDeep(bare)) return undefined;
  for (const candidate of [bare, bare.replace(control, escapeControl)]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The next form, or salvage, may read it.
    }
  }
  return undefined;
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Without blanks, NULs and byte order marks at both ends; by hand, as a regex may be quadratic. */
function withoutPadding(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start++;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code <= 0x20 || code === 0xfeff || code === 0xa0;
}
