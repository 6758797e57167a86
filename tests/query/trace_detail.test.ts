import { describe, expect, test } from "vitest";
import {
  AmbiguousIdError,
  findErrors,
  findTrace,
  groupErrors,
  performanceSummary,
  queryRecords,
  spanRows,
  traceDetail,
  traceIds,
  traceLinesMax,
  UnknownIdError,
} from "../../lib/query/mod.ts";
import type { Trace } from "../../lib/format/mod.ts";
import { sessionWith, type Tree } from "../store/fixtures.ts";
import { at, busyTrace, innerTrace, line, otherTrace, recordedFiles } from "./recorded.ts";

const recorded = (more: Tree = {}, id = "demo") =>
  sessionWith({ ...recordedFiles() as Tree, ...more }, id);

describe("traceDetail", () => {
  const session = recorded();

  test("joins everything that carries the id", async () => {
    const detail = (await traceDetail(session, busyTrace))!;
    expect(detail).toMatchObject({
      session_id: "demo",
      trace_id: busyTrace,
      operation: "update",
      status: "success",
      failed: true,
      started_at: at(0),
      last_at: at(10),
      duration_ms: 10_000,
      parent_trace_id: null,
      inner_trace_ids: [innerTrace],
      left_out: { logs: 0, errors: 0 },
    });
    expect(detail.spans.map(({ name, depth, self_ms, share, critical }) => {
      return [name, depth, self_ms, share, critical];
    })).toEqual([["apply", 0, 6000, 0.8, true], ["read", 1, 2000, 0.2, true]]);
    const { traces, errors, llm, diffs, locks, logs, performance } = detail;
    expect([traces, errors, llm, diffs, locks, logs, performance].map(({ length }) => length))
      .toEqual([1, 2, 1, 1, 1, 6, 1]);
    for (const record of [...errors, ...llm, ...diffs, ...locks, ...logs]) {
      expect(record.trace_id).toBe(busyTrace);
      expect(record.source.session_id).toBe("demo");
    }
  });

  test("a trace that never ended: what is known of it, and its last sign", async () => {
    expect(await traceDetail(session, innerTrace)).toMatchObject({
      operation: "deploy",
      status: "running",
      failed: false,
      duration_ms: null,
      started_at: at(10),
      last_at: at(10),
      parent_trace_id: busyTrace,
    });
  });

  test("an id without a trace file: what its records tell", async () => {
    const only = sessionWith({ "logs/planloop.jsonl": `${line(3, "hello")}\n` }, "demo");
    expect(await traceDetail(only, busyTrace)).toMatchObject({
      operation: "update",
      status: null,
      started_at: at(3),
      last_at: at(3),
      spans: [],
      traces: [],
      logs: [{ message: "hello" }],
    });
  });

  test("nothing where nothing carries the id", async () => {
    expect(await traceDetail(session, "tr_none")).toBeNull();
  });

  test("of very many lines the last are listed, and the others counted", async () => {
    const lines = Array.from(
      { length: traceLinesMax + 3 },
      (_, index) => line(1, `n${index}`, index === 0 ? { level: "ERROR" } : {}),
    );
    const long = sessionWith({ "logs/planloop.jsonl": `${lines.join("\n")}\n` }, "demo");
    const detail = (await traceDetail(long, busyTrace))!;
    expect(detail.logs).toHaveLength(traceLinesMax);
    expect([detail.logs[0]!.message, detail.left_out.logs]).toEqual(["n3", 3]);
    expect(detail.failed).toBe(true);
  });
});

test("spanRows gives a running span the time until the last sign", async () => {
  const span = { span_id: "a", parent: null, metadata: {}, error: null };
  const trace = {
    started_at: at(0),
    spans: [{ ...span, name: "upload", start_time: at(1), status: "running", duration_ms: null }],
  } as unknown as Trace;
  trace.spans[0]!.end_time = null;
  expect(spanRows(trace, Date.parse(at(4)))).toMatchObject([
    { name: "upload", start_ms: 1000, duration_ms: null, self_ms: 3000, share: 0.75 },
  ]);
  await Promise.resolve();
});

describe("findTrace", () => {
  const first = recorded({}, "first");
  const second = sessionWith(
    { "logs/planloop.jsonl": `${line(1, "x", { trace_id: "tr_20261121090000_dddddd" })}\n` },
    "second",
  );

  test("takes a whole id, with a trace file or without one", async () => {
    expect(await findTrace([second, first], innerTrace)).toEqual({
      session: first,
      trace_id: innerTrace,
    });
    const { session } = await findTrace([first, second], "tr_20261121090000_dddddd");
    expect(session).toBe(second);
  });

  test("takes the start of exactly one id, in the first session that has such", async () => {
    expect(await findTrace([first, second], "tr_20261121")).toEqual({
      session: second,
      trace_id: "tr_20261121090000_dddddd",
    });
  });

  test("names the candidates of an ambiguous start", async () => {
    const error = await findTrace([first, second], "tr_2026112010").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AmbiguousIdError);
    expect(error.candidates.toSorted()).toEqual([busyTrace, innerTrace, otherTrace].toSorted());
    expect(error.message).toContain(otherTrace);
  });

  test("names what comes near an unknown id", async () => {
    const wanted = otherTrace.replace("b", "e");
    const error = await findTrace([first, second], wanted).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UnknownIdError);
    expect([error.wanted, error.nearest[0]]).toEqual([wanted, otherTrace]);
    expect(error.message).toContain("2 sessions");
  });

  test.each(["", "../../etc/passwd", "tr_\u0000", "x".repeat(500)])(
    "refuses %j as any other unknown id",
    async (wanted) => {
      await expect(findTrace([first], wanted)).rejects.toBeInstanceOf(UnknownIdError);
    },
  );

  test("traceIds has every id once", async () => {
    expect([...await traceIds(first)].toSorted())
      .toEqual([busyTrace, innerTrace, otherTrace].toSorted());
  });
});

describe("findErrors", () => {
  const session = recorded();

  test("by trace, by fault and by file; whole or by the start", async () => {
    const byTrace = await findErrors([session], busyTrace);
    expect([byTrace.by, byTrace.records.length]).toEqual(["trace", 2]);
    const fault = byTrace.records[0]!.json().fingerprint;
    const byFault = await findErrors([session], fault.slice(0, 6));
    expect([byFault.by, byFault.id, byFault.records.length]).toEqual(["fault", fault, 2]);
    const byFile = await findErrors([session], `${busyTrace}_error_002`);
    expect([byFile.by, byFile.records.map((record) => record.json().error_message)])
      .toEqual(["file", ["Cannot total order 12"]]);
  });

  test("an ambiguous start, an unknown id, a session without errors", async () => {
    await expect(findErrors([session], "tr_2026")).rejects.toBeInstanceOf(AmbiguousIdError);
    await expect(findErrors([session], "tr_9")).rejects.toThrow(/^No error "tr_9".*Nearest: tr_/);
    await expect(findErrors([sessionWith({})], "tr_9")).rejects.toThrow("it has no errors");
  });
});

describe("groupErrors", () => {
  test("one group a fault, the latest first", async () => {
    const groups = await groupErrors(queryRecords(recorded(), "errors"));
    expect(groups).toMatchObject([
      { error_type: "TimeoutError", count: 1, first_at: at(60), last_at: at(60) },
      {
        error_message: "Cannot total order 12",
        operation: "total",
        count: 2,
        first_at: at(7),
        last_at: at(9),
        session_ids: ["demo"],
        trace_ids: [busyTrace],
      },
    ]);
  });
});

describe("performanceSummary", () => {
  test("durations by operation, span and model, and what was measured", async () => {
    const summary = await performanceSummary([recorded()]);
    expect(summary.operations.map(({ operation, duration_ms: { count, sum, max } }) => {
      return [operation, count, sum, max];
    })).toEqual([["update", 1, 10_000, 10_000], ["review", 1, 1000, 1000], ["deploy", 0, 0, null]]);
    expect(summary.spans.map(({ name, duration_ms }) => [name, duration_ms.sum]))
      .toEqual([["apply", 8000], ["read", 2000]]);
    expect(summary.models).toHaveLength(1);
    expect(summary.models[0]).toMatchObject({
      duration_ms: { count: 2, sum: 2000, mean: 1000, median: 1000 },
      failed: 0,
      cost_usd: 0.25,
    });
    expect(summary.metrics.map(({ metric, value }) => [metric, value.count, value.max]))
      .toEqual([["llm.latency", 2, 1500], ["memory.rss_mb", 1, 50]]);
  });

  test("of one operation, and of several sessions together", async () => {
    const query = { operation: "update" };
    const summary = await performanceSummary([recorded(), recorded({}, "other")], query);
    expect(summary.operations.map(({ operation, duration_ms }) => [operation, duration_ms.count]))
      .toEqual([["update", 2]]);
  });

  test("tail takes the last of all sessions together", async () => {
    const sessions = [recorded({}, "first"), recorded({}, "second")];
    const { operations } = await performanceSummary(sessions, { tail: 4 });
    expect(operations.map(({ operation, duration_ms }) => [operation, duration_ms.count]))
      .toEqual([["update", 1], ["review", 2], ["deploy", 0]]);
  });
});
