import { describe, expect, test } from "vitest";
import { exactTime, timeText } from "../../../report/components/quantity.tsx";
import {
  distanceToNow,
  localClock,
  localTime,
  recordingStart,
  timeZone,
} from "../../../report/state/time_zone.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2025, 10, 18, 8, 14, 17, 123);

describe("distanceToNow", () => {
  test.each([
    [0, "now"],
    [-400, "now"],
    [-1500, "1 second ago"],
    [-59 * second, "59 seconds ago"],
    [-minute, "1 minute ago"],
    [2 * minute, "in 2 minutes"],
    [-3 * day, "3 days ago"],
    [-45 * day, "1 month ago"],
    [-800 * day, "2 years ago"],
  ])("distanceToNow(%i ms away) is %s", (distance, words) => {
    expect(distanceToNow(now + distance, now)).toBe(words);
  });
});

describe("localTime", () => {
  test("localTime and localClock are what the reader's calendar says", () => {
    for (const time of [now, Date.UTC(2025, 5, 1), Date.UTC(2025, 2, 30, 1, 30), 0]) {
      const date = new Date(time);
      const two = (value: number) => String(value).padStart(2, "0");
      const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${
        String(date.getMilliseconds()).padStart(3, "0")
      }`;
      expect(localClock(time)).toBe(clock);
      expect(localTime(time)).toBe(
        `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`,
      );
    }
  });
});

describe("timeText", () => {
  test("timeText is UTC, relative to now where a date is asked for, else to the start", () => {
    recordingStart.value = now;
    try {
      expect(timeText(now, "full")).toBe("2025-11-18 08:14:17.123");
      timeZone.value = "relative";
      expect(timeText(now, "full")).toBe(distanceToNow(now));
      expect(timeText(now + 1500)).toBe("+1.50 s");
      expect(timeText(now - 20)).toBe("−20 ms");
      expect(timeText(now + 1500, "offset", now + 500)).toBe("+1.00 s");
      recordingStart.value = null;
      expect(timeText(now)).toBe("08:14:17.123");
    } finally {
      timeZone.value = "utc";
      recordingStart.value = null;
    }
  });

  test("exactTime says a moment in every way", () => {
    expect(exactTime(now)).toBe(
      `2025-11-18T08:14:17.123Z · ${localTime(now)} local · ${distanceToNow(now)}`,
    );
  });
});
