/** Logs as planloop writes them, and not quite so. */

import fc from "fast-check";
import { levels } from "../../lib/format/mod.ts";

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }) },
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.constantFrom(
    "Task 12 done",
    'said "no"\n',
    "\u001b[31mred\u001b[0m",
    "C:\\temp",
    "\u2028",
    "",
  ),
);
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("update", "tr_20251118081417_0a1b2c", "run tests") },
  fc.constantFrom("größer", "e".repeat(70), "e".repeat(200)),
  text,
);
const number = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -5_000_000, max: 5_000_000 }).map((us) => us / 1000) },
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e-6, 1e-7, 1e21, 123456789012345, 1234567890123456, 0.1 + 0.2),
);
const context = fc.dictionary(text, fc.oneof(number, fc.jsonValue({ maxDepth: 3 })), {
  maxKeys: 4,
});
const time = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 4e12 }).map(isoTime) },
  {
    weight: 9,
    arbitrary: fc.integer({ min: 1_763_453_657_000, max: 1_763_453_658_000 }).map(isoTime),
  },
  fc.constantFrom(
    "2025-11-18T08:14:17.585123Z",
    "2025-11-18T08:14:17Z",
    "2025-02-30T00:00:00.000Z",
  ),
  fc.constantFrom("1969-12-31T23:59:59.999Z", "2025-11-18T24:00:00.000Z", "", "now"),
);

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** A line's object, with its keys in the documented order. */
export const anyLine: fc.Arbitrary<Record<string, unknown>> = fc.record({
  timestamp: time,
  level: fc.constantFrom(...levels, ...levels, "warn"),
  trace_id: fc.option(word),
  session_id: fc.oneof({ weight: 9, arbitrary: fc.constant("demo-1") }, word),
  operation: word,
  message: text,
  context,
  duration_ms: fc.option(number),
  more: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({ span_id: word }),
    fc.record({
      span_id: word,
      event: fc.oneof(fc.constantFrom<unknown>("lock_acquired", null, 7), text),
      lock_entry_id: word,
      wait_ms: number,
    }, { requiredKeys: ["event"] }),
    fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  ),
}).map(({ more, ...line }) => ({ ...line, ...more }));

/** A line as text, now and then damaged or written as other programs do. */
export const anyLineText: fc.Arbitrary<string> = fc.tuple(
  anyLine.map((line) => JSON.stringify(line)),
  fc.nat(1000),
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    fc.constantFrom(" ", '"', "\\", "}", ",", "0", "1.50", "\\u0041", "\\/", "\0", "\r", "é"),
    fc.constantFrom('"a":1,"a":2', ',"event":"x"', ',"message":"again"', "{", "[", "-0", "1e5"),
  ),
  fc.nat(3),
).map(([line, at, piece, cut]) => {
  if (piece === null) return line;
  const place = at % (line.length + 1);
  return line.slice(0, place) + piece + line.slice(place + cut);
});
