import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochSecondsMax, formatTime, parseTime } from "../../lib/format/mod.ts";

const moment = Date.UTC(2025, 10, 16, 4, 22, 51);
const yearZero = Date.parse("0000-01-01T00:00:00Z");
const yearLast = Date.parse("9999-12-31T23:59:59.999Z");

describe("parseTime", () => {
  test.each([
    ["2025-11-16T04:22:51.306742", moment + 306.742],
    ["2025-11-16T04:22:51", moment],
    ["2025-11-16T04:22:51Z", moment],
    ["2025-11-16T04:22:51z", moment],
    ["2025-11-16T04:22:51.5Z", moment + 500],
    ["2025-11-16T04:22:51.585Z", moment + 585],
    ["2025-11-16T04:22:51.306742+00:00", moment + 306.742],
    ["2025-11-16T04:22:51.306742999Z", moment + 306.742],
    ["2025-11-16T09:52:51.306742+05:30", moment + 306.742],
    ["2025-11-15T20:22:51-0800", moment],
    ["2025-11-16 04:22:51", moment],
    ["2025-11-16 04:22:51.306742 +00:00", moment + 306.742],
    ["2025-11-16 04:22:51,829", moment + 829],
    ["2025-11-16t04:22", Date.UTC(2025, 10, 16, 4, 22)],
    ["2025-11-16", Date.UTC(2025, 10, 16)],
    ["  2025-11-16\n", Date.UTC(2025, 10, 16)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    ["0050-01-01", Date.parse("0050-01-01T00:00:00Z")],
    [1763266971, moment],
    [1763266971.5, moment + 500],
    [1763266971000, moment],
    ["1763266971", moment],
    ["1763266971000.25", moment + 0.25],
    [0, 0],
    [-1, -1000],
    [epochSecondsMax, epochSecondsMax * 1000],
    [epochSecondsMax + 1, epochSecondsMax + 1],
  ])("reads %j", (value, expected) => {
    expect(parseTime(value)).toBeCloseTo(expected, 3);
  });

  test.each([
    "",
    " ",
    "soon",
    "2025-11",
    "2025-13-01",
    "2025-00-10",
    "2025-02-29",
    "2100-02-29",
    "2025-11-31",
    "2025-11-16T",
    "2025-11-16T24:00:00",
    "2025-11-16T04:60:00",
    "2025-11-16T04:22:61",
    "2025-11-16T04:22:51.",
    "2025-11-16T04:22:51.1234567890",
    "2025-11-16T04:22:51+25:00",
    "2025-11-16T04:22:51+05:60",
    "2025-11-16T04:22:51 UTC",
    "2025-11-16T04-22-51",
    "2025-11-16x04:22:51",
    "20251116T042251Z",
    "1e9",
    "0x10",
    "9".repeat(60),
    "2025-11-16" + " ".repeat(100),
    NaN,
    Infinity,
    1e300,
    null,
    undefined,
    true,
    [moment],
    new Date(moment),
    10n,
  ])("refuses %s", (value) => {
    expect(parseTime(value)).toBeUndefined();
  });

  test("never throws and never gives NaN", () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      const time = parseTime(value);
      expect(time === undefined || Number.isFinite(time)).toBe(true);
    }));
    const near = fc.stringMatching(/^[\d]{4}[-x][\d]{2}-[\d]{2}[T :]?[\dTZ:.,+ -]{0,24}$/);
    fc.assert(fc.property(near, (value) => {
      const time = parseTime(value);
      expect(time === undefined || Number.isFinite(time)).toBe(true);
    }));
  });

  test("agrees with Date on the form that planloop writes", () => {
    fc.assert(fc.property(fc.integer({ min: yearZero, max: yearLast }), (time) => {
      expect(parseTime(new Date(time).toISOString())).toBe(time);
    }));
  });
});

describe("formatTime", () => {
  test("writes UTC with three digits and cuts the rest", () => {
    expect(formatTime(moment)).toBe("2025-11-16T04:22:51.000Z");
    expect(formatTime(moment + 306.999)).toBe("2025-11-16T04:22:51.306Z");
    expect(formatTime(-0.5)).toBe("1969-12-31T23:59:59.999Z");
  });

  test.each([NaN, Infinity, yearLast + 1, yearZero - 1, 9e15])("refuses %d", (time) => {
    expect(() => formatTime(time)).toThrow(RangeError);
  });

  test("gives back what it was given", () => {
    fc.assert(fc.property(fc.integer({ min: yearZero, max: yearLast }), (time) => {
      expect(parseTime(formatTime(time))).toBe(time);
    }));
  });
});
