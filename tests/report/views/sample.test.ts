import { describe, expect, test } from "vitest";
import { problemKinds } from "./problem_kinds.ts";
import {
  createEmptySource,
  createSampleSource,
  sampleLogRows,
} from "../../../report/sample/mod.ts";

describe("createSampleSource", () => {
  const source = createSampleSource();

  test("is the same on every call", async () => {
    const again = createSampleSource();
    expect(again.header).toEqual(source.header);
    for (const name of ["traces", "llm", "errors", "metrics", "dictionaries"] as const) {
      expect(await again.section(name)).toEqual(await source.section(name));
    }
  });

  test("has columns that agree with its records", async () => {
    const { logs } = source;
    const words = await source.section("dictionaries");
    expect(logs.rows).toBe(sampleLogRows);
    const rows = [0, 7, 750, sampleLogRows - 1];
    const records = await logs.records(rows);
    rows.forEach((row, index) => {
      const record = records[index]!;
      expect(words.operations[logs.columns.operation[row]!]).toBe(record.operation);
      expect(words.traces[logs.columns.trace[row]!] || null).toBe(record.trace_id);
      expect(words.events[logs.columns.event[row]!] || null).toBe(record.event);
      expect(logs.columns.line[row]).toBe(record.line);
    });
  });

  test("opens every document that its rows point to, and no other", async () => {
    const rows = [
      ...await source.section("traces"),
      ...await source.section("llm"),
      ...await source.section("errors"),
      ...await source.section("changes"),
    ];
    const found = await Promise.all(
      rows.flatMap((row) => row.document ? [source.document(row.document)] : []),
    );
    expect(found.length).toBeGreaterThan(60);
    const traces = rows.filter((row) => row.document).map((row) => row.trace_id);
    expect(found.map((document) => (document as { trace_id: string }).trace_id)).toEqual(traces);
    await expect(source.document([0, 99_999, 1])).rejects.toThrow(RangeError);
    await expect(source.document([3, 0, 1])).rejects.toThrow(RangeError);
  });

  test("covers every outcome, every kind of problem and hostile text", async () => {
    const outcomes = (list: { outcome: string }[]) =>
      [...new Set(list.map((row) => row.outcome))].sort();
    expect(outcomes(await source.section("llm"))).toEqual(["aborted", "error", "ok"]);
    expect(outcomes(await source.section("locks"))).toEqual([
      "broken",
      "held",
      "released",
      "timeout",
      "waiting",
    ]);
    expect(new Set((await source.section("problems")).map((problem) => problem.kind))).toEqual(
      problemKinds,
    );
    expect(JSON.stringify(await source.section("errors"))).toContain("<script>");
  });

  test("searches without regard to case", async () => {
    const found = await source.logs.search("DELIVERED webhook");
    expect(found.count).toBeGreaterThan(100);
    expect(found.matches.reduce((sum, bit) => sum + bit, 0)).toBe(found.count);
    expect((await source.logs.search("no such text anywhere")).count).toBe(0);
  });
});

test("createEmptySource has nothing in any view", () => {
  const { counts } = createEmptySource().header;
  expect(Object.values(counts).every((count) => count === 0)).toBe(true);
});
