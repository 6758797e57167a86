/**
 * The sample's clock: every moment in it is an offset from one fixed start, so that two builds of
 * the sample are equal.
 *
 * @module
 */

import { formatTime, makeTraceId } from "../../lib/format/mod.ts";
import type { EpochMs, TraceId } from "../../lib/format/mod.ts";

/** When the sample session begins: 2025-11-18T08:14:17.585Z. */
export const sampleStart: EpochMs = Date.UTC(2025, 10, 18, 8, 14, 17, 585);

/** The moment that many milliseconds into the session. */
export function at(offset_ms: number): EpochMs {
  return sampleStart + offset_ms;
}

/** The same moment as the files write it. */
export function iso(offset_ms: number): string {
  return formatTime(at(offset_ms));
}

/** A trace id for an operation that begins at that offset. */
export function traceId(offset_ms: number, hex: string): TraceId {
  return makeTraceId(at(offset_ms), hex);
}

/** Numbers from 0 to 1 that are the same on every run (a linear congruential generator). */
export function randomNumbers(seed: number): () => number {
  let value = seed >>> 0;
  return () => {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    return value / 4294967296;
  };
}
