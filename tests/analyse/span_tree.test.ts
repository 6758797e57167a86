import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spanTree } from "../../lib/analyse/mod.ts";
import { span, t0, trace } from "./records.ts";

describe("spanTree", () => {
  test("orders by start, with depth, self time and times from the trace's start", () => {
    const tree = spanTree(trace([
      span("inner", "outer", 20, 40),
      span("outer", null, 10, 90),
      span("second", "outer", 50, 80),
      span("deep", "second", 55, 60),
    ]));
    expect(tree.rows.map((n) => [n.span.span_id, n.depth, n.start_ms, n.end_ms, n.self_ms]))
      .toEqual([
        ["outer", 0, 10, 90, 30],
        ["inner", 1, 20, 40, 20],
        ["second", 1, 50, 80, 25],
        ["deep", 2, 55, 60, 5],
      ]);
    expect(tree).toMatchObject({ start: t0, duration_ms: 100 });
    expect(tree.rows[3]!.parent!.span.span_id).toBe("second");
  });

  test("counts parallel children once, and clips those that outlive their parent", () => {
    const tree = spanTree(trace([
      span("all", null, 0, 100),
      span("a", "all", 10, 60),
      span("b", "all", 20, 70),
      span("late", "all", 90, 100 + 50),
    ]));
    expect(tree.roots[0]!.self_ms).toBe(30);
    expect(tree.duration_ms).toBe(150);
  });

  test("marks what the end waited for", () => {
    const tree = spanTree(trace([
      span("all", null, 0, 100),
      span("short", "all", 0, 30),
      span("long", "all", 0, 70),
      span("last", "all", 70, 100),
      span("aside", "all", 75, 80),
      span("in_long", "long", 60, 70),
      span("in_short", "short", 0, 30),
    ]));
    const critical = tree.rows.filter((node) => node.critical).map((node) => node.span.span_id);
    expect(critical.sort()).toEqual(["all", "in_long", "last", "long"]);
  });

  test("shows open spans up to the last sign of life", () => {
    const tree = spanTree(trace(
      [span("open", null, 10, null), span("done", "open", 20, 60)],
      { status: "running", completed_at: null, duration_ms: null },
    ));
    expect(tree.rows[0]).toMatchObject({ open: true, start_ms: 10, end_ms: 60, self_ms: 10 });
    expect(tree.duration_ms).toBe(60);
  });

  test("shows open spans up to the session's last sign of them, on the path and in the times", () => {
    const running = trace(
      [span("open", null, 10, null), span("done", "open", 20, 60)],
      { status: "running", completed_at: null, duration_ms: null },
    );
    const tree = spanTree(running, t0 + 500);
    expect(tree.rows[0]).toMatchObject({ open: true, end_ms: 500, self_ms: 450 });
    expect(tree.duration_ms).toBe(500);
    expect(tree.path.steps.reduce((sum, step) => sum + step.self_ms, tree.path.gap_ms)).toBe(500);
    expect(spanTree(running, t0 + 30).duration_ms).toBe(60);
  });

  test("loses no span to unknown parents, repeated ids or cycles", () => {
    const tree = spanTree(trace([
      span("a", "b", 0, 10),
      span("b", "a", 0, 10),
      span("self", "self", 0, 10),
      span("orphan", "gone", 0, 10),
      span("twin", null, 0, 10),
      span("twin", null, 20, 30),
      span("child", "twin", 0, 5),
    ]));
    expect(tree.rows.length).toBe(7);
    expect(tree.roots.map((n) => n.span.span_id).sort())
      .toEqual(["b", "orphan", "self", "twin", "twin"]);
  });

  test("is well-formed for any parents and times", () => {
    const id = fc.integer({ min: 0, max: 8 });
    const any = fc.array(fc.record({ id, parent: fc.option(id), start: id, length: id }));
    fc.assert(fc.property(any, (values) => {
      const spans = values.map((v) =>
        span(`s${v.id}`, v.parent === null ? null : `s${v.parent}`, v.start, v.start + v.length)
      );
      const tree = spanTree(trace(spans));
      expect(new Set(tree.rows.map((node) => node.span)).size).toBe(spans.length);
      for (const node of tree.rows) {
        expect(node.depth).toBe(node.parent ? node.parent.depth + 1 : 0);
        expect(node.self_ms).toBeGreaterThanOrEqual(0);
        expect(node.self_ms).toBeLessThanOrEqual(node.end_ms - node.start_ms);
        if (node.parent) {
          expect(tree.rows.indexOf(node.parent) < tree.rows.indexOf(node)).toBe(true);
        }
      }
    }));
  });

  test("takes a chain of 50,000 spans in any order, and a trace without any", () => {
    const chain = Array.from(
      { length: 50_000 },
      (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 100_000 - i),
    );
    expect(spanTree(trace(chain)).rows.at(-1)!.depth).toBe(49_999);
    expect(spanTree(trace(chain.toReversed())).rows.at(-1)!.depth).toBe(49_999);
    expect(spanTree(trace([])).rows).toEqual([]);
    expect(spanTree(trace([], { started_at: "soon", completed_at: null, duration_ms: null })))
      .toMatchObject({ start: null, duration_ms: 0 });
  });
});
