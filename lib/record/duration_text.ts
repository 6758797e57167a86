/**
 * Durations as JSON.
 *
 * @module
 */

/** What follows the whole milliseconds, by microseconds: numbers with a fraction are slow texts. */
const fractions: readonly string[] = Array.from(
  { length: 1000 },
  (_, us) => us === 0 ? "" : `.${us.toString().padStart(3, "0").replace(/0+$/, "")}`,
);

/** Durations below one millisecond, by microseconds. */
const shortDurations: readonly string[] = fractions.map((fraction) => `0${fraction}`);

/**
 * A duration as JSON.
 *
 * @param ms Rounded to the microsecond, from 0.
 */
export function millisecondsText(ms: number): string {
  const us = Math.round(ms * 1000);
  const rest = us % 1000;
  return us === rest ? shortDurations[rest]! : `${(us - rest) / 1000}${fractions[rest]}`;
}
