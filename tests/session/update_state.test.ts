import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import type { Task } from "../../lib/format/mod.ts";
import { openSession, StateConflictError } from "../../lib/mod.ts";
import { task } from "./tasks.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-update-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const home = () => mkdtempSync(join(root, "home-"));

describe("updateState", () => {
  test("raises the version, stamps changed tasks, recomputes now, and renders the plan", async () => {
    using session = openSession({ name: "a", home: home() });
    await session.updateState((state) =>
      void state.tasks.push(task(1), task(2, { depends_on: [1] }))
    );
    const state = await session.updateState((draft) => {
      draft.tasks[0]!.status = "DONE";
      draft.now = { reason: "idle", task_id: null, signal_id: null };
    }, { operation: "finish" });
    expect(state).toMatchObject({ version: 3, now: { reason: "task", task_id: 2 } });
    expect(state.tasks[0]!.last_updated_at).toBe(state.last_updated_at);
    expect(state.tasks[1]!.last_updated_at).toBeNull();
    const plan = readFileSync(join(session.path, "PLAN.md"), "utf8");
    expect(plan).toContain(
      "| 1 | task 1 | feature | DONE | - | - |\n| 2 | task 2 | feature | TODO | 1 | - |",
    );
    const folder = join(session.path, "logs/diffs");
    const diffs = readdirSync(folder).filter((name) => name.includes("_diff"));
    const changes = diffs.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
      .find(({ operation }) => operation === "finish").changes;
    expect(changes).toMatchObject({
      "tasks[0].status": { old: "TODO", new: "DONE" },
      version: { old: 2, new: 3 },
      "now.task_id": { old: 1, new: 2 },
    });
  });

  test("joins the running trace: lock, diff and log carry its id", async () => {
    using session = openSession({ name: "a", home: home() });
    const id = await session.trace("plan", async (trace) => {
      await session.updateState((state) => void state.tasks.push(task(1)));
      return trace.id;
    });
    const lines = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8").trimEnd().split(
      "\n",
    )
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event, trace_id }) => [event, trace_id])).toEqual([
      ["lock_requested", id],
      ["lock_acquired", id],
      [undefined, id],
      ["lock_released", id],
    ]);
    expect(existsSync(join(session.path, `logs/diffs/${id}_diff.json`))).toBe(true);
  });

  test.each<[string, (tasks: Task[]) => void, RegExp]>([
    [
      "a status of no kind",
      (tasks) => tasks.push(task(1, { status: "NOPE" as never })),
      /tasks\[0\]\.status/,
    ],
    ["two tasks of one id", (tasks) => tasks.push(task(1), task(1)), /tasks\[1\]\.id is 1/],
    [
      "an unknown dependency",
      (tasks) => tasks.push(task(1, { depends_on: [9] })),
      /depends_on\[0\] is 9/,
    ],
    [
      "a task that depends on itself",
      (tasks) => tasks.push(task(1, { depends_on: [1] })),
      /depends_on\[0\] is 1/,
    ],
    [
      "a cycle",
      (tasks) => tasks.push(task(1, { depends_on: [2] }), task(2, { depends_on: [1] })),
      /the cycle 1 → 2 → 1/,
    ],
  ])("refuses %s, saves nothing, and says why in the log", async (_name, change, message) => {
    using session = openSession({ name: "a", home: home() });
    await expect(session.updateState((state) => change(state.tasks))).rejects.toThrow(message);
    expect(session.state().version).toBe(1);
    const log = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
    expect(log).toContain('"event":"validation_failed"');
    await session.updateState((state) => void state.tasks.push(task(1)));
  });

  test("what the change throws comes out, and the lock is free again", async () => {
    using session = openSession({ name: "a", home: home() });
    const error = new Error("mine");
    await expect(session.updateState(() => Promise.reject(error))).rejects.toBe(error);
    expect((await session.updateState(() => {}, { timeout_ms: 500 })).version).toBe(2);
  });

  test("a damaged state is an error with its path, and is not overwritten", async () => {
    using session = openSession({ name: "a", home: home() });
    const path = join(session.path, "state.json");
    writeFileSync(path, '{"version": 1,');
    expect(() => session.state()).toThrow(/state\.json/);
    await expect(session.updateState(() => {})).rejects.toThrow(SyntaxError);
    expect(readFileSync(path, "utf8")).toBe('{"version": 1,');
  });

  test("makes the change again on what a writer without the lock saved meanwhile", async () => {
    using session = openSession({ name: "a", home: home() });
    const path = join(session.path, "state.json");
    const seen: string[][] = [];
    const state = await session.updateState(async (draft) => {
      seen.push([...draft.context_notes]);
      await Promise.resolve();
      if (seen.length === 1) {
        // The version stays: the text alone tells that somebody was here.
        const other = { ...session.state(), context_notes: ["theirs"] };
        writeFileSync(path, JSON.stringify(other, null, 2));
      }
      draft.context_notes.push("ours");
    });
    expect(seen).toEqual([[], ["theirs"]]);
    expect(state.context_notes).toEqual(["theirs", "ours"]);
    expect(session.state()).toEqual(state);
    const log = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
    expect(log.match(/State changed during an update/g)).toHaveLength(1);
    expect(log.match(/State updated to version 2/g)).toHaveLength(1);
  });

  test("gives up, and overwrites nothing, where every attempt is disturbed", async () => {
    using session = openSession({ name: "a", home: home() });
    const path = join(session.path, "state.json");
    let attempts = 0;
    const error = await session.updateState((draft) => {
      const other = { ...session.state(), version: 10 + ++attempts };
      writeFileSync(path, JSON.stringify(other, null, 2));
      draft.done = true;
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateConflictError);
    expect(error).toMatchObject({ expected_version: 14, found_version: 15 });
    expect(attempts).toBe(5);
    expect(session.state()).toMatchObject({ version: 15, done: false });
  });

  test.each([true, false])("refuses another version than expected (recording: %s)", async (on) => {
    using session = openSession({ name: "a", home: home(), recording: on });
    let calls = 0;
    const count = () => void calls++;
    expect((await session.updateState(count, { expected_version: 1 })).version).toBe(2);
    const error = await session.updateState(count, { expected_version: 1 })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateConflictError);
    expect((error as Error).message).toContain("it has version 2, expected 1");
    expect(calls).toBe(1);
    expect(session.state().version).toBe(2);
  });

  test("loses no update of many at once, in two sessions of one process", async () => {
    const base = home();
    using one = openSession({ name: "a", id: "a", home: base });
    using two = openSession({ name: "a", id: "a", home: base });
    const changes = Array.from(
      { length: 40 },
      (_, index) =>
        (index % 2 === 0 ? one : two).updateState(async (state) => {
          const count = Number(state.context_notes[0] ?? 0);
          await new Promise((resolve) => setTimeout(resolve, index % 3));
          state.context_notes = [String(count + 1)];
        }),
    );
    const versions = (await Promise.all(changes)).map(({ version }) => version);
    expect(one.state()).toMatchObject({ version: 41, context_notes: ["40"] });
    expect(new Set(versions).size).toBe(40);
  });

  test("takes time in proportion to the state's size", async () => {
    const timeOf = async (megabytes: number) => {
      using session = openSession({ name: "a", home: home() });
      const note = "a line of context that says something ".repeat(27);
      await session.updateState((state) => {
        state.tasks.push(...Array.from({ length: 400 * megabytes }, (_, id) => task(id + 1)));
        state.context_notes.push(...Array.from({ length: 950 * megabytes }, () => note));
      });
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        // Not the time on the clock, which a busy machine stretches.
        const start = process.cpuUsage();
        await session.updateState((state) => void (state.tasks[round]!.status = "DONE"));
        const { user, system } = process.cpuUsage(start);
        times.push((user + system) / 1000);
      }
      return { ms: Math.min(...times), sizeBytes: JSON.stringify(session.state()).length };
    };
    await timeOf(1);
    const small = await timeOf(1);
    const large = await timeOf(10);
    expect(large.sizeBytes).toBeGreaterThan(10_000_000);
    // Ten times the size; a square would be a hundred times the time.
    expect(large.ms / small.ms).toBeLessThan(30);
  }, 120_000);
});
