/**
 * Times as the formats write them, and every form that readers must accept.
 *
 * @module
 */

/** A moment, in milliseconds since 1970-01-01T00:00:00Z; fractions of a millisecond allowed. */
export type EpochMs = number;

/**
 * Numbers up to this are taken as seconds since the epoch, above as milliseconds. The Python
 * planloop's state reader draws the line at the same place, so both read one file alike.
 */
export const epochSecondsMax = 2e10;

/** Longest text that can be a time, in characters; anything longer is refused unread. */
const TEXT_LENGTH_MAX = 64;

/** The range of `Date`, in milliseconds. */
const EPOCH_MS_MAX = 8.64e15;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Writes a moment as RFC 3339 in UTC with milliseconds, the one form that planloop writes.
 *
 * @param time The moment. Fractions of a millisecond are cut off.
 * @returns For example `2025-11-18T08:14:17.585Z`.
 * @throws {RangeError} If the moment is not a number or outside the years that RFC 3339 can name.
 *
 * @example
 * ```ts
 * import { formatTime } from "planloop/format";
 *
 * formatTime(1763453657585); // "2025-11-18T08:14:17.585Z"
 * ```
 */
export function formatTime(time: EpochMs): string {
  const date = new Date(Math.floor(time));
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new RangeError(
      `Cannot write the time ${time}: expected milliseconds since 1970, in the years 0 to 9999`,
    );
  }
  return date.toISOString();
}

/**
 * Reads a moment in any form that a planloop session may hold: RFC 3339 with a zone, ISO without
 * one (taken as UTC), a blank for the `T`, a comma before the fraction, a date alone, or a number
 * of seconds or milliseconds since the epoch, also as a string.
 *
 * @param value What the file held.
 * @returns The moment, exact to the microsecond, or `undefined` where the value is no time: also
 * for a day that the calendar does not have.
 *
 * @example
 * ```ts
 * import { parseTime } from "planloop/format";
 *
 * parseTime("2025-11-16T04:22:51.306742"); // 1763266971306.742
 * parseTime("soon"); // undefined
 * ```
 */
export function parseTime(value: unknown): EpochMs | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string" || value.length > TEXT_LENGTH_MAX) return undefined;
  const text = value.trim();
  if (text.charCodeAt(4) === 45) return fromText(text);
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? fromNumber(Number(text)) : undefined;
}

function fromNumber(value: number): EpochMs | undefined {
  const time = Math.abs(value) <= epochSecondsMax ? value * 1000 : value;
  return Math.abs(time) <= EPOCH_MS_MAX ? time : undefined;
}

/** Reads `YYYY-MM-DD[T ]HH:MM[:SS[.,fraction]][zone]`. By hand: this runs once for each log line. */
function fromText(text: string): EpochMs | undefined {
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  if (text.charCodeAt(7) !== 45 || year < 0 || day < 1 || day > daysIn(year, month)) {
    return undefined;
  }
  const midnight = Date.UTC(year, month - 1, day);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const start = year > 99 ? midnight : new Date(midnight).setUTCFullYear(year, month - 1, day);
  if (text.length === 10) return start;
  const separator = text[10];
  if (separator !== "T" && separator !== " " && separator !== "t") return undefined;
  const clock = clockMs(text);
  return clock === undefined ? undefined : start + clock;
}

/** Milliseconds from midnight UTC for the part after the date; `undefined` where it is no time. */
function clockMs(text: string): number | undefined {
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[13] !== ":") return undefined;
  let end = 16;
  let second = 0;
  let micros = 0;
  if (text[end] === ":") {
    second = digitsAt(text, 17, 2);
    // 60 is a leap second.
    if (second < 0 || second > 60) return undefined;
    end = 19;
    if (text[end] === "." || text[end] === ",") {
      const first = end + 1;
      end = first;
      while (isDigit(text.charCodeAt(end))) end += 1;
      if (end === first || end > first + 9) return undefined;
      micros = Number(text.slice(first, Math.min(end, first + 6)).padEnd(6, "0"));
    }
  }
  const offset = zoneOffsetMs(text, end);
  if (offset === undefined) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + micros / 1000 - offset;
}

/** The zone from a position to the text's end, in milliseconds east of UTC; none is UTC. */
function zoneOffsetMs(text: string, start: number): number | undefined {
  if (start === text.length) return 0;
  if (start + 1 === text.length && (text[start] === "Z" || text[start] === "z")) return 0;
  const match = /^\s?(?:([+-])(\d{2}):?(\d{2})|[Zz])$/.exec(text.slice(start));
  if (!match) return undefined;
  if (match[1] === undefined) return 0;
  const hours = Number(match[2]);
  const minutes = Number(match[3]);
  if (hours > 23 || minutes > 59) return undefined;
  return (match[1] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
