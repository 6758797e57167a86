import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockedTaskFindings, blockedTasks } from "../../lib/analyse/mod.ts";
import { type SessionState, taskStatuses } from "../../lib/format/mod.ts";
import { task } from "./records.ts";

function why(tasks: Parameters<typeof blockedTasks>[0]) {
  return Object.fromEntries(blockedTasks(tasks).map((b) => [b.task.id, `${b.reason}: ${b.why}`]));
}

describe("blockedTasks", () => {
  test("names dependencies that ended without being DONE, and all that follows", () => {
    expect(why([
      task(1, "SKIPPED"),
      task(2, "DONE"),
      task(3, "TODO", [2, 1]),
      task(4, "TODO", [3]),
      task(5, "WAITING", [4]),
      task(6, "TODO", [2]),
      task(7, "TODO", [99]),
      task(8, "BLOCKED", [9]),
      task(9, "OUT_OF_SCOPE"),
    ])).toEqual({
      3: "ended: waits for #1, which is SKIPPED",
      4: "blocked: waits for #3, which can never start",
      5: "blocked: waits for #4, which can never start",
      7: "unknown: waits for #99, which does not exist",
      8: "ended: waits for #9, which is OUT_OF_SCOPE",
    });
  });

  test("finds cycles, what hangs on them, and self-dependencies", () => {
    expect(why([
      task(1, "TODO", [2]),
      task(2, "TODO", [3]),
      task(3, "TODO", [1]),
      task(4, "TODO", [3]),
      task(5, "TODO", [5]),
      task(6, "DONE", [6]),
      task(7, "IN_PROGRESS", [1]),
    ])).toEqual({
      1: "cycle: waits for #2, which waits for it",
      2: "cycle: waits for #3, which waits for it",
      3: "cycle: waits for #1, which waits for it",
      4: "blocked: waits for #3, which can never start",
      5: "cycle: waits for itself",
    });
  });

  test("agrees with playing the plan to its end", () => {
    const anyTask = fc.record({
      status: fc.constantFrom(...taskStatuses),
      depends_on: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 8 }), (values) => {
        const tasks = values.map((v, i) => task(i + 1, v.status, v.depends_on));
        const done = new Set(
          tasks.filter((t) => t.status === "DONE" || t.status === "IN_PROGRESS").map((t) => t.id),
        );
        const pending = tasks.filter((t) => ["TODO", "BLOCKED", "WAITING"].includes(t.status));
        for (let i = 0; i < tasks.length; i++) {
          for (const t of pending) if (t.depends_on.every((id) => done.has(id))) done.add(t.id);
        }
        const stuck = pending.filter((t) => !done.has(t.id)).map((t) => t.id);
        expect(blockedTasks(tasks).map((b) => b.task.id)).toEqual(stuck);
      }),
      { numRuns: 500 },
    );
  });

  test("takes 20,000 tasks in one cycle", () => {
    const tasks = Array.from({ length: 20_000 }, (_, i) => task(i, "TODO", [(i + 1) % 20_000]));
    expect(blockedTasks(tasks).length).toBe(20_000);
  });
});

test("blockedTaskFindings makes one finding of them all", () => {
  const tasks = [task(1, "FAILED"), ...[2, 3, 4, 5].map((id) => task(id, "TODO", [1]))];
  const state = (list: typeof tasks) => ({ tasks: list }) as unknown as SessionState;
  expect(blockedTaskFindings(state(tasks))).toMatchObject([{
    title: "4 tasks can never start",
    detail: "#2 waits for #1, which is FAILED; #3 waits for #1, which is FAILED; " +
      "#4 waits for #1, which is FAILED; and 1 more. Only a DONE dependency lets a task begin.",
    evidence: { file: "state.json", task_id: 2 },
  }]);
  expect(blockedTaskFindings(state(tasks.slice(0, 2)))[0]!.title)
    .toBe("Task #2 can never start: Task 2");
  expect(blockedTaskFindings(null)).toEqual([]);
});
