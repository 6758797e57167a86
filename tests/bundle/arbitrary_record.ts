/** Any log record, for property tests. */

import fc from "fast-check";
import { levels } from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
  fc.constantFrom("Task 12 done", "Task 13 done", "\0", "\ufeffbom", "\u2028", "\ufffd", ""),
);
const object = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
const finite = fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0));
const time = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1_763_000_000_000, max: 1_764_000_000_000 }) },
  fc.integer({ min: 1_763_000_000_000_000, max: 1_763_000_000_999_999 }).map((us) => us / 1000),
  finite,
);

/** Everything that can be in a record but lone surrogates, which UTF-8 cannot carry, and -0. */
export const anyRecord: fc.Arbitrary<LogRecord> = fc.record({
  time: fc.option(time),
  level: fc.constantFrom(...levels),
  operation: fc.oneof(text, fc.constantFrom("update", "suggest")),
  trace_id: fc.option(text),
  message: text,
  duration_ms: fc.option(
    fc.oneof(finite, fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000)),
  ),
  event: fc.option(fc.constantFrom("lock_requested", "lock_acquired", "odd", "")),
  context: object,
  extra: object,
  file: fc.constantFrom("logs/planloop.jsonl", "logs/planloop.log", "logs/planloop.1.jsonl"),
  line: fc.integer({ min: 1, max: 0xffff_ffff }),
});
