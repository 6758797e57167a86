import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  distribution,
  durationsByOperation,
  percentiles,
  robustSpread,
} from "../../lib/analyse/mod.ts";

describe("percentiles", () => {
  test("interpolates between the closest ranks", () => {
    expect(percentiles([40, 10, 30, 20], [0, 0.25, 0.5, 0.95, 1])).toEqual([
      10,
      17.5,
      25,
      38.5,
      40,
    ]);
  });

  test("leaves NaN out, and gives null where nothing is left", () => {
    expect(percentiles([NaN, 7, NaN], [0.5])).toEqual([7]);
    expect(percentiles([NaN], [0.5, 1])).toEqual([null, null]);
  });

  test("does not change its argument and refuses ranks that are none", () => {
    const values = [3, 1, 2];
    percentiles(values, [0.5]);
    expect(values).toEqual([3, 1, 2]);
    expect(() => percentiles(values, [50])).toThrow("rank 50: expected 0 to 1");
  });

  test("stays within the extremes and grows with the rank", () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
    fc.assert(fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, rank) => {
      const [low, middle, high] = percentiles(values, [0, rank, 1]) as [number, number, number];
      expect(low === values.reduce((a, b) => Math.min(a, b))).toBe(true);
      expect(high === values.reduce((a, b) => Math.max(a, b))).toBe(true);
      expect(middle >= low && middle <= high).toBe(true);
    }));
  });
});

test("distribution sums up, also nothing", () => {
  expect(distribution([1, 2, 3, 10])).toMatchObject({
    count: 4,
    sum: 16,
    min: 1,
    median: 2.5,
    max: 10,
    mean: 4,
  });
  expect(distribution([])).toEqual({
    count: 0,
    sum: 0,
    min: null,
    median: null,
    p95: null,
    p99: null,
    max: null,
    mean: null,
  });
});

test("durationsByOperation puts the most time first and leaves unknown durations out", () => {
  const rows = [
    { operation: "update", duration_ms: 10 },
    { operation: "suggest", duration_ms: 900 },
    { operation: "update", duration_ms: 30 },
    { operation: "alert", duration_ms: null },
  ];
  expect(durationsByOperation(rows).map(({ operation, count, sum }) => [operation, count, sum]))
    .toEqual([["suggest", 1, 900], ["update", 2, 40]]);
});

test("robustSpread ignores outliers", () => {
  expect(robustSpread([10, 11, 9, 10, 12, 5000])!.median).toBe(10.5);
  expect(robustSpread([10, 11, 9, 10, 12, 5000])!.deviation).toBeLessThan(3);
  expect(robustSpread([])).toBe(undefined);
});
