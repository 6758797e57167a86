import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { ErrorRow, LlmRow, TraceRow } from "../../../lib/bundle/sections.ts";
import {
  type Lane,
  marksNear,
  outlines,
  timelineLanes,
  tracksMax,
} from "../../../report/views/parts/timeline_data.ts";
import {
  formatZoom,
  panned,
  parseZoom,
  showing,
  zoomed,
  zoomMin_ms,
} from "../../../report/views/parts/timeline_zoom.ts";

const whole = { start: 1000, end: 11_000 };

describe("zooming", () => {
  test("zoomed keeps the moment where it is, and stays inside the whole", () => {
    expect(zoomed(whole, whole, 2, 6000)).toEqual({ start: 3500, end: 8500 });
    expect(zoomed(whole, whole, 2, 1000)).toEqual({ start: 1000, end: 6000 });
    expect(zoomed({ start: 1000, end: 6000 }, whole, 0.25, 3000)).toEqual(whole);
    const number = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        number,
        number,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (a, b, factor) => {
          const axis = zoomed(whole, whole, 1 + 99 * a, 1000 + 10_000 * b);
          const at = axis.start + b * (axis.end - axis.start);
          const next = zoomed(axis, whole, factor, at);
          expect(next.start).toBeGreaterThanOrEqual(whole.start);
          expect(next.end).toBeLessThanOrEqual(whole.end + 1e-6);
          expect(next.end - next.start).toBeGreaterThanOrEqual(zoomMin_ms - 1e-6);
          if (factor > 1 && next.end - next.start > zoomMin_ms + 1e-6) {
            expect((at - next.start) / (next.end - next.start)).toBeCloseTo(b, 6);
          }
        },
      ),
    );
  });

  test("panned and showing move no further than the whole, nor than needed", () => {
    const axis = { start: 2000, end: 4000 };
    expect(panned(axis, whole, 500)).toEqual({ start: 2500, end: 4500 });
    expect(panned(axis, whole, 1e9)).toEqual({ start: 9000, end: 11_000 });
    expect(showing(axis, whole, 3000)).toEqual(axis);
    expect(showing(axis, whole, 4100)).toEqual({ start: 2100, end: 4100 });
    expect(showing(axis, whole, 1500)).toEqual({ start: 1500, end: 3500 });
  });

  test("parseZoom reads what formatZoom wrote; anything else is the whole", () => {
    expect(formatZoom(whole, whole)).toBeNull();
    const axis = { start: 2000, end: 4000 };
    expect(parseZoom(formatZoom(axis, whole)!, whole)).toEqual(axis);
    for (const text of ["", "x", "5", "2000-", "1-2-3"]) expect(parseZoom(text, whole)).toBe(whole);
    expect(parseZoom("4000-2000", whole)).toEqual({ start: 4000, end: 4000 + zoomMin_ms });
    expect(parseZoom("1-99999", whole)).toEqual(whole);
    const short = { start: 10, end: 12 };
    expect(zoomed(short, short, 8, 11)).toEqual(short);
  });
});

const trace = (start: number, end: number, values: Partial<TraceRow> = {}) =>
  ({
    trace_id: `tr_${start}`,
    operation: "update",
    status: "success",
    start,
    end,
    ...values,
  }) as TraceRow;
const none = { errors: [], llm: [], locks: [], traces: [] };

describe("timelineLanes", () => {
  test("puts what happened at once on tracks of their own, up to a limit", () => {
    const traces = [trace(0, 100), trace(10, 20), trace(30, 40), trace(15, 90), trace(100, 120)];
    const [lane] = timelineLanes({ ...none, traces }, 200);
    expect(lane!.marks.map(({ start, track }) => [start, track]))
      .toEqual([[0, 0], [10, 1], [15, 2], [30, 1], [100, 0]]);
    expect(lane!.tracks).toBe(3);
    const many = Array.from({ length: 50 }, (_, i) => trace(i, 1000));
    expect(timelineLanes({ ...none, traces: many }, 1000)[0]!.tracks).toBe(tracksMax);
  });

  test("leaves what never ended open, until the last sign of it or the session's end", () => {
    const lock = (values: Partial<LockRequest>) =>
      ({
        lock_entry_id: "l",
        operation: "update",
        agent: "a",
        requested: 5,
        acquired: 9,
        released: null,
        outcome: "held",
        ...values,
      }) as LockRequest;
    const lanes = timelineLanes({
      errors: [{ time: null, file: "a" } as ErrorRow, {
        time: 7,
        file: "logs/errors/e.json",
        error_type: "Boom",
        error_message: "no\u202e",
      } as ErrorRow],
      traces: [trace(0, 60, { status: "running" })],
      llm: [{ time: 8, duration_ms: null, outcome: "running", file: "c", model: "m" } as LlmRow],
      locks: [lock({}), lock({ acquired: null, outcome: "waiting" }), lock({ released: 12 })],
    }, 200);
    const shapes = lanes.map(({ view, marks }) => [
      view,
      ...marks.map(({ start, end, open }) => `${start} ${end}${open ? " open" : ""}`),
    ]);
    expect(shapes).toEqual([
      ["errors", "7 7"],
      ["traces", "0 60 open"],
      ["llm", "8 8 open"],
      ["locks", "5 9", "5 200 open", "5 9", "9 200 open", "9 12"],
    ]);
    expect(lanes.slice(1, 3).map(({ marks }) => [marks[0]!.tone, marks[0]!.label])).toEqual([
      ["running", "update, never ended"],
      ["running", "m, never ended"],
    ]);
    expect(lanes[0]!.marks[0]!.label).toBe("Boom: no⟨U+202E⟩");
    expect(lanes[3]!.times).toEqual([[5, Infinity], [5, Infinity], [5, 12]]);
  });
});

describe("outlines", () => {
  const bars = (lane: Lane, axis = whole, plot = 1000) =>
    outlines(lane, axis, plot, () => [0, 10]).map(([tone, path]) =>
      [tone, path.split("M").length - 1] as const
    );

  test("has no more bars than fit, however many marks, and loses no tone", () => {
    const traces = Array.from(
      { length: 5000 },
      (_, i) => trace(1000 + 2 * i, 1001 + 2 * i, i === 2500 ? { failed: true } : {}),
    );
    const [lane] = timelineLanes({ ...none, traces }, 11_000);
    expect(lane!.tracks).toBe(1);
    const drawn = bars(lane!);
    expect(drawn.map(([tone]) => tone)).toEqual(["neutral", "error"]);
    expect(drawn[0]![1]).toBeLessThan(500);
    // Zoomed in, each is a bar of its own, and only those in sight are drawn.
    expect(bars(lane!, { start: 5000, end: 5100 })).toEqual([["neutral", 51]]);
  });

  test("keeps long neighbours apart, and ends what is open in a tip", () => {
    const traces = [trace(1000, 3000), trace(3000, 5000), trace(6000, 7000, { status: "running" })];
    const [lane] = timelineLanes({ ...none, traces }, 11_000);
    expect(outlines(lane!, whole, 1000, () => [0, 10])).toEqual([
      ["neutral", "M0.0 0H200.0v10H0.0zM200.0 0H400.0v10H200.0z"],
      ["running", "M500.0 0H600.0l5 5l-5 5H500.0z"],
    ]);
  });
});

test("marksNear finds what covers a moment, the shortest first, then what is within reach", () => {
  const traces = [trace(0, 100), trace(40, 60), trace(70, 80)];
  const { marks } = timelineLanes({ ...none, traces }, 100)[0]!;
  expect(marksNear(marks, 50, 5).map(({ key }) => key)).toEqual(["tr_40", "tr_0"]);
  expect(marksNear(marks, 66, 5).map(({ key }) => key)).toEqual(["tr_0", "tr_70"]);
  expect(marksNear(marks, 130, 5)).toEqual([]);
});
