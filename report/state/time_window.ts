/**
 * The one window of time that every table shows: in the address as `since` and `until`, so that
 * links, the back button and every other view keep it.
 *
 * @module
 */

import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { parseTime } from "../../lib/format/mod.ts";
import { setParams, windowParams } from "./route.ts";

/** From one moment to another, both included, in milliseconds since the epoch; null is no limit. */
export interface TimeWindow {
  readonly since: number | null;
  readonly until: number | null;
}

/** When a record began and ended, in milliseconds since the epoch; equal for a moment. */
export type Times = readonly [start: number | null, end: number | null];

/** The window of some parameters; null where they set none. The earlier moment comes first. */
export function windowOf(params: Readonly<Record<string, string | null>>): TimeWindow | null {
  const since = momentOf(params["since"]);
  const until = momentOf(params["until"]);
  if (since === null && until === null) return null;
  const isTurned = since !== null && until !== null && until < since;
  return isTurned ? { since: until, until: since } : { since, until };
}

/**
 * Whether a record is inside: something that lasted where it overlaps the window, a moment where it
 * lies in it. What has no known time is not.
 */
export function isInside({ since, until }: TimeWindow, [start, end]: Times): boolean {
  const first = start ?? end;
  const last = end ?? start;
  return first !== null && last !== null && last >= (since ?? -Infinity) &&
    first <= (until ?? Infinity);
}

/** The window that the address sets; the same object as long as it is the same. */
export const timeWindow: ReadonlySignal<TimeWindow | null> = computed(() =>
  windowOf(windowParams.value)
);

/** Sets the window, or removes it with null; by default as a new step of the browser's history. */
export function setTimeWindow(window: TimeWindow | null, options: { push?: boolean } = {}): void {
  setParams({
    since: momentText(window?.since, Math.floor),
    until: momentText(window?.until, Math.ceil),
  }, { push: true, ...options });
}

/** The rows inside the window; all of them where none is set, or for want of `times`. */
export function useInside<Row>(
  rows: readonly Row[],
  times: ((row: Row) => Times) | undefined,
): readonly Row[] {
  const window = timeWindow.value;
  return useMemo(
    () => window && times ? rows.filter((row) => isInside(window, times(row))) : rows,
    [rows, window],
  );
}

/** Milliseconds since the epoch, as a number or as an ISO 8601 text; null where it is neither. */
export function momentOf(text: string | null | undefined): number | null {
  if (!text) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : parseTime(text) ?? null;
}

function momentText(
  moment: number | null | undefined,
  round: (moment: number) => number,
): string | null {
  return typeof moment === "number" ? String(round(moment)) : null;
}
