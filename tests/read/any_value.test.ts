import fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem, ProblemSink } from "../../lib/format/mod.ts";
import {
  readDeadlock,
  readErrorReport,
  readFeedback,
  readIndex,
  readLlmTranscript,
  readLockInfo,
  readPlan,
  readQueueEntry,
  readState,
  readStateDiff,
  readTrace,
} from "../../lib/read/mod.ts";

type Reader = (value: unknown, file: string, problem: ProblemSink) => object | null;

const readers: [Reader, string[]][] = [
  [readTrace, [
    "trace_id",
    "spans",
    "command",
    "started_at",
    "completed_at",
    "duration_ms",
    "error",
  ]],
  [readLlmTranscript, ["request", "response", "error", "attempts", "stream", "usage", "price"]],
  [readErrorReport, ["error_type", "stack_trace", "causes", "open_spans", "local_variables"]],
  [readStateDiff, ["changes", "trace_id", "before_file", "timestamp"]],
  [readState, ["tasks", "signals", "now", "prompts", "artifacts", "created_at", "done", "tags"]],
  [readIndex, ["sessions", "updated_at"]],
  [readDeadlock, ["last_state_hash", "no_progress_counter", "queue_head"]],
  [readFeedback, ["timestamp", "message", "rating"]],
  [readLockInfo, ["held_by", "since", "operation"]],
  [readQueueEntry, ["id", "agent", "requested_at", "pid", "host"]],
];

const innerKeys = [
  "id",
  "name",
  "parent",
  "span_id",
  "start_time",
  "end_time",
  "depends_on",
  "status",
];
const odd = fc.constantFrom<unknown>(
  1e308,
  -1,
  "1e999",
  "2025-11-16",
  "",
  null,
  [],
  {},
  [[]],
  true,
  JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":2,"hasOwnProperty":3}'),
);
const inner = fc.dictionary(fc.constantFrom(...innerKeys), fc.oneof(odd, fc.jsonValue()));
const part = fc.oneof(odd, inner, fc.array(fc.oneof(odd, inner), { maxLength: 4 }), fc.jsonValue());

for (const [reader, keys] of readers) {
  test(`${reader.name}: property: never throws, and gives plain JSON, whatever the value`, () => {
    const value = fc.oneof(fc.dictionary(fc.constantFrom(...keys), part), part);
    fc.assert(
      fc.property(value, (input) => {
        const problems: Problem[] = [];
        const record = reader(input, "logs/x/tr_1.json", (problem) => problems.push(problem));
        if (record === null) {
          expect(input === undefined || problems.some(({ lost }) => lost)).toBe(true);
        } else {
          expect(() => JSON.stringify(record)).not.toThrow();
          // Not one documented key of the input gets lost.
          for (const key of Object.keys(input as object)) {
            expect(Object.hasOwn(record, key)).toBe(true);
          }
        }
        for (const { reason } of problems) expect(reason.length).toBeLessThan(1000);
      }),
      { numRuns: 150 },
    );
  });
}

test("readPlan: property: never throws, and keeps the text below the front matter", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      "---",
      "a: 'x",
      'b: "y\\',
      "- z",
      "  k:",
      "c: [1,",
      "tags:",
      "environment:",
      "  ",
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = `---\n${lines.join("\n")}\n---\nthe body`;
      const plan = readPlan(text, "PLAN.md", () => {});
      expect(plan.body.endsWith("the body")).toBe(true);
    }),
    { numRuns: 500 },
  );
});
