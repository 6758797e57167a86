import { describe, expect, test } from "vitest";
import { spanTree } from "../../../lib/analyse/mod.ts";
import { sampleLocks } from "../../../report/sample/locks.ts";
import { ids, sampleTraces } from "../../../report/sample/traces.ts";
import {
  foldedRows,
  foundRows,
  pathRows,
  traceOf,
  waterfallAxis,
  waterfallRows,
} from "../../../report/views/parts/span_rows.ts";

describe("waterfall", () => {
  const traces = sampleTraces();
  const traceById = (id: string) => traceOf(traces.find((trace) => trace.trace_id === id));

  const treeById = (id: string) => {
    const trace = traceById(id);
    return trace && spanTree(trace);
  };

  test("waterfallRows puts children below their parents, in start order, with depth", () => {
    const rows = waterfallRows({ tree: treeById(ids.suggest), llm: [], locks: [] });
    expect(rows.map((row) => [row.depth, row.name]).slice(0, 6)).toEqual([
      [0, "collect_context"],
      [1, "scan_repository"],
      [2, "git_log"],
      [2, "read_files"],
      [3, "read_file"],
      [3, "read_file"],
    ]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  test("waterfallRows leaves running spans open and counts no self time for them", () => {
    const rows = waterfallRows({ tree: treeById(ids.running), llm: [], locks: [] });
    const open = rows.filter((row) => row.status === "running");
    expect(open.map((row) => row.name)).toEqual(["attempt", "verify", "llm_review", "receive"]);
    expect(
      open.every((row) => row.end === null && row.self_ms === null && row.duration_ms === null),
    )
      .toBe(true);
  });

  test("waterfallRows keeps spans with the same id apart", () => {
    const trace = traceById(ids.plan)!;
    const twice = { ...trace, spans: [...trace.spans, ...trace.spans] };
    const rows = waterfallRows({ tree: spanTree(twice), llm: [], locks: [] });
    expect(rows).toHaveLength(trace.spans.length * 2);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  test("waterfallRows takes a lock's time as measured; no clock that was set back makes it negative", () => {
    const lock = sampleLocks().find(({ outcome }) => outcome === "released")!;
    const times = { requested: 5000, acquired: 4000, released: 3000 };
    const durations = [{ wait_ms: 20, hold_ms: 7 }, { wait_ms: 20, hold_ms: null }].map((
      measured,
    ) =>
      waterfallRows({ tree: null, llm: [], locks: [{ ...lock, ...times, ...measured }] })[0]!
        .duration_ms
    );
    expect(durations).toEqual([27, null]);
  });

  test("waterfallRows ends a lock's row where the request gave up, and turns where it got it", () => {
    const locks = sampleLocks();
    const rows = waterfallRows({ tree: null, llm: [], locks });
    const row = (number: number) =>
      rows.find((one) =>
        one.lock ===
          locks.find((lock) => lock.lock_entry_id.endsWith(String(number).padStart(12, "0")))
      )!;
    expect(row(10).end! - row(10).start!).toBeCloseTo(30_001.2);
    expect(row(8).turn! - row(8).start!).toBeCloseTo(612.8);
    expect(row(23).end).toBeNull();
    expect(row(24).turn).toBeNull();
  });

  test("foldedRows hides what is below a closed row, and nothing else", () => {
    const rows = waterfallRows({ tree: treeById(ids.suggest), llm: [], locks: [] });
    const scan = rows[1]!;
    const names = foldedRows(rows, new Set([scan.key])).map((row) => row.name);
    expect(names).toEqual([
      "collect_context",
      "scan_repository",
      "summarise",
      "llm_suggest",
      "validate_suggestions",
    ]);
  });

  test("foundRows keeps every match with everything that encloses it", () => {
    const rows = waterfallRows({ tree: treeById(ids.suggest), llm: [], locks: [] });
    expect(foundRows(rows, "GIT_").map((row) => row.name)).toEqual([
      "collect_context",
      "scan_repository",
      "git_log",
    ]);
    expect(foundRows(rows, "read_file").map((row) => row.name)).toEqual([
      "collect_context",
      "scan_repository",
      "read_files",
      "read_file",
      "read_file",
      "read_file",
    ]);
    expect(foundRows(rows, "validate").map((row) => row.name)).toEqual(["validate_suggestions"]);
    expect(foundRows(rows, "nothing like it")).toEqual([]);
  });

  test("waterfallAxis holds every row, also those of another clock", () => {
    const trace = traceById(ids.plan)!;
    const rows = waterfallRows({ tree: trace && spanTree(trace), llm: [], locks: sampleLocks() });
    const axis = waterfallAxis(trace, rows)!;
    for (const row of rows) {
      if (row.start !== null) expect(row.start).toBeGreaterThanOrEqual(axis.start);
      if (row.end !== null) expect(row.end).toBeLessThanOrEqual(axis.end);
    }
    expect(waterfallAxis(null, [])).toBeNull();
    expect(waterfallAxis(trace, rows, axis.end + 5000)!.end).toBeGreaterThanOrEqual(
      axis.end + 5000,
    );
  });

  test("traceOf refuses what is no trace", () => {
    for (const value of [null, 3, [], {}, { trace_id: "x" }, { spans: [] }]) {
      expect(traceOf(value)).toBeNull();
    }
  });

  test("pathRows keeps what the end waited for, with what each adds to it", () => {
    const tree = treeById(ids.suggest)!;
    const rows = pathRows(waterfallRows({ tree, llm: [], locks: [] }), tree.path);
    expect(rows.length).toBe(tree.path.steps.length);
    expect(rows.every((row) => row.node!.critical)).toBe(true);
    expect(rows.filter((row) => row.depth > 0).length)
      .toBe(rows.reduce((sum, row) => sum + row.children, 0));
    const sum = rows.reduce((sum, row) => sum + row.self_ms!, tree.path.gap_ms);
    expect(sum).toBeCloseTo(tree.duration_ms, 3);
    expect(pathRows(rows, { steps: [], gap_ms: 0 })).toEqual([]);
  });
});
