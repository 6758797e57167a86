import { describe, expect, test } from "vitest";
import {
  humanBytes,
  humanClock,
  humanCost,
  humanCount,
  humanDuration,
  humanTime,
  isoTime,
} from "../../../lib/format/human.ts";

describe("humanDuration", () => {
  test.each([
    [0, "0 ms"],
    [0.0042, "0.004 ms"],
    [0.42, "0.42 ms"],
    [4.25, "4.3 ms"],
    [42.4, "42 ms"],
    [999.6, "1.00 s"],
    [4213.2, "4.21 s"],
    [42_130, "42.1 s"],
    [59_960, "1m 00s"],
    [192_000, "3m 12s"],
    [7_500_000, "2h 05m"],
    [360_000_000, "4d 4h"],
    [-4213.2, "−4.21 s"],
    [null, "–"],
    [NaN, "–"],
    [Infinity, "–"],
  ])("humanDuration of %s is %s", (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});

describe("humanBytes", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1200, "1.2 KB"],
    [34_400_000, "34 MB"],
    [
      999_600,
      "1.0 MB",
    ],
    [5e15, "5000 TB"],
    [null, "–"],
  ])("humanBytes of %s is %s", (bytes, text) => {
    expect(humanBytes(bytes)).toBe(text);
  });
});

test("humanCount sets thousands apart", () => {
  expect(humanCount(1_234_567)).toBe("1,234,567");
  expect(humanCount(-1234.5)).toBe("-1,234.5");
  expect(humanCount(undefined)).toBe("–");
});

test("humanCost tells unknown from nothing", () => {
  expect(humanCost(null)).toBe("unknown");
  expect(humanCost(0)).toBe("$0");
  expect(humanCost(0.00001)).toBe("<$0.0001");
  expect(humanCost(0.0042)).toBe("$0.0042");
  expect(humanCost(12.3)).toBe("$12.30");
});

test("humanTime and humanClock are UTC, and say so of unknown moments", () => {
  const time = Date.UTC(2025, 10, 18, 8, 14, 17, 123);
  expect(humanTime(time)).toBe("2025-11-18 08:14:17.123");
  expect(humanClock(time)).toBe("08:14:17.123");
  expect(isoTime(time)).toBe("2025-11-18T08:14:17.123Z");
  expect(humanTime(null)).toBe("–");
  expect(humanClock(NaN)).toBe("–");
  expect(isoTime(9e15)).toBe("");
});
