/**
 * Percentiles, and what a set of durations looks like.
 *
 * @module
 */

/** What many numbers look like. All null where there is none. */
export interface Distribution {
  count: number;
  sum: number;
  min: number | null;
  median: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  mean: number | null;
}

/** The durations of one operation, in milliseconds. */
export interface OperationDurations extends Distribution {
  operation: string;
}

/**
 * Percentiles by linear interpolation between the closest ranks, as most tools have them.
 *
 * @param values In any order; NaN is left out. Not changed.
 * @param ranks From 0 to 1: 0.5 is the median.
 * @returns One number for each rank; null where there is no value at all.
 * @throws {RangeError} If a rank is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { percentiles } from "planloop/analyse";
 *
 * percentiles([10, 30, 20, 40], [0.5, 1]); // [25, 40]
 * ```
 */
export function percentiles(
  values: ArrayLike<number>,
  ranks: readonly number[],
): (number | null)[] {
  return ofSorted(sorted(values), ranks);
}

/** Count, sum, extremes, mean and the usual percentiles; NaN is left out. */
export function distribution(values: ArrayLike<number>): Distribution {
  const numbers = sorted(values);
  let sum = 0;
  for (const value of numbers) sum += value;
  const [min, median, p95, p99, max] = ofSorted(numbers, [0, 0.5, 0.95, 0.99, 1]);
  return {
    count: numbers.length,
    sum,
    min: min!,
    median: median!,
    p95: p95!,
    p99: p99!,
    max: max!,
    mean: numbers.length === 0 ? null : sum / numbers.length,
  };
}

/**
 * How long each operation took, the one with the most time in total first.
 *
 * @param records Anything with an operation and a duration; those without a duration are left out.
 */
export function durationsByOperation(
  records: Iterable<{ operation: string; duration_ms: number | null }>,
): OperationDurations[] {
  const durations = new Map<string, number[]>();
  for (const { operation, duration_ms } of records) {
    if (duration_ms === null || Number.isNaN(duration_ms)) continue;
    const list = durations.get(operation);
    if (list) list.push(duration_ms);
    else durations.set(operation, [duration_ms]);
  }
  return [...durations]
    .map(([operation, values]) => ({ operation, ...distribution(values) }))
    .sort((a, b) => b.sum - a.sum || (a.operation < b.operation ? -1 : 1));
}

/**
 * The median and the median distance from it, scaled so that it estimates a normal deviation: the
 * usual size and spread of numbers, whatever a few outliers do.
 *
 * @returns `undefined` where there is no value.
 */
export function robustSpread(
  values: ArrayLike<number>,
): { median: number; deviation: number } | undefined {
  const [median] = percentiles(values, [0.5]);
  if (median === null || median === undefined) return undefined;
  const distances = Float64Array.from(values, (value) => Math.abs(value - median));
  const [mad] = percentiles(distances, [0.5]);
  return { median, deviation: 1.4826 * mad! };
}

function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
}

function ofSorted(numbers: Float64Array, ranks: readonly number[]): (number | null)[] {
  return ranks.map((rank) => {
    if (!(rank >= 0 && rank <= 1)) {
      throw new RangeError(`Cannot take the percentile of rank ${rank}: expected 0 to 1`);
    }
    if (numbers.length === 0) return null;
    const place = rank * (numbers.length - 1);
    const low = numbers[Math.floor(place)]!;
    const high = numbers[Math.ceil(place)]!;
    return low === high ? low : low + (high - low) * (place - Math.floor(place));
  });
}
