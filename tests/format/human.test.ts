import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  humanBytes,
  humanClock,
  humanCost,
  humanCount,
  humanDuration,
  humanTime,
  isoTime,
} from "../../lib/format/mod.ts";

describe("humanDuration", () => {
  test.each([
    [null, "–"],
    [NaN, "–"],
    [0, "0 ms"],
    [0.004, "0.004 ms"],
    [0.42, "0.42 ms"],
    [0.9999, "1.0 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [999.6, "1.00 s"],
    [4213.2, "4.21 s"],
    [59_949, "59.9 s"],
    [59_951, "1m 00s"],
    [192_000, "3m 12s"],
    [3_599_600, "1h 00m"],
    [7_500_000, "2h 05m"],
    [273_600_000, "3d 4h"],
    [1e303, "1.2e+295d"],
    [-1500, "−1.50 s"],
  ])("says %d as %s", (ms, words) => expect(humanDuration(ms)).toBe(words));

  test("stays short for every number", () => {
    fc.assert(fc.property(fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }), (ms) => {
      expect(humanDuration(ms).length).toBeLessThanOrEqual(12);
    }));
  });
});

describe("humanBytes", () => {
  test.each([
    [undefined, "–"],
    [812, "812 B"],
    [999, "999 B"],
    [1200, "1.2 KB"],
    [999_499, "999 KB"],
    [999_500, "1.0 MB"],
    [34_000_000, "34 MB"],
    [5e15, "5000 TB"],
  ])("says %d as %s", (bytes, words) => expect(humanBytes(bytes)).toBe(words));
});

describe("humanCount", () => {
  test.each([[null, "–"], [7, "7"], [1234567, "1,234,567"], [-1234.5, "-1,234.5"]])(
    "says %d as %s",
    (count, words) => expect(humanCount(count)).toBe(words),
  );
});

describe("humanCost", () => {
  test.each([
    [null, "unknown"],
    [0, "$0"],
    [0.00005, "<$0.0001"],
    [0.0042, "$0.0042"],
    [1.234, "$1.23"],
  ])("says %d as %s", (dollars, words) => expect(humanCost(dollars)).toBe(words));
});

describe("isoTime, humanTime, humanClock", () => {
  const moment = Date.UTC(2025, 10, 18, 8, 14, 17, 123);

  test("say a moment in UTC", () => {
    expect(isoTime(moment)).toBe("2025-11-18T08:14:17.123Z");
    expect(humanTime(moment)).toBe("2025-11-18 08:14:17.123");
    expect(humanClock(moment)).toBe("08:14:17.123");
  });

  test.each([null, undefined, NaN, Infinity, 9e15])("say that %s is unknown", (time) => {
    expect(isoTime(time)).toBe("");
    expect(humanTime(time)).toBe("–");
    expect(humanClock(time)).toBe("–");
  });
});
