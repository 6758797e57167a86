import { expect, test } from "vitest";
import type { LockRequest } from "../../lib/analyse/mod.ts";
import { headlines } from "../../lib/bundle/headlines.ts";
import { lockTotals } from "../../lib/bundle/report_header.ts";
import { TraceTotals } from "../../lib/bundle/trace_totals.ts";
import type { TraceRow } from "../../lib/bundle/sections.ts";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";

const byName = (header: Parameters<typeof headlines>[0]) =>
  new Map(headlines(header).map((figure) => [figure.name, figure]));

test("headlines gives errors, warnings, work, tokens, cost, waits and the slowest trace", () => {
  const { header } = createSampleSource();
  const figures = byName(header);
  expect([...figures.keys()]).toEqual([
    "Errors",
    "Warnings",
    "Tasks done",
    "LLM calls",
    "Tokens",
    "Cost",
    "Traces",
    "Slowest trace",
    "Lock waits",
    "State changes",
    "Log lines",
    "Data problems",
  ]);
  expect(figures.get("Warnings")).toMatchObject({
    value: String(header.levels.WARNING),
    address: "#/logs?level=WARNING",
    tone: "warning",
  });
  expect(figures.get("Slowest trace")!.note).toBe(header.slowest!.operation);
  expect(figures.get("Lock waits")!.note).toMatch(/^longest [\d.]+ m?s, \d+ gave up$/);
});

test("headlines says that a cost is unknown, and which part of one is", () => {
  const { header } = createSampleSource();
  const cost = (cost_usd: number | null, cost_unknown: number) => {
    const { value, note } = byName({ ...header, llm: { ...header.llm, cost_usd, cost_unknown } })
      .get("Cost")!;
    return `${value}: ${note}`;
  };
  expect(cost(null, 4)).toBe("unknown: no price known");
  expect(cost(1.5, 2)).toBe("$1.50: 2 without a price");
  expect(cost(1.5, 0)).toBe("$1.50: all prices known");
});

test("headlines tell errors that only the log has, and lead to them", () => {
  const { header } = createEmptySource();
  const levels = { ...header.levels, ERROR: 7, CRITICAL: 1 };
  expect(byName({ ...header, levels }).get("Errors")).toEqual({
    name: "Errors",
    value: "0",
    atLeast: false,
    of: "",
    note: "reported, 8 in the log",
    tone: "error",
    address: "#/logs?level=ERROR%2CCRITICAL",
  });
  const counts = { ...header.counts, errors: 1 };
  expect(byName({ ...header, counts, levels }).get("Errors")!.address).toBe("#/errors");
});

test("headlines of an empty session are no alarm", () => {
  const { header } = createEmptySource();
  for (const { name, value, tone } of headlines(header)) {
    expect(tone, name).toBeNull();
    expect(["0", "–"], name).toContain(value);
  }
});

test("lockTotals adds up the known waits", () => {
  const request = (wait_ms: number | null, outcome = "released") =>
    ({ wait_ms, outcome }) as LockRequest;
  expect(lockTotals([request(5), request(20, "timeout"), request(null, "waiting")]))
    .toEqual({ wait_ms: 25, wait_max_ms: 20, timeouts: 1 });
  expect(lockTotals([])).toEqual({ wait_ms: 0, wait_max_ms: null, timeouts: 0 });
});

test("TraceTotals finds the slowest trace, and leaves out what never ended", () => {
  const trace = (trace_id: string, duration_ms: number | null) =>
    ({ trace_id, operation: "update", duration_ms }) as TraceRow;
  const rows = [trace("a", 5), trace("b", null), trace("c", 9), trace("d", 9)];
  const totals = new TraceTotals();
  expect([...totals.adding(rows)]).toEqual(rows);
  expect(totals.slowest).toEqual({ trace_id: "c", operation: "update", duration_ms: 9 });
  const none = new TraceTotals();
  none.add(trace("b", null));
  expect(none).toMatchObject({ count: 1, slowest: null });
});
