import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spanTree } from "../../../lib/analyse/mod.ts";
import type { LlmRow } from "../../../lib/bundle/sections.ts";
import type { Span } from "../../../lib/format/mod.ts";
import {
  flameBars,
  flameBarsMax,
  flameNodeOf,
  flameOf,
} from "../../../report/views/parts/flame_data.ts";
import { waterfallRows } from "../../../report/views/parts/span_rows.ts";
import { span, t0, trace } from "../../analyse/records.ts";

function flame(spans: Span[], llm: LlmRow[] = []) {
  return flameOf(waterfallRows({ tree: spanTree(trace(spans)), llm, locks: [] }));
}

describe("flame", () => {
  test("flameOf merges spans of one name below the same parent, and work adds up", () => {
    const { top, nodes } = flame([
      span("all", null, 0, 100),
      span("a", "all", 0, 40, { name: "step" }),
      span("b", "all", 20, 60, { name: "step" }),
      span("c", "b", 30, 60, { name: "read", status: "error" }),
      span("d", "a", 0, 10, { name: "read" }),
    ])!;
    expect(nodes.map(({ key, name, kind, count, depth, self_ms, work_ms }) => [
      key,
      name,
      kind,
      count,
      depth,
      self_ms,
      work_ms,
    ])).toEqual([
      ["0", "all", "span", 1, 1, 40, 120],
      ["1", "step", "span", 2, 2, 40, 80],
      ["2", "read", "error", 2, 3, 40, 40],
    ]);
    expect(top).toMatchObject({ count: 5, work_ms: 120 });
    expect(flameNodeOf({ top, nodes }, "")).toBe(top);
    expect(flameNodeOf({ top, nodes }, "2")).toBe(nodes[2]);
    for (const key of ["3", "-1", "0.0", "constructor"]) {
      expect(flameNodeOf({ top, nodes }, key)).toBe(null);
    }
  });

  test("flameOf takes a call's time from its span's own, never more than there is", () => {
    const call = (duration_ms: number | null) =>
      ({
        model: "m",
        span_id: "all",
        time: t0,
        duration_ms,
        outcome: "success",
      }) as unknown as LlmRow;
    const { nodes } = flame([span("all", null, 0, 100)], [call(70), call(70), call(null)])!;
    expect(nodes.map((node) => [node.name, node.kind, node.count, node.self_ms, node.work_ms]))
      .toEqual([["all", "span", 1, 0, 100], ["m", "llm", 3, 100, 100]]);
  });

  test("flameOf is null without spans", () => {
    expect(flame([])).toBe(null);
  });

  test("flameBars keeps bars inside the one above and apart from each other", () => {
    const id = fc.integer({ min: 0, max: 9 });
    const any = fc.array(fc.record({ id, parent: fc.option(id), start: id, length: id }), {
      minLength: 1,
    });
    fc.assert(fc.property(any, (values) => {
      const { top } = flame(
        values.map((v) =>
          span(`s${v.id}`, v.parent === null ? null : `s${v.parent}`, v.start, v.start + v.length)
        ),
      )!;
      const bars = flameBars(top);
      const byNode = new Map(bars.map((bar) => [bar.node, bar]));
      for (const [index, bar] of bars.entries()) {
        if (bar.level > 0) {
          const above = byNode.get(bar.node.parent!)!;
          expect(bar.level).toBe(above.level + 1);
          expect(bar.left).toBeGreaterThanOrEqual(above.left - 1e-9);
          expect(bar.left + bar.width).toBeLessThanOrEqual(above.left + above.width + 1e-9);
        }
        const next = bars[index + 1];
        if (next?.level === bar.level) {
          expect(next.left).toBeGreaterThanOrEqual(bar.left + bar.width - 1e-9);
        }
      }
    }));
  });

  test("flameBars draws few of 100,000 spans with names of their own, and of a deep chain", () => {
    const wide = Array.from(
      { length: 100_000 },
      (_, i) => span(`s${i}`, i < 100 ? null : `s${i % 100}`, i, i + 1),
    );
    const { top } = flame(wide)!;
    const bars = flameBars(top);
    expect(bars.length).toBeLessThanOrEqual(flameBarsMax);
    expect(bars.length).toBeGreaterThan(100);
    const chain = Array.from(
      { length: 20_000 },
      (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 40_000 - i),
    );
    const deep = flame(chain)!;
    expect(flameBars(deep.top).length).toBe(41);
    expect(flameBars(deep.nodes[19_000]!).length).toBe(41);
  });
});
