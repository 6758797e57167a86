import { expect, test } from "vitest";
import type { TraceRow } from "../../lib/bundle/sections.ts";
import { TraceTally } from "../../lib/bundle/trace_tally.ts";

function row(trace_id: string, end: number | null): TraceRow {
  return {
    trace_id,
    operation: "update",
    command: "update",
    status: end === null ? "running" : "success",
    failed: false,
    start: 100,
    end,
    duration_ms: end === null ? null : end - 100,
    spans: 1,
    logs: 0,
    errors: 0,
    llm_calls: 0,
    changes: 0,
    lock_requests: 0,
    file: "t.json",
    document: null,
  };
}

test("TraceTally gives a trace that never ended its last record as its end", () => {
  const tally = new TraceTally();
  tally.count("tr_open", "logs", 900, "update", false);
  tally.count("tr_open", "errors", 700, "update", true);
  tally.count("tr_done", "logs", 900, "update", false);
  tally.count("tr_bare", "logs", 300, "update", false);
  tally.count("tr_call", "llm_calls", 400, "update", false, 650);
  const spans = { ...row("tr_spans", 950), status: "running" } as const;
  tally.count("tr_spans", "logs", 900, "update", false);
  const rows = [
    row("tr_open", null),
    row("tr_done", 500),
    row("tr_silent", null),
    row("tr_call", null),
    { ...row("tr_late", 600), status: "running" } as const,
    spans,
  ];
  tally.count("tr_late", "logs", 700, "update", false);
  const all = [...tally.complete(rows)];
  expect(all.filter(({ failed }) => failed).map(({ trace_id }) => trace_id)).toEqual(["tr_open"]);
  expect(all.map(({ trace_id, end, logs, errors }) => [trace_id, end, logs, errors])).toEqual([
    ["tr_open", 900, 1, 1],
    ["tr_done", 500, 1, 0],
    ["tr_silent", null, 0, 0],
    ["tr_call", 650, 0, 0],
    ["tr_late", 700, 1, 0],
    ["tr_spans", 950, 1, 0],
    ["tr_bare", 300, 1, 0],
  ]);
});

test("TraceTally keeps apart as many traces as come, in order of time, those without one last", () => {
  const tally = new TraceTally();
  const count = 3000;
  for (let i = 0; i < count; i++) {
    const time = i % 100 === 0 ? null : count - i;
    tally.count(`tr_${i}`, "logs", time, i % 2 === 0 ? "" : "update", i % 3 === 0);
    if (i % 2 === 0) tally.count(`tr_${i}`, "changes", time, "plan", false);
  }
  const rows = [...tally.complete([])];
  expect(rows.length).toBe(count);
  expect(rows.map(({ start }) => start)).toEqual(
    rows.map(({ start }) => start).toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity)),
  );
  for (const { trace_id, start, end, operation, failed, logs, changes } of rows) {
    const i = Number(trace_id.slice(3));
    expect([start, end]).toEqual(i % 100 === 0 ? [null, null] : [count - i, count - i]);
    expect([operation, failed]).toEqual([i % 2 === 0 ? "plan" : "update", i % 3 === 0]);
    expect([logs, changes]).toEqual([1, i % 2 === 0 ? 1 : 0]);
  }
});
