import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../../helpers/cpu_time.ts";
import type { ChangeRow, PathSection } from "../../../lib/bundle/sections.ts";
import {
  changeAt,
  pathEvents,
  pathRows,
  taskStatusHistory,
} from "../../../report/views/parts/path_history.ts";
import { diffText } from "../../../report/views/parts/text_diff.ts";

const change = (file: string, time: number) => ({ file, time, trace_id: file }) as ChangeRow;
const changes = [change("a", 1), change("b", 2), change("c", 3), change("d", 4)];
const index: PathSection = {
  names: ["now", "now.task_id", "tasks[1].status", "tasks[10].status", "", 'x["a.b"].c', "nowhere"],
  changes: [[0], [1, 2], [3, 6], [4, 5]],
  left_out: 0,
};
const shown = (path: string) =>
  pathEvents(index, changes, path).map(({ change, at, parts }) => [change.file, at, ...parts]);

describe("pathEvents", () => {
  test("pathEvents finds the path, whatever holds it, and the whole state", () => {
    expect(shown("now.task_id")).toEqual([["a", "now"], ["b", "now.task_id"], ["d", ""]]);
  });

  test("pathEvents tells parts from paths that only begin alike", () => {
    expect(shown("now")).toEqual([["a", "now"], ["b", null, "now.task_id"], ["d", ""]]);
    expect(shown("tasks[1]")).toEqual([["b", null, "tasks[1].status"], ["d", ""]]);
    expect(shown('x["a.b"]')).toEqual([["d", "", 'x["a.b"].c']]);
  });

  test("pathEvents takes a path that is none as it is written", () => {
    expect(shown("not a path[")).toEqual([["d", ""]]);
    const odd = { names: ["a b"], changes: [[0], [], [], []], left_out: 0 };
    expect(pathEvents(odd, changes, "a b").map((event) => event.at)).toEqual(["a b"]);
  });

  test("pathEvents of 10,000 changes is quick", () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `tasks[${i}].status`);
    const many = {
      names,
      changes: Array.from(
        { length: 10_000 },
        (_, i) => [...Array(20)].map((_, k) => (i + k) % 5e3),
      ),
      left_out: 0,
    };
    const rows = many.changes.map((_, i) => change(String(i), i));
    const work = cpuMsOf(() => {
      expect(pathEvents(many, rows, "tasks[7].status")).toHaveLength(40);
      expect(pathRows(many, rows)).toHaveLength(5_000);
    });
    expect(work).toBeLessThan(2_000);
  });
});

describe("taskStatusHistory", () => {
  const names = ["tasks[0].status", "tasks[0].id", "tasks[0]", "tasks", "tasks[0].title"];
  const historyOf = (...changed: number[][]) => {
    const { events, movedBy } = taskStatusHistory(
      { names, changes: changed, left_out: 0 },
      changes,
      0,
    );
    return [events.map(({ change }) => change.file).join(""), movedBy?.file ?? null];
  };

  test("taskStatusHistory ends where the place got another task", () => {
    expect(historyOf([0], [0, 1], [4], [0])).toEqual(["bd", "b"]);
    expect(historyOf([0], [1, 4], [0], [])).toEqual(["c", "b"]);
    expect(historyOf([0], [0], [2], [0])).toEqual(["cd", "c"]);
    expect(historyOf([0], [0], [4], [1])).toEqual(["", "d"]);
  });

  test("taskStatusHistory of a task that never moved is whole", () => {
    expect(historyOf([2], [0], [4], [0])).toEqual(["abd", null]);
    expect(historyOf([3], [2], [0], [0])).toEqual(["bcd", null]);
    expect(historyOf([3], [0], [], [0])).toEqual(["abd", null]);
    expect(historyOf([], [], [], [])).toEqual(["", null]);
  });
});

test("pathRows counts each path's changes and knows the first and the last", () => {
  const twice = { ...index, changes: [[0], [1, 2], [0], []] };
  expect(pathRows(twice, changes).map((row) => [row.path, row.sets, row.first.file, row.last.file]))
    .toEqual([
      ["now", 2, "a", "c"],
      ["now.task_id", 1, "b", "b"],
      ["tasks[1].status", 1, "b", "b"],
    ]);
});

describe("changeAt", () => {
  const document = {
    changes: {
      now: { old: { reason: "task", task_id: 4 }, new: { reason: "task", task_id: null } },
      "tasks[0]": { new: { tags: ["x"] } },
      "next": { old: 1, new: 2 },
    },
  };

  test("changeAt gives the path's own entry, or the part of the entry around it", () => {
    expect(changeAt(document, "next", "next")).toEqual({ old: 1, new: 2 });
    expect(changeAt(document, "now", "now.task_id")).toEqual({ old: 4, new: null });
    expect(changeAt(document, "tasks[0]", "tasks[0].tags[0]")).toEqual({ new: "x" });
  });

  test("changeAt is null where nothing happened at the path", () => {
    expect(changeAt(document, "now", "now.reason")).toBeNull();
    expect(changeAt(document, "now", "now.reason.length")).toBeNull();
    expect(changeAt(document, "now", "now.constructor")).toBeNull();
    expect(changeAt(null, "now", "now.x")).toBeNull();
  });
});

describe("diffText", () => {
  const marked = (before: string, after: string) => {
    const diff = diffText(before, after);
    const side = (pieces: typeof diff.old) =>
      pieces.map(({ changed, text }) => changed ? `[${text}]` : text).join("");
    return [side(diff.old), side(diff.new)];
  };

  test.each([
    ["a steady 200 requests/s", "a steady 150 requests/s", "a steady [200] requests/s"],
    ["one two three four", "one three five four", "one [two ]three four"],
    ["same", "same", "same"],
    ["TODO", "DONE", "[TODO]"],
    ["größer 👍", "größer 👎", "größer [👍]"],
  ])("diffText of %j and %j", (before, after, old) => {
    expect(marked(before, after)[0]).toBe(old);
  });

  test("diffText gives both texts back, and the same unchanged text on both sides", () => {
    const text = fc.array(fc.constantFrom("a", "bc", " ", "\n", "👍", ".", "\ud800"), {
      maxLength: 40,
    }).map((words) => words.join(""));
    fc.assert(fc.property(text, text, (before, after) => {
      const diff = diffText(before, after);
      const join = (pieces: typeof diff.old) => pieces.map((piece) => piece.text).join("");
      const kept = (pieces: typeof diff.old) => join(pieces.filter((piece) => !piece.changed));
      expect(join(diff.old)).toBe(before);
      expect(join(diff.new)).toBe(after);
      expect(kept(diff.old)).toBe(kept(diff.new));
    }));
  });

  test("diffText of two long texts without a word in common is quick and whole", () => {
    const before = "a ".repeat(50_000);
    const after = "b,".repeat(50_000);
    const work = cpuMsOf(() => {
      expect(diffText(before, after).old).toEqual([{ changed: true, text: before }]);
    });
    expect(work).toBeLessThan(2_000);
  });
});
