import { describe, expect, test } from "vitest";
import {
  check,
  foundLengthMax,
  issueCountMax,
  isValid,
  metricSchema,
  preview,
  recordKinds,
  schema,
  sessionStateSchema,
  traceSchema,
} from "../../lib/format/mod.ts";

const { anything, integer, list, map, number, object, optional, text, union } = schema;

interface Node {
  name: string;
  size?: number;
  more: Record<string, unknown>;
}
const nodeSchema = object<Node>("Node", "A node.", {
  name: text("Its name.", { length_min: 2, length_max: 4 }),
  size: optional(number("Its size.", { max: 5 }), "if unknown"),
  more: map("More.", anything("Any.")),
});
const messages = (value: unknown) => check(nodeSchema, value).map(({ message }) => message);

describe("check", () => {
  test("says action, place, value and expectation in one sentence", () => {
    const trace = structuredClone(recordKinds.trace.example);
    trace.spans[1]!.duration_ms = -3;
    expect(check(traceSchema, trace, { action: 'Cannot read the trace "tr_9"' })).toEqual([{
      path: "spans[1].duration_ms",
      expected: "a number of 0 or more (milliseconds), or null",
      found: "-3",
      message: 'Cannot read the trace "tr_9": spans[1].duration_ms is -3, ' +
        "expected a number of 0 or more (milliseconds), or null",
    }]);
  });

  test("names the schema where the caller names no action", () => {
    expect(messages({ name: "ab" })).toEqual([
      "Cannot read Node: more is missing, expected an object",
    ]);
    expect(messages(null)).toEqual(["Cannot read Node: it is null, expected an object (Node)"]);
  });

  test("counts lengths in characters, not UTF-16 units", () => {
    expect(messages({ name: "𝒜𝒜𝒜𝒜", more: {} })).toEqual([]);
    expect(messages({ name: "𝒜", more: {} })).toEqual([
      'Cannot read Node: name is "𝒜", expected text of 2 to 4 characters',
    ]);
  });

  test("treats undefined as absent and null as a value", () => {
    expect(messages({ name: "ab", more: {}, size: undefined })).toEqual([]);
    expect(messages({ name: undefined, more: {} })).toHaveLength(1);
    expect(messages({ name: "ab", more: {}, size: null })).toHaveLength(1);
  });

  test("refuses NaN, infinities and numbers beyond the limit", () => {
    for (const size of [NaN, Infinity, -Infinity, 5.001]) {
      expect(messages({ name: "ab", more: {}, size })).toHaveLength(1);
    }
    expect(messages({ name: "ab", more: {}, size: 5 })).toEqual([]);
    expect(check(integer("Count."), 2 ** 60)).toEqual([]);
    expect(check(integer("Count."), 0.5)).toHaveLength(1);
  });

  test("ends on values that contain themselves", () => {
    const cyclic: Record<string, unknown> = { name: "ab" };
    cyclic["more"] = cyclic;
    cyclic["extra"] = [cyclic];
    expect(messages(cyclic)).toEqual([]);
    cyclic["name"] = cyclic;
    expect(messages(cyclic)).toEqual([
      "Cannot read Node: name is an object with 3 keys, expected text of 2 to 4 characters",
    ]);
  });

  test("takes keys from the value itself, never from its prototype", () => {
    const value = Object.create({ name: "inherited", more: {} });
    expect(check(nodeSchema, value).map(({ path }) => path)).toEqual(["name", "more"]);
    const poisoned = JSON.parse('{"name":"ab","more":{"__proto__":{"polluted":1}},"__proto__":7}');
    expect(check(nodeSchema, poisoned)).toEqual([]);
    expect(Object.prototype).not.toHaveProperty("polluted");
    const closed = object<{ a: number }>("C", "", { a: number("") }, { closed: true });
    expect(check(closed, JSON.parse('{"a":1,"__proto__":2,"constructor":3}')).map((i) => i.path))
      .toEqual(["__proto__", "constructor"]);
  });

  test("turns a getter or proxy that throws into an issue", () => {
    const thrower = {
      get name() {
        throw new Error("no");
      },
      more: {},
    };
    expect(check(nodeSchema, thrower)[0]?.found).toBe("a value that throws when it is read");
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(check(nodeSchema, proxy)).toHaveLength(1);
    expect(check(nodeSchema, { name: "ab", more: proxy })[0]?.path).toBe("more");
  });

  test("stops at the limit of issues and says so", () => {
    const state = { ...recordKinds.session_state.example, tasks: new Array(5000).fill(1) };
    const issues = check(sessionStateSchema, state);
    expect(issues).toHaveLength(issueCountMax + 1);
    expect(issues.at(-2)?.path).toBe(`tasks[${issueCountMax - 1}]`);
    expect(issues.at(-1)?.found).toBe(`more than ${issueCountMax}`);
    const exactly = { ...state, tasks: new Array(issueCountMax).fill(1) };
    expect(check(sessionStateSchema, exactly)).toHaveLength(issueCountMax);
  });

  test("quotes hostile keys in paths, shortened", () => {
    const schemaOfMap = map("Numbers.", number("One."));
    expect(check(schemaOfMap, { "a.b]\n\u0000": "x" })[0]?.path).toBe('["a.b]\\n\\u0000"]');
    expect(check(schemaOfMap, { ["k".repeat(10_000)]: "x" })[0]!.path.length).toBeLessThan(100);
  });

  test("reports a union by the shape that the value claims, else as none of them", () => {
    const { schema: lines } = recordKinds.agent_transcript;
    const note = { timestamp: "2026-01-14T09:30:55Z", type: "note", message: 1 };
    expect(check(lines, note).map(({ path }) => path)).toEqual(["message"]);
    expect(check(lines, { type: "poem" })).toEqual([{
      path: "",
      expected: "an object: one of AgentCommand, AgentResponse, AgentNote, AgentShellEvent",
      found: "an object with 1 key",
      message: "Cannot read the value: it is an object with 1 key, expected an object: one of " +
        "AgentCommand, AgentResponse, AgentNote, AgentShellEvent",
    }]);
    const either = union("Text or numbers.", text("Text."), list("Numbers.", number("One.")));
    expect(check(either, [1, 2])).toEqual([]);
    expect(check(either, true)[0]?.expected).toBe("text, or a list");
  });

  test("a rule between keys reports each fault once", () => {
    const { lock_event } = recordKinds;
    const event = { ...lock_event.example, wait_ms: "3" };
    expect(check(lock_event.schema, event).map(({ path }) => path)).toEqual(["wait_ms"]);
  });
});

describe("isValid", () => {
  test("is true exactly where check finds nothing", () => {
    expect(isValid(metricSchema, recordKinds.metric.example)).toBe(true);
    expect(isValid(metricSchema, { ...recordKinds.metric.example, value: "1" })).toBe(false);
  });
});

describe("preview", () => {
  test("makes control and bidirectional characters visible", () => {
    expect(preview("a\u0000\u001b[31m\u202eb\u200b\u2028\u0085")).toBe(
      '"a\\u0000\\u001b[31m\\u202eb\\u200b\\u2028\\u0085"',
    );
  });

  test("shortens long text, never inside a character", () => {
    const long = "x".repeat(foundLengthMax - 1) + "😀".repeat(50);
    expect(preview(long)).toBe(`"${"x".repeat(foundLengthMax - 1)}…" (${long.length} characters)`);
  });

  test.each([
    [undefined, "nothing"],
    [null, "null"],
    [-0.5, "-0.5"],
    [[1, 2], "a list of 2"],
    [{ a: 1 }, "an object with 1 key"],
    [10n, "a bigint"],
    [() => 1, "a function"],
    [Symbol("s"), "a symbol"],
  ])("says %s in words", (value, words) => {
    expect(preview(value)).toBe(words);
  });
});

describe("field", () => {
  test("refuses schemas that are no objects", () => {
    expect(() => schema.field("A text.", text("Text."))).toThrow(TypeError);
  });
});
