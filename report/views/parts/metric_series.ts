/**
 * Measurements by name, and how their values are written.
 *
 * @module
 */

import { type Distribution, distribution } from "../../../lib/analyse/percentiles.ts";
import type { MetricSection } from "../../../lib/bundle/sections.ts";
import { humanCount, humanDuration } from "../../../lib/format/human.ts";

/** One measurement. */
export interface Point {
  time: number | null;
  value: number;
  /** Index into the section's tags. */
  tags: number;
}

/** Every measurement of one name, in time order; those without a time at the end. */
export interface MetricSeries {
  name: string;
  points: Point[];
  stats: Distribution;
  last: number | null;
}

/**
 * The section's measurements by name, in the order of the names.
 *
 * @param rows Those that count. Default: all.
 */
export function metricSeries(
  section: MetricSection,
  rows: readonly MetricSection["rows"][number][] = section.rows,
): MetricSeries[] {
  const byName = section.names.map((): Point[] => []);
  for (const [time, name, value, tags] of rows) byName[name]?.push({ time, value, tags });
  return section.names.map((name, index) => {
    const points = byName[index] ?? [];
    points.sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || 0);
    const stats = distribution(points.map((point) => point.value));
    return { name, points, stats, last: points.at(-1)?.value ?? null };
  });
}

/** What a metric's values are measured in. */
export type Unit = "ms" | "MB" | "";

/** The unit that a metric's name says: its last part, or a name that is known to be a time. */
export function metricUnit(name: string): Unit {
  if (/_mb$/i.test(name)) return "MB";
  return /(_ms|\.duration|\.latency)$/i.test(name) ? "ms" : "";
}

/** A value as people read it; `–` for null. */
export function metricText(value: number | null, unit: Unit): string {
  if (value === null) return "–";
  if (unit === "ms") return humanDuration(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = Number.isInteger(value)
    ? humanCount(value)
    : humanCount(Number(value.toFixed(digits)));
  return unit ? `${text} ${unit}` : text;
}

/** A point of a drawn line, both from 0 to 1; y grows upwards. */
export interface DrawnPoint {
  x: number;
  y: number;
}

/**
 * The points of a series for a line of at most `columns` places: of each place the least and the
 * greatest value are kept, so no spike is lost.
 */
export function drawnPoints(points: readonly Point[], columns: number): DrawnPoint[] {
  const timed = points.filter((point) => point.time !== null) as (Point & { time: number })[];
  const first = timed[0];
  const last = timed.at(-1);
  if (!first || !last) return [];
  const range = Math.max(1, last.time - first.time);
  let low = Infinity;
  let high = -Infinity;
  for (const { value } of timed) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const height = high - low || 1;
  const draw = (point: { time: number; value: number }): DrawnPoint => ({
    x: (point.time - first.time) / range,
    y: high === low ? 0.5 : (point.value - low) / height,
  });
  if (timed.length <= columns * 2) return timed.map(draw);
  const places = new Map<
    number,
    { least: Point & { time: number }; most: Point & { time: number } }
  >();
  for (const point of timed) {
    const place = Math.floor(((point.time - first.time) / range) * (columns - 1));
    const found = places.get(place);
    if (!found) places.set(place, { least: point, most: point });
    else if (point.value < found.least.value) found.least = point;
    else if (point.value > found.most.value) found.most = point;
  }
  return [...places.values()].flatMap(({ least, most }) => {
    if (least === most) return [draw(least)];
    return (least.time <= most.time ? [least, most] : [most, least]).map(draw);
  });
}
