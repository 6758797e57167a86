/**
 * How many log lines fall where in time.
 *
 * @module
 */

import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import type { Axis } from "./axis.ts";

/** Log lines by time: how many fall into each bin, by severity. */
export interface Density {
  all: Uint32Array;
  warnings: Uint32Array;
  errors: Uint32Array;
  /** The fullest bin. */
  max: number;
}

/** The span of time of the first `count` rows; null where no row has a time. */
export function timesOf(columns: LogColumns, count: number): Axis | null {
  const { time } = columns;
  let start = Infinity;
  let end = -Infinity;
  for (let row = 0; row < count; row++) {
    const value = time[row]!;
    if (value < start) start = value;
    if (value > end) end = value;
  }
  return start > end ? null : { start, end: Math.max(end, start + 1) };
}

/**
 * Counts rows in equal bins of time.
 *
 * @param rows The rows, or how many of the first.
 */
export function rowDensity(
  columns: LogColumns,
  rows: Uint32Array | number,
  axis: Axis,
  bins: number,
): Density {
  const { time, level } = columns;
  const all = new Uint32Array(bins);
  const warnings = new Uint32Array(bins);
  const errors = new Uint32Array(bins);
  const scale = bins / (axis.end - axis.start);
  const count = typeof rows === "number" ? rows : rows.length;
  for (let i = 0; i < count; i++) {
    const row = typeof rows === "number" ? i : rows[i]!;
    const moment = time[row]!;
    if (!(moment >= axis.start && moment <= axis.end)) continue;
    const bin = Math.min(bins - 1, (moment - axis.start) * scale | 0);
    all[bin]!++;
    if (level[row]! >= 3) errors[bin]!++;
    else if (level[row] === 2) warnings[bin]!++;
  }
  let max = 0;
  for (let bin = 0; bin < bins; bin++) max = Math.max(max, all[bin]!);
  return { all, warnings, errors, max };
}

/** Bars as one path: columns of `width` pixels, a pixel apart, `height` high where fullest. */
export function barPath(counts: Uint32Array, max: number, width: number, height: number): string {
  let path = "";
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const high = Math.max(2, counts[bin]! / max * height).toFixed(1);
    path += `M${bin * width} ${height}v-${high}h${width - 1}v${high}z`;
  }
  return path;
}
