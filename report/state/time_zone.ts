/**
 * The zone that moments are shown in. UTC at first: two people with one report then read the same
 * figures, and the static first view, which cannot know the reader's zone, agrees with the app.
 *
 * @module
 */

import { intlFormatDistance } from "date-fns/intlFormatDistance";
import { signal } from "@preact/signals";
import { humanClock, humanTime } from "../../lib/format/human.ts";
import { readSetting, writeSetting } from "./settings.ts";

/**
 * UTC, which is what recordings are written in; the zone of the reader's machine; or how long ago,
 * and in tables how long after the recording's start.
 */
export type TimeZone = "utc" | "local" | "relative";

/** Each way, its short name, and the command that chooses it. */
export const timeZones: readonly (readonly [TimeZone, name: string, command: string])[] = [
  ["utc", "UTC", "Times in UTC, as recorded"],
  ["local", "Local", "Times in your own zone"],
  ["relative", "Relative", "Times relative to the start and to now"],
];

const kept = readSetting("zone");

/** The way in use. */
export const timeZone: { value: TimeZone } = signal<TimeZone>(
  kept === "local" || kept === "relative" ? kept : "utc",
);

/** When the recording began, in milliseconds since the epoch; null where unknown. */
export const recordingStart: { value: number | null } = signal<number | null>(null);

/** Changes the way, and remembers it where the browser allows. */
export function setTimeZone(zone: TimeZone): void {
  timeZone.value = zone;
  writeSetting("zone", zone);
}

/** Date and time in the reader's zone: `2025-11-18 09:14:17.123`. */
export function localTime(time: number): string {
  return humanTime(shifted(time));
}

/** The time of day in the reader's zone: `09:14:17.123`. */
export function localClock(time: number): string {
  return humanClock(shifted(time));
}

/** The moment that, read as UTC, shows what the reader's clock showed. */
function shifted(time: number): number {
  return time - new Date(time).getTimezoneOffset() * 60_000;
}

/** `3 days ago`, `in 2 minutes`, `now`; rounded to the longest unit that fits. */
export function distanceToNow(time: number, now: number = Date.now()): string {
  if (Math.abs(time - now) < 1000) return "now";
  return intlFormatDistance(time, now, { locale: "en", numeric: "always" });
}
