/**
 * A time axis: where a moment lies, and which moments get a label.
 *
 * @module
 */

import { humanDuration } from "../../../lib/format/human.ts";

/** A span of time that is drawn from left to right. Milliseconds since the epoch. */
export interface Axis {
  start: number;
  end: number;
}

/** A labelled line. */
export interface Tick {
  /** From 0 at the left to 1 at the right. */
  at: number;
  /** Time since the axis' start. */
  label: string;
}

/** Where a moment lies, from 0 to 1; moments outside are drawn at the edge. */
export function place(axis: Axis, time: number): number {
  const length = axis.end - axis.start;
  return length > 0 ? Math.min(1, Math.max(0, (time - axis.start) / length)) : 0;
}

/** The smallest axis that holds all known times, at least 1 ms long; null without any. */
export function axisOf(times: Iterable<number | null | undefined>): Axis | null {
  let start = Infinity;
  let end = -Infinity;
  for (const time of times) {
    if (typeof time !== "number" || !Number.isFinite(time)) continue;
    if (time < start) start = time;
    if (time > end) end = time;
  }
  return start === Infinity ? null : { start, end: Math.max(end, start + 1) };
}

/** The part of an axis between two moments; those moments where they lie beyond it. */
export function narrowed(axis: Axis, since: number | null, until: number | null): Axis {
  const start = Math.max(axis.start, since ?? -Infinity);
  const end = Math.min(axis.end, until ?? Infinity);
  if (start < end) return { start, end };
  const from = since ?? Math.min(axis.start, until! - 1);
  return { start: from, end: Math.max(until ?? axis.end, from + 1) };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Steps that read well where decimal ones do not: minutes, hours, days. */
const longSteps = [
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/** A step of 1, 2 or 5 times a power of ten, or a clock's step, that gives at most `count` ticks. */
export function tickStep(length: number, count: number): number {
  const rough = length / Math.max(1, count);
  if (rough > 5_000) {
    const step = longSteps.find((candidate) => candidate >= rough);
    if (step !== undefined) return step;
    return Math.ceil(rough / (24 * HOUR)) * 24 * HOUR;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** Ticks at round distances from the axis' start, at most `count` + 1. */
export function ticks(axis: Axis, count: number): Tick[] {
  const length = axis.end - axis.start;
  const step = tickStep(length, count);
  const found: Tick[] = [];
  for (let index = 0; index * step <= length * 1.0001 && index <= count; index++) {
    const label = index === 0 ? "0" : humanDuration(index * step);
    found.push({ at: Math.min(1, (index * step) / length), label });
  }
  return found;
}
