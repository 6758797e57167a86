import { describe, expect, test } from "vitest";
import type { Task } from "../../../lib/format/mod.ts";
import { sampleLocks } from "../../../report/sample/locks.ts";
import { axisOf, place, ticks, tickStep } from "../../../report/views/parts/axis.ts";
import {
  argumentLines,
  conversationOf,
  toolsOf,
} from "../../../report/views/parts/conversation.ts";
import { barAt, lockLanes, waitPairs, whoAsked } from "../../../report/views/parts/lock_lanes.ts";
import {
  drawnPoints,
  metricSeries,
  metricText,
  metricUnit,
} from "../../../report/views/parts/metric_series.ts";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import { changeKind, tellingFirst } from "../../../report/views/parts/state_changes.tsx";
import { dependents, taskBlocks } from "../../../report/views/parts/task_blocks.ts";

function task(id: number, status: Task["status"], depends_on: number[] = []): Task {
  return {
    id,
    title: `Task ${id}`,
    type: "fix",
    status,
    depends_on,
    commit_sha: null,
    last_updated_at: null,
  };
}

describe("taskBlocks", () => {
  const blocks = (...tasks: Task[]) => taskBlocks(tasks);

  test("tells waiting from never", () => {
    const found = blocks(
      task(1, "IN_PROGRESS"),
      task(2, "TODO", [1]),
      task(3, "CANCELLED"),
      task(4, "TODO", [3]),
    );
    expect(found.get(2)).toMatchObject({ kind: "waits", open: [1] });
    expect(found.get(2)?.reason).toContain("task 1, which is in progress");
    expect(found.get(4)).toMatchObject({ kind: "never", open: [3] });
    expect(found.get(4)?.reason).toContain("cancelled");
  });

  test("names a circle from the task back to itself", () => {
    const found = blocks(
      task(1, "TODO", [2]),
      task(2, "TODO", [3]),
      task(3, "TODO", [1]),
      task(4, "TODO", [1]),
    );
    expect(found.get(1)?.reason).toBe("It waits for itself: 1 → 2 → 3 → 1.");
    expect(found.get(2)?.reason).toBe("It waits for itself: 2 → 3 → 1 → 2.");
    expect(blocks(task(5, "TODO", [5])).get(5)?.reason).toBe("It waits for itself: 5 → 5.");
    expect(found.get(4)).toMatchObject({ kind: "waits", open: [1] });
  });

  test("leaves out tasks that are over or free, and names a dependency that does not exist", () => {
    const found = blocks(
      task(1, "DONE"),
      task(2, "TODO", [1]),
      task(3, "DONE", [9]),
      task(4, "TODO", [9]),
    );
    expect([...found.keys()]).toEqual([4]);
    expect(found.get(4)).toMatchObject({ kind: "never" });
    expect(found.get(4)?.reason).toContain("does not exist");
  });

  test("dependents turns the links round", () => {
    expect(dependents([task(1, "DONE"), task(2, "TODO", [1]), task(3, "TODO", [1, 2])]))
      .toEqual(new Map([[1, [2, 3]], [2, [3]]]));
  });
});

describe("axis", () => {
  test("axisOf leaves out what is no time and is never empty", () => {
    expect(axisOf([null, undefined, NaN])).toBeNull();
    expect(axisOf([5])).toEqual({ start: 5, end: 6 });
    expect(axisOf([9, null, 2, Infinity])).toEqual({ start: 2, end: 9 });
  });

  test("ticks are round, within the axis, and no more than asked for", () => {
    for (const length of [0.3, 1, 17, 999, 21_302, 615_000, 9e6, 4e8, 9e10]) {
      const found = ticks({ start: 0, end: length }, 6);
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(found.length).toBeLessThanOrEqual(7);
      expect(found.every((tick) => tick.at >= 0 && tick.at <= 1)).toBe(true);
    }
    expect(tickStep(21_302, 6)).toBe(5000);
    expect(tickStep(615_000, 6)).toBe(120_000);
  });

  test("place clamps to the axis", () => {
    expect([-5, 0, 5, 10, 20].map((time) => place({ start: 0, end: 10 }, time))).toEqual([
      0,
      0,
      0.5,
      1,
      1,
    ]);
  });
});

describe("locks", () => {
  test("lockLanes has one lane for each agent and a bar for each wait and hold", () => {
    const locks = sampleLocks();
    const { lanes, axis } = lockLanes(locks, null)!;
    expect(lanes.map((lane) => lane.agent).slice(0, 3)).toEqual(["agent-a", "agent-b", "agent-c"]);
    expect(lanes.reduce((sum, lane) => sum + lane.requests, 0)).toBe(locks.length);
    expect(lanes.flatMap((lane) => lane.bars).every((bar) => bar.from <= bar.to && bar.to <= 1))
      .toBe(true);
    expect(axis.start).toBe(Math.min(...locks.map((lock) => lock.requested!)));
    expect(lockLanes([], 5)).toBeNull();
  });

  test("lockLanes shows how a request ended", () => {
    const bars = lockLanes(sampleLocks(), null)!.lanes.flatMap((lane) => lane.bars);
    const kinds = (outcome: string) =>
      bars.filter((bar) => bar.request.outcome === outcome).map((bar) => bar.kind);
    expect(kinds("timeout")).toEqual(["timeout"]);
    expect(kinds("broken")).toEqual(["wait", "broken"]);
    expect(kinds("held")).toEqual(["wait", "held"]);
    expect(kinds("waiting")).toEqual(["waiting"]);
  });

  test("barAt finds the bar under a place, or near it, or none", () => {
    const lane = lockLanes(sampleLocks(), null)!.lanes.find((one) => one.agent === "pid:3999")!;
    const bar = lane.bars.find((one) => one.kind === "broken")!;
    expect(barAt(lane, (bar.from + bar.to) / 2, 0.01)).toBe(bar);
    expect(barAt(lane, bar.to + 0.005, 0.01)).toBe(bar);
    expect(barAt(lane, bar.to + 0.05, 0.01)).toBeNull();
  });

  test("whoAsked takes the trace for an agent that no event names", () => {
    const [lock] = sampleLocks();
    expect(whoAsked({ ...lock!, agent: null, trace_id: "tr_20251118081417_07b824" })).toBe(
      "trace 07b824",
    );
    expect(whoAsked({ ...lock!, agent: null, trace_id: null })).toBe("(unknown)");
  });

  test("waitPairs adds up who waited for whom", () => {
    const pairs = waitPairs(sampleLocks());
    const pair = pairs.find(({ waiter, holder }) => waiter === "agent-a" && holder === "agent-b")!;
    expect(pair.waits).toBe(3);
    expect(pair.total_ms).toBeCloseTo(612.8 + 5_290 + 20_260);
    expect(pair.longest_ms).toBe(20_260);
    expect(pairs.find(({ holder, timeouts }) => holder === "agent-c" && timeouts === 1))
      .toBeDefined();
  });

  test("a holder that was found dead is marked in its lane and in who waited for it", () => {
    const requests = sampleLocks();
    expect(lockLanes(requests, null)!.lanes.filter((lane) => lane.died).map((lane) => lane.agent))
      .toEqual(["pid:3999"]);
    expect(waitPairs(requests).filter((pair) => pair.died > 0)).toMatchObject([
      { waiter: "agent-b", holder: "pid:3999", died: 1 },
    ]);
  });
});

describe("conversationOf", () => {
  test("reads both providers' shapes", () => {
    const openai = {
      request: { messages: [{ role: "tool", tool_call_id: "c1", content: "42" }] },
      response: {
        content: null,
        tool_calls: [{ id: "c2", function: { name: "add", arguments: '{"a":1}' } }],
      },
    };
    expect(conversationOf(openai)).toEqual([
      {
        role: "tool",
        answer: false,
        parts: [{
          kind: "tool_result",
          id: "c1",
          failed: false,
          parts: [{ kind: "text", text: "42" }],
        }],
      },
      {
        role: "assistant",
        answer: true,
        parts: [{ kind: "tool_call", name: "add", id: "c2", input: { a: 1 } }],
      },
    ]);
    const anthropic = {
      request: {
        system: "S",
        messages: [{
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t", is_error: true, content: "no" }],
        }],
      },
      response: {
        content: [{ type: "thinking", thinking: "hm" }, {
          type: "tool_use",
          id: "u",
          name: "run",
          input: {},
        }],
      },
    };
    expect(conversationOf(anthropic).map((message) => message.parts.map((part) => part.kind)))
      .toEqual([
        ["text"],
        ["tool_result"],
        ["thinking", "tool_call"],
      ]);
  });

  test("takes prompts, plain texts and anything else without losing it", () => {
    expect(conversationOf({ request: "ask", response: "answer" }).map((message) => message.role))
      .toEqual(["user", "assistant"]);
    expect(conversationOf({ request: { prompt: "p" }, response: null })).toHaveLength(1);
    expect(
      conversationOf({ request: { messages: [{ content: [{ type: "image", data: 1 }] }] } })[0]
        ?.parts[0],
    )
      .toEqual({ kind: "other", type: "image", value: { type: "image", data: 1 } });
    for (const value of [null, 1, "x", [], { request: 5, response: [] }]) {
      expect(conversationOf(value)).toEqual([]);
    }
  });

  test("toolsOf reads both providers' tools", () => {
    const tools = [{ name: "a", input_schema: 1 }, {
      type: "function",
      function: { name: "b", parameters: 2 },
    }];
    expect(toolsOf({ request: { tools } }).map(({ name, schema }) => [name, schema])).toEqual([[
      "a",
      1,
    ], ["b", 2]]);
  });
});

test.each([
  [{ path: "src/a.ts", line: 3, all: null }, 'path: "src/a.ts"\nline: 3\nall: null'],
  [{ path: "a", text: "one\npath: two" }, 'path: "a"\ntext:\n  one\n  path: two'],
  [{}, "{}"],
  [["src/a.ts"], null],
  ["src/a.ts", null],
  [{ edits: [{ line: 1 }] }, null],
  [{ text: "x".repeat(2000) }, null],
  [{ text: "\u001b[31mred\n" }, null],
  [Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, at])), null],
])("argumentLines lays out what is flat and short: %j", (input, lines) => {
  expect(argumentLines(input)).toBe(lines);
});

describe("metrics", () => {
  test("metricSeries groups by name and orders by time", () => {
    const series = metricSeries({
      names: ["a", "b"],
      tags: [{}],
      rows: [[20, 0, 3, 0], [10, 0, 1, 0], [null, 0, 9, 0]],
    });
    expect(series[0]?.points.map((point) => point.value)).toEqual([1, 3, 9]);
    expect(series[0]?.stats).toMatchObject({ count: 3, min: 1, max: 9, median: 3 });
    expect(series[1]).toMatchObject({ name: "b", last: null });
  });

  test("drawnPoints keeps a single spike among a hundred thousand points", () => {
    const points = Array.from(
      { length: 100_000 },
      (_, index) => ({ time: index, value: index === 77_777 ? 50 : 1, tags: 0 }),
    );
    const drawn = drawnPoints(points, 100);
    expect(drawn.length).toBeLessThanOrEqual(200);
    expect(drawn.filter((point) => point.y === 1)).toHaveLength(1);
    expect(drawnPoints([{ time: null, value: 1, tags: 0 }], 10)).toEqual([]);
  });

  test("metricText writes the unit that the name says", () => {
    expect(metricText(4213.2, metricUnit("llm.latency"))).toBe("4.21 s");
    expect(metricText(148.31, metricUnit("memory.rss_mb"))).toBe("148 MB");
    expect(metricText(3, metricUnit("queue.depth"))).toBe("3");
    expect(metricText(null, "ms")).toBe("–");
  });
});

test("changeKind tells added, removed and changed by which keys there are, not by their values", () => {
  expect([{ new: null }, { old: null }, { old: null, new: 1 }].map(changeKind)).toEqual([
    "added",
    "removed",
    "changed",
  ]);
});

test("tellingFirst puts versions and times last and keeps the order otherwise", () => {
  expect(tellingFirst(["version", "tasks[1].last_updated_at", "now", "tasks[0].status"]))
    .toEqual(["now", "tasks[0].status", "version", "tasks[1].last_updated_at"]);
});

test("recordKey is the file's name", () => {
  expect(recordKey("logs/errors/tr_1_error_002.json")).toBe("tr_1_error_002");
  expect(recordKey("plain")).toBe("plain");
});
