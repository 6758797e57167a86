import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem, Trace } from "../../lib/format/mod.ts";
import { readTrace, TraceJournalReader } from "../../lib/read/mod.ts";
import { bytesOf, chunksOf } from "./helpers.ts";

function read(value: unknown, file = "logs/traces/tr_7.json"): {
  trace: Trace;
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const trace = readTrace(value, file, (problem) => problems.push(problem));
  return { trace: trace!, problems };
}

const at = (ms: number) => new Date(Date.UTC(2026, 10, 22, 14, 44, 16, ms)).toISOString();

describe("readTrace", () => {
  test("the Python planloop's spans in the order of their end get ids, parents, and a whole", () => {
    const span = (name: string, start: number, end: number) => ({
      name,
      start_time: at(start).replace("Z", "000+00:00"),
      end_time: at(end).replace("Z", "000+00:00"),
      duration_ms: end - start,
      metadata: { name },
    });
    const { trace, problems } = read({
      trace_id: "tr_x",
      spans: [
        span("load", 1, 5),
        span("inner", 7, 8),
        span("llm", 6, 9),
        span("suggest", 0, 10),
        span("after", 10, 12),
      ],
    });
    expect(problems).toEqual([]);
    expect(trace.spans.map(({ span_id, name, parent, status }) => [span_id, name, parent, status]))
      .toEqual([
        ["s1", "suggest", null, "success"],
        ["s2", "load", "s1", "success"],
        ["s3", "llm", "s1", "success"],
        ["s4", "inner", "s3", "success"],
        ["s5", "after", null, "success"],
      ]);
    expect(trace).toMatchObject({
      trace_id: "tr_x",
      command: [],
      operation: "",
      started_at: at(0).replace("Z", "000+00:00"),
      completed_at: at(12).replace("Z", "000+00:00"),
      duration_ms: 12,
      total_duration_ms: 12,
      status: "success",
      error: null,
    });
  });

  test("one root span names the operation", () => {
    const span = { name: "suggest", start_time: at(0), end_time: at(4), duration_ms: 4 };
    expect(read({ spans: [span] }).trace).toMatchObject({ trace_id: "tr_7", operation: "suggest" });
  });

  test("spans of equal times: the one that ended later in the file is the outer one", () => {
    const span = (name: string) => ({ name, start_time: at(0), end_time: at(4), duration_ms: 4 });
    const { trace } = read({ trace_id: "t", spans: [span("inner"), span("outer")] });
    expect(trace.spans.map(({ name, parent }) => [name, parent])).toEqual([
      ["outer", null],
      ["inner", "s1"],
    ]);
  });

  test("PLAN.md's span file has only its end and durations", () => {
    const { trace, problems } = read({
      trace_id: "tr_abc123",
      timestamp: "2025-11-18T08:30:00Z",
      spans: [
        { name: "load_state", duration_ms: 12 },
        { name: "llm", duration_ms: 2300, metadata: {} },
      ],
      total_duration_ms: 2312,
    });
    expect(problems).toEqual([]);
    expect(trace).toMatchObject({
      completed_at: "2025-11-18T08:30:00Z",
      timestamp: "2025-11-18T08:30:00Z",
      started_at: "2025-11-18T08:29:57.688Z",
      duration_ms: 2312,
      status: "success",
      total_duration_ms: 2312,
    });
    expect(trace.spans.map(({ span_id, start_time, parent }) => [span_id, start_time, parent]))
      .toEqual([["s1", "", null], ["s2", "", null]]);
  });

  test("PLAN.md's command trace", () => {
    const { trace, problems } = read({
      trace_id: "tr_abc123",
      command: ["planloop", "update", "--session", "honk-xyz"],
      started_at: "2025-11-18T08:14:17.585Z",
      completed_at: "2025-11-18T08:14:20.123Z",
      duration_ms: 2538,
      status: "success",
      spans: [{ name: "load_session", duration_ms: 45 }],
    });
    expect(problems).toEqual([]);
    expect(trace).toMatchObject({
      operation: "update",
      duration_ms: 2538,
      total_duration_ms: 45,
      timestamp: "2025-11-18T08:14:20.123Z",
    });
  });

  test("our own trace comes out as it is, a running one too", () => {
    const whole: Trace = {
      trace_id: "tr_1",
      command: ["agent", "run"],
      operation: "run",
      started_at: at(0),
      completed_at: null,
      timestamp: at(0),
      duration_ms: null,
      status: "running",
      error: null,
      spans: [{
        name: "a",
        duration_ms: null,
        metadata: { k: 1 },
        span_id: "p-1",
        parent: null,
        start_time: at(0),
        end_time: null,
        status: "running",
        error: null,
      }, {
        name: "b",
        duration_ms: 3,
        metadata: {},
        span_id: "p-2",
        parent: "p-1",
        start_time: at(1),
        end_time: at(4),
        status: "error",
        error: { type: "TypeError", message: "m" },
        events: [{ name: "e", timestamp: at(2), metadata: {} }],
      }],
      total_duration_ms: 0,
      session_id: "s",
      pid: 3,
    };
    expect(read(whole)).toEqual({ trace: whole, problems: [] });
  });

  test("nested durations are not counted twice", () => {
    const { trace } = read({
      trace_id: "t",
      total_duration_ms: 30,
      spans: [
        { name: "out", span_id: "a", parent: null, duration_ms: 20, start_time: at(0) },
        { name: "in", span_id: "b", parent: "a", duration_ms: 10, start_time: at(1) },
      ],
    });
    expect(trace.total_duration_ms).toBe(20);
  });

  test("a failing root makes the trace fail; an error as text is taken", () => {
    const span = { name: "a", span_id: "a", start_time: at(0), end_time: at(1), error: "boom" };
    expect(read({ trace_id: "t", spans: [span] }).trace).toMatchObject({
      status: "error",
      spans: [{ status: "error", error: { type: "", message: "boom" } }],
    });
  });

  test("twice used ids, missing parents and circles are reported and undone", () => {
    const span = (span_id: string, parent: string | null) => ({
      name: span_id,
      span_id,
      parent,
      start_time: at(0),
      duration_ms: 1,
    });
    const { trace, problems } = read({
      trace_id: "t",
      spans: [span("a", "b"), span("b", "a"), span("c", "gone"), span("c", null), span("d", "d")],
    });
    expect(problems.every(({ kind, lost }) => kind === "inconsistent" && !lost)).toBe(true);
    expect(problems).toHaveLength(4);
    expect(new Set(trace.spans.map(({ span_id }) => span_id)).size).toBe(5);
    const byId = new Map(trace.spans.map((one) => [one.span_id, one]));
    for (const one of trace.spans) {
      let steps = 0;
      for (let up = one; up.parent !== null; up = byId.get(up.parent)!) {
        expect(steps++).toBeLessThan(6);
      }
    }
  });

  test("what is no trace is left out; wrong types are reported", () => {
    expect(read({ a: 1 })).toMatchObject({ trace: null, problems: [{ lost: true }] });
    expect(read("x")).toMatchObject({ trace: null, problems: [{ lost: true }] });
    const { trace, problems } = read({ trace_id: "t", spans: "none", duration_ms: {} });
    expect(trace).toMatchObject({ spans: [], duration_ms: null });
    expect(problems).toHaveLength(2);
  });

  test("property: every span of the file is there once, with a parent that encloses it", () => {
    const interval = fc.tuple(fc.nat(100), fc.nat(100));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 30 }), (list) => {
        const spans = list.map(([a, b], index) => ({
          name: String(index),
          start_time: at(Math.min(a, b)),
          end_time: at(Math.max(a, b)),
          duration_ms: Math.abs(a - b),
        }));
        const { trace } = read({ trace_id: "t", spans });
        expect(trace.spans.map(({ name }) => name).sort()).toEqual(
          spans.map(({ name }) => name).sort(),
        );
        const byId = new Map(trace.spans.map((span) => [span.span_id, span]));
        for (const { start_time, end_time, parent } of trace.spans) {
          if (parent === null) continue;
          const outer = byId.get(parent)!;
          expect(outer.start_time <= start_time && outer.end_time! >= end_time!).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("TraceJournalReader", () => {
  const lines = [
    { kind: "trace_start", timestamp: at(0), trace_id: "tr_7", operation: "run", command: ["run"] },
    { kind: "span_start", timestamp: at(1), span_id: "1", parent: null, name: "a", metadata: {} },
    {
      kind: "span_start",
      timestamp: at(2),
      span_id: "2",
      parent: "1",
      name: "b",
      metadata: { k: 1 },
    },
    {
      kind: "span_end",
      timestamp: at(5),
      span_id: "2",
      duration_ms: 3,
      status: "error",
      error: { type: "E", message: "m" },
    },
  ];

  function fold(list: unknown[], tail = "") {
    const problems: Problem[] = [];
    const reader = new TraceJournalReader(
      "logs/traces/tr_7.journal.jsonl",
      (problem) => problems.push(problem),
    );
    const text = list.map((line) => `${JSON.stringify(line)}\n`).join("") + tail;
    for (const chunk of chunksOf(bytesOf(text), 50)) reader.push(chunk);
    return { folded: reader.finish(), problems };
  }

  test("what has no end is running", () => {
    const { folded, problems } = fold(lines);
    expect(problems).toEqual([]);
    expect(folded!.ended).toBe(false);
    expect(folded!.trace).toMatchObject({
      trace_id: "tr_7",
      operation: "run",
      command: ["run"],
      started_at: at(0),
      completed_at: null,
      duration_ms: null,
      status: "running",
      spans: [
        { span_id: "1", name: "a", status: "running", end_time: null, duration_ms: null },
        {
          span_id: "2",
          parent: "1",
          status: "error",
          end_time: at(5),
          duration_ms: 3,
          error: { type: "E" },
          metadata: { k: 1 },
        },
      ],
    });
  });

  test("an end makes it whole", () => {
    const { folded } = fold([
      ...lines,
      { kind: "span_end", timestamp: at(8), span_id: "1", duration_ms: 7, status: "success" },
      { kind: "trace_end", timestamp: at(9), duration_ms: 9, status: "success", error: null },
    ]);
    expect(folded!.ended).toBe(true);
    expect(folded!.trace).toMatchObject({
      status: "success",
      completed_at: at(9),
      timestamp: at(9),
      duration_ms: 9,
      total_duration_ms: 7,
    });
  });

  test("a torn last line, foreign lines and a missing start are no obstacle", () => {
    const { folded, problems } = fold([...lines.slice(1), { kind: "dance" }, {
      kind: "span_end",
      timestamp: at(6),
    }], '{"kind":"span_e');
    expect(folded!.trace).toMatchObject({ trace_id: "tr_7", status: "running" });
    expect(folded!.trace.spans).toHaveLength(2);
    expect(problems.map(({ kind, lost }) => [kind, lost])).toEqual([
      ["wrong_shape", true],
      ["wrong_shape", true],
      ["torn", true],
    ]);
    expect(fold([]).folded).toBeNull();
  });
});
