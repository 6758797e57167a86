import fc from "fast-check";
import { expect, test } from "vitest";
import { TimeText } from "../../lib/record/time_text.ts";
import { formatTime } from "../../lib/format/mod.ts";

test("TimeText writes what formatTime writes, forwards and backwards", () => {
  const times = new TimeText();
  fc.assert(fc.property(fc.double({ min: -6e13, max: 2.5e14, noNaN: true }), (time) => {
    for (const each of [time, time + 0.4, time + 1, time + 999, time - 1]) {
      expect(times.of(each)).toBe(formatTime(each));
    }
  }));
  expect(() => times.of(NaN)).toThrow(RangeError);
});
