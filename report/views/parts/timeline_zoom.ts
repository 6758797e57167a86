/**
 * The part of the session's time that the timeline shows.
 *
 * @module
 */

import type { Axis } from "./axis.ts";

/** The shortest time that is shown, in milliseconds. */
export const zoomMin_ms = 5;

/** How much a key or button zooms. */
export const zoomStep = 2;

/** The axis of an address' parameter: `<start>-<end>`; the whole one where it is none. */
export function parseZoom(text: string, whole: Axis): Axis {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text);
  if (!match) return whole;
  const start = Number(match[1]);
  return fitted(start, Number(match[2]) - start, whole);
}

/** The parameter of an axis; null for the whole one. */
export function formatZoom(axis: Axis, whole: Axis): string | null {
  return axis.start <= whole.start && axis.end >= whole.end
    ? null
    : `${Math.floor(axis.start)}-${Math.ceil(axis.end)}`;
}

/** Shows less (`factor` above 1) or more around a moment, which stays where it is. */
export function zoomed(axis: Axis, whole: Axis, factor: number, at: number): Axis {
  const length = clamp((axis.end - axis.start) / factor, zoomMin_ms, whole.end - whole.start);
  const share = (at - axis.start) / (axis.end - axis.start);
  return fitted(at - share * length, length, whole);
}

/** Moves what is shown by some milliseconds, as far as the whole reaches. */
export function panned(axis: Axis, whole: Axis, by: number): Axis {
  return fitted(axis.start + by, axis.end - axis.start, whole);
}

/** Moves what is shown just so far that a moment is in it. */
export function showing(axis: Axis, whole: Axis, at: number): Axis {
  return panned(axis, whole, Math.min(0, at - axis.start) + Math.max(0, at - axis.end));
}

function fitted(start: number, wanted: number, whole: Axis): Axis {
  const length = clamp(wanted, zoomMin_ms, whole.end - whole.start);
  const from = clamp(start, whole.start, whole.end - length);
  return { start: from, end: from + length };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, most), Math.min(least, most));
}
