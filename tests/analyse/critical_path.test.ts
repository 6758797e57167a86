import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CriticalPath, spanTimes, spanTree } from "../../lib/analyse/mod.ts";
import { span, trace } from "./records.ts";

/** The path forward in time: span, where it is entered and left, own time. */
function steps(path: CriticalPath) {
  return path.steps.map((step) => [
    step.node.span.span_id,
    step.start_ms,
    step.end_ms,
    step.self_ms,
  ]).sort((a, b) => Number(a[1]) - Number(b[1]) || Number(b[2]) - Number(a[2]));
}

const ends = (ms: number) => ({
  completed_at: new Date(1_763_453_657_000 + ms).toISOString(),
  duration_ms: ms,
});

describe("criticalPath", () => {
  test("goes back from the end, past what was not waited for", () => {
    const { path } = spanTree(trace([
      span("all", null, 0, 100),
      span("short", "all", 0, 30),
      span("long", "all", 10, 70),
      span("last", "all", 75, 90),
      span("aside", "all", 76, 80),
    ]));
    expect(steps(path)).toEqual([
      ["all", 0, 100, 25],
      ["long", 10, 70, 60],
      ["last", 75, 90, 15],
    ]);
    expect(path.gap_ms).toBe(0);
  });

  test("follows work that outlasts the span that started it", () => {
    const { path } = spanTree(trace([
      span("request", null, 0, 40),
      span("detached", "request", 60, 150),
    ], ends(150)));
    expect(steps(path)).toEqual([["request", 0, 150, 40], ["detached", 60, 150, 90]]);
    expect(path.gap_ms).toBe(20);
  });

  test("names the time before, between and after the roots as gaps", () => {
    const { path } = spanTree(trace([span("a", null, 10, 20), span("b", null, 50, 90)]));
    expect(steps(path)).toEqual([["a", 10, 20, 10], ["b", 50, 90, 40]]);
    expect(path.gap_ms).toBe(50);
  });

  test("passes over spans without length, and takes a trace without spans", () => {
    const { path } = spanTree(trace([span("a", null, 0, 100), span("point", "a", 50, 50)]));
    expect(steps(path)).toEqual([["a", 0, 100, 100]]);
    expect(spanTree(trace([])).path).toEqual({ steps: [], gap_ms: 100 });
  });

  test("is connected, inside the trace, and its own times and gaps make up the duration", () => {
    const id = fc.integer({ min: 0, max: 12 });
    const time = fc.integer({ min: 0, max: 60 });
    const any = fc.array(fc.record({ id, parent: fc.option(id), start: time, length: time }));
    fc.assert(fc.property(any, (values) => {
      const tree = spanTree(
        trace(
          values.map((v) =>
            span(`s${v.id}`, v.parent === null ? null : `s${v.parent}`, v.start, v.start + v.length)
          ),
        ),
      );
      const { steps, gap_ms } = tree.path;
      const byNode = new Map(steps.map((step) => [step.node, step]));
      expect(byNode.size).toBe(steps.length);
      let sum = gap_ms;
      for (const { node, start_ms, end_ms, self_ms } of steps) {
        const parent = node.parent ? byNode.get(node.parent) : null;
        // The part that is on the path lies inside the parent's, which is therefore on it too.
        expect(parent).not.toBe(undefined);
        expect(start_ms).toBeGreaterThanOrEqual(parent?.start_ms ?? 0);
        expect(end_ms).toBeLessThanOrEqual(parent?.end_ms ?? tree.duration_ms);
        expect(end_ms).toBeGreaterThan(start_ms);
        expect(start_ms).toBeGreaterThanOrEqual(node.start_ms);
        expect(self_ms).toBeGreaterThanOrEqual(0);
        expect(self_ms).toBeLessThanOrEqual(node.end_ms - node.start_ms);
        sum += self_ms;
        const later = steps.filter((other) =>
          other.node !== node && other.node.parent === node.parent && other.start_ms < end_ms &&
          other.end_ms > start_ms
        );
        expect(later).toEqual([]);
      }
      expect(sum).toBeCloseTo(tree.duration_ms, 6);
      expect(gap_ms).toBeGreaterThanOrEqual(0);
      for (const node of tree.rows) expect(node.critical).toBe(byNode.has(node));
    }));
  });
});

describe("spanTimes", () => {
  test("adds up by name, and counts a span inside one of its name once in the total", () => {
    const { rows } = spanTree(trace([
      span("a1", null, 0, 60, { name: "walk" }),
      span("a2", "a1", 10, 50, { name: "walk" }),
      span("b", "a2", 20, 50, { name: "read" }),
      span("a3", null, 60, 100, { name: "walk" }),
    ]));
    expect(spanTimes(rows)).toEqual([
      { name: "walk", count: 3, total_ms: 100, self_ms: 70, max_ms: 60, share: 0.7 },
      { name: "read", count: 1, total_ms: 30, self_ms: 30, max_ms: 30, share: 0.3 },
    ]);
    expect(spanTimes([])).toEqual([]);
  });

  test("keeps names that objects have by themselves apart", () => {
    const { rows } = spanTree(trace([span("__proto__", null, 0, 5), span("x", null, 5, 5)]));
    expect(spanTimes(rows).map((row) => [row.name, row.share])).toEqual([
      ["__proto__", 1],
      ["x", 0],
    ]);
  });
});
