import { describe, expect, test } from "vitest";
import { distanceToNow, localClock, localTime } from "../../../report/state/time_zone.ts";

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
