/**
 * The zone that moments are shown in. UTC at first: two people with one report then read the same
 * figures, and the static first view, which cannot know the reader's zone, agrees with the app.
 *
 * @module
 */

import { signal } from "@preact/signals";
import { formatDistanceStrict } from "date-fns/formatDistanceStrict";
import { lightFormat } from "date-fns/lightFormat";
import { readSetting, writeSetting } from "./settings.ts";

/** UTC, or the zone of the reader's machine. */
export type TimeZone = "utc" | "local";

/** The zone in use. */
export const timeZone: { value: TimeZone } = signal<TimeZone>(
  readSetting("zone") === "local" ? "local" : "utc",
);

/** Changes the zone, and remembers it where the browser allows. */
export function setTimeZone(zone: TimeZone): void {
  timeZone.value = zone;
  writeSetting("zone", zone);
}

/** Date and time in the reader's zone: `2025-11-18 09:14:17.123`. */
export function localTime(time: number): string {
  return lightFormat(time, "yyyy-MM-dd HH:mm:ss.SSS");
}

/** The time of day in the reader's zone: `09:14:17.123`. */
export function localClock(time: number): string {
  return lightFormat(time, "HH:mm:ss.SSS");
}

/** `3 days ago`, `in 2 minutes`. */
export function distanceToNow(time: number): string {
  return formatDistanceStrict(time, Date.now(), { addSuffix: true });
}
