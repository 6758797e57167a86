/**
 * Times as the Python planloop writes them into the files that both programs share.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";

/**
 * Writes a moment as Python's `isoformat` does for a naive UTC time: microseconds, left out where
 * they are 0, and no zone.
 *
 * @example
 * ```ts
 * formatPythonTime(1763266971306.742); // "2025-11-16T04:22:51.306742"
 * ```
 */
export function formatPythonTime(time: EpochMs): string {
  const micros = Math.round(time * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0")}`;
}

/** A time of `state.json` as `index.json` and `PLAN.md` repeat it: a `Z` becomes `+00:00`. */
export function repeatTime(text: string): string {
  return text.endsWith("Z") ? `${text.slice(0, -1)}+00:00` : text;
}
