import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  leftOutText,
  type RecordCounts,
  type ReportScope,
  ScopedSource,
  scopeText,
  TraceSurvey,
  wholeScope,
} from "../../lib/bundle/mod.ts";
import { formatTime } from "../../lib/format/mod.ts";
import { errorReport, llmCall, logRecord, span, stateDiff, t0, trace } from "../analyse/records.ts";
import { listSource, type SourceLists } from "./list_source.ts";

const nothing: RecordCounts = {
  logs: 0,
  traces: 0,
  llm_calls: 0,
  errors: 0,
  lock_requests: 0,
  changes: 0,
  metrics: 0,
};

async function flat<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

async function records<T>(stored: AsyncIterable<{ record: T }>): Promise<T[]> {
  const all: T[] = [];
  for await (const { record } of stored) all.push(record);
  return all;
}

/** Reads everything of a scoped session. */
async function shown(lists: SourceLists, scope: Partial<ReportScope>, traces?: Set<string>) {
  const source = new ScopedSource(listSource(lists), { ...wholeScope, ...scope }, traces ?? null);
  return {
    log: await flat(source.log()),
    traces: await records(source.traces()),
    calls: await records(source.llmTranscripts()),
    errors: await records(source.errors()),
    diffs: await records(source.diffs()),
    metrics: await flat(source.metrics()),
    account: source.account(),
  };
}

const at = (ms: number) => formatTime(t0 + ms);
const line = (ms: number | null, more: object = {}) =>
  logRecord({ time: ms === null ? null : t0 + ms, ...more });

describe("ScopedSource", () => {
  test("a window shows what happened in it, and counts the rest by kind", async () => {
    const metric = (ms: number) => ({ timestamp: at(ms), metric: "m", value: 1, tags: {} });
    const lists: SourceLists = {
      log: [line(0), line(100), line(200), line(300), line(null)],
      calls: [llmCall({ timestamp: at(50), duration_ms: 60 }), llmCall({ timestamp: at(301) })],
      errors: [errorReport({ timestamp: at(99) }), errorReport({ timestamp: at(150) })],
      diffs: [stateDiff({ timestamp: at(200) }), stateDiff({ timestamp: at(201) })],
      metrics: [metric(0), metric(200)],
    };
    const { log, calls, errors, diffs, metrics, account } = await shown(lists, {
      since: t0 + 100,
      until: t0 + 200,
    });
    expect(log.map(({ time }) => time)).toEqual([t0 + 100, t0 + 200, null]);
    expect(calls.map(({ timestamp }) => timestamp)).toEqual([at(50)]);
    expect(errors.map(({ timestamp }) => timestamp)).toEqual([at(150)]);
    expect(diffs.map(({ timestamp }) => timestamp)).toEqual([at(200)]);
    expect(metrics.map(({ timestamp }) => timestamp)).toEqual([at(200)]);
    expect(account.left_out)
      .toEqual({ ...nothing, logs: 2, llm_calls: 1, errors: 1, changes: 1, metrics: 1 });
    expect(account.recorded).toMatchObject({ start: t0 });
  });

  test("a trace that began before the window and still ran in it is shown whole", async () => {
    const long = trace([span("a", null, 0, 9)], {
      started_at: at(0),
      completed_at: at(500),
    });
    const running = trace([], { trace_id: "tr_2", started_at: at(10), completed_at: null });
    const over = trace([], { trace_id: "tr_3", started_at: at(0), completed_at: at(90) });
    const { traces, account } = await shown(
      { traces: [long, running, over] },
      { since: t0 + 100, until: t0 + 200 },
    );
    expect(traces).toEqual([long, running]);
    expect(account.left_out).toEqual({ ...nothing, traces: 1 });
  });

  test("a trace that never ended lasted no longer than the log", async () => {
    const running = trace([], { started_at: at(10), completed_at: null });
    const lists = { log: [line(50)], traces: [running] };
    expect((await shown(lists, { since: t0 + 40 })).traces).toEqual([running]);
    expect((await shown(lists, { since: t0 + 60 })).traces).toEqual([]);
  });

  test("a trace shows all that carries its id and nothing else", async () => {
    const lists: SourceLists = {
      log: [
        line(0, { trace_id: "tr_1" }),
        line(1, { trace_id: "tr_2" }),
        line(2, { trace_id: null }),
      ],
      traces: [trace([], { trace_id: "tr_1" }), trace([], { trace_id: "tr_2" })],
      calls: [llmCall({ trace_id: "tr_2" })],
      errors: [errorReport({ trace_id: "tr_1" })],
    };
    const { log, traces, calls, errors, account } = await shown(
      lists,
      { trace: "tr_1" },
      new Set(["tr_1"]),
    );
    expect(log.map(({ trace_id }) => trace_id)).toEqual(["tr_1"]);
    expect(traces.map(({ trace_id }) => trace_id)).toEqual(["tr_1"]);
    expect([calls.length, errors.length]).toEqual([0, 1]);
    expect(account).toMatchObject({
      trace: "tr_1",
      left_out: { logs: 2, traces: 1, llm_calls: 1 },
    });
  });

  test("only errors: whole traces that failed, and failures outside of any", async () => {
    const lists: SourceLists = {
      log: [
        line(0, { trace_id: "good" }),
        line(1, { trace_id: "bad", level: "DEBUG" }),
        line(2, { trace_id: "bad", level: "ERROR" }),
        line(3, { trace_id: null, level: "CRITICAL" }),
        line(4, { trace_id: null }),
      ],
    };
    const survey = await TraceSurvey.of(listSource(lists));
    const { log } = await shown(lists, { only: "errors" }, survey.wentWrong());
    expect(log.map(({ time }) => time! - t0)).toEqual([1, 2, 3]);
  });

  test("what is shown and what is left out are together all there is", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({
        ms: fc.option(fc.integer({ min: 0, max: 100 })),
        trace_id: fc.option(fc.constantFrom("a", "b")),
      })),
      fc.option(fc.integer({ min: 0, max: 100 })),
      fc.option(fc.integer({ min: 0, max: 100 })),
      async (lines, since, until) => {
        const log = lines.map(({ ms, trace_id }) => line(ms, { trace_id }));
        const result = await shown({ log }, {
          since: since === null ? null : t0 + since,
          until: until === null ? null : t0 + until,
        }, new Set(["a"]));
        expect(result.log.length + result.account.left_out.logs).toBe(log.length);
        for (const { time, trace_id } of result.log) {
          expect(trace_id).toBe("a");
          if (time !== null && since !== null) expect(time).toBeGreaterThanOrEqual(t0 + since);
          if (time !== null && until !== null) expect(time).toBeLessThanOrEqual(t0 + until);
        }
      },
    ));
  });
});

describe("TraceSurvey", () => {
  test("finds every trace id that anything carries", async () => {
    const survey = await TraceSurvey.of(listSource({
      log: [line(0, { trace_id: "a" }), line(0, { trace_id: null })],
      traces: [trace([], { trace_id: "b" })],
      calls: [llmCall({ trace_id: "c" })],
      errors: [errorReport({ trace_id: "d" })],
      diffs: [stateDiff({ trace_id: "e" })],
    }));
    expect(survey.ids.sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect([...survey.wentWrong()]).toEqual(["d"]);
  });

  test("what went wrong: failed, or never ended; whole traces, with those inside", async () => {
    const survey = await TraceSurvey.of(listSource({
      log: [line(0, { trace_id: "line", level: "ERROR" }), line(1, { trace_id: "fine" })],
      traces: [
        trace([], { trace_id: "fine" }),
        trace([], { trace_id: "error", status: "error" }),
        trace([], { trace_id: "killed", status: "running", completed_at: null }),
        trace([], { trace_id: "inside", parent_trace_id: "killed" }),
      ],
      calls: [
        llmCall({ trace_id: "silent", status: "running" }),
        llmCall({ trace_id: "answered" }),
      ],
    }));
    expect([...survey.wentWrong()].sort()).toEqual(["error", "inside", "killed", "line", "silent"]);
  });

  test("a family is a trace and all that began inside it, also in a circle", async () => {
    const inside = (trace_id: string, parent_trace_id: string) =>
      trace([], { trace_id, parent_trace_id });
    const survey = await TraceSurvey.of(listSource({
      traces: [inside("b", "a"), inside("c", "b"), inside("a", "c"), inside("x", "y")],
    }));
    expect([...survey.family("b")].sort()).toEqual(["a", "b", "c"]);
    expect([...survey.family("y")].sort()).toEqual(["x", "y"]);
    expect([...survey.family("x")]).toEqual(["x"]);
  });
});

describe("a scope in words", () => {
  test.each<[Partial<ReportScope>, string]>([
    [{ trace: "tr_1" }, "only the trace tr_1"],
    [{ only: "errors" }, "only traces in which something failed, or that never ended"],
    [
      { since: Date.UTC(2026, 0, 2), until: Date.UTC(2026, 0, 3) },
      "since 2026-01-02T00:00:00.000Z, until 2026-01-03T00:00:00.000Z",
    ],
  ])("%j", (scope, text) => {
    expect(scopeText({ ...wholeScope, ...scope })).toBe(text);
  });

  test("what is left out is listed with its number", () => {
    expect(leftOutText({ ...nothing, logs: 3412, traces: 1 })).toBe("3,412 log lines, 1 trace");
    expect(leftOutText(nothing)).toBe("");
  });
});
