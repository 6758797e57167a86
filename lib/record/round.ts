/**
 * Durations as they are written.
 *
 * @module
 */

/** Milliseconds to the microsecond: finer digits are noise, and cost bytes. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
