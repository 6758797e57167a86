import { describe, expect, test } from "vitest";
import type { Problem, SessionState } from "../../lib/format/mod.ts";
import { computeNow, readState } from "../../lib/read/mod.ts";

function validState(): Record<string, unknown> {
  return {
    schema_version: 1,
    version: 3,
    session: "demo-20251116T041455Z-c7d4",
    name: "Demo",
    title: "A demo",
    purpose: "",
    created_at: "2025-11-16T04:14:55.826478",
    last_updated_at: "2025-11-16T04:22:51",
    project_root: "/repo",
    branch: null,
    prompts: { set: "core-v1", goal_version: null, handshake_version: null, summary_version: null },
    environment: { os: "unknown", python: null, xcode: null, node: null },
    tags: ["a"],
    tasks: [task(1, { status: "DONE" }), task(2, { depends_on: [1] })],
    signals: [],
    next_steps: ["go"],
    context_notes: [],
    artifacts: [],
    now: { reason: "task", task_id: 2, signal_id: null },
    done: false,
    final_summary: null,
  };
}

function task(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const rest = { depends_on: [], commit_sha: null, last_updated_at: null };
  return { id, title: `Task ${id}`, type: "feature", status: "TODO", ...rest, ...more };
}

function signal(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const rest = { open: true, title: "t", message: "m", link: null, extra: {}, attempts: 0 };
  return { id, type: "ci", kind: "build", level: "blocker", ...rest, ...more };
}

function read(
  value: unknown,
  cut = false,
): { state: SessionState | null; problems: Problem[]; reasons: string } {
  const problems: Problem[] = [];
  const state = readState(value, "state.json", (problem) => problems.push(problem), { cut });
  return { state, problems, reasons: problems.map(({ reason }) => reason).join("\n") };
}

describe("readState", () => {
  test("a valid state comes out as it is", () => {
    const { state, problems } = read(validState());
    expect(problems).toEqual([]);
    expect(state).toEqual(validState());
  });

  test("numeric texts, whole floats and yes/no are coerced, as the Python planloop does", () => {
    const { state, problems } = read({
      ...validState(),
      version: "12",
      schema_version: 2.0,
      done: "no",
      tasks: [task(1, { status: "DONE" }), task(2, { id: "2", depends_on: ["1"] })],
      signals: [signal("s", { open: "YES", level: "info", attempts: "1" })],
    });
    expect(problems).toEqual([]);
    expect(state).toMatchObject({ version: 12, schema_version: 2, done: false });
    expect(state!.tasks[1]).toMatchObject({ id: 2, depends_on: [1] });
    expect(state!.signals[0]).toMatchObject({ open: true, attempts: 1 });
  });

  test("optional keys may be missing", () => {
    const { version: _v, tags: _t, next_steps: _n, done: _d, branch: _b, ...rest } = validState();
    const { state, problems } = read(rest);
    expect(problems).toEqual([]);
    expect(state).toMatchObject({
      version: 1,
      tags: [],
      next_steps: [],
      done: false,
      branch: null,
    });
  });

  test("missing required keys and wrong types are reported, each once, and defaulted", () => {
    const { state, problems, reasons } = read({
      ...validState(),
      title: undefined,
      prompts: null,
      tags: "x",
      version: "many",
      tasks: [task(1, { type: "cook", status: "LATER", depends_on: ["x"] }), 7],
      now: { reason: "task", task_id: 1, signal_id: null },
    });
    expect(state).toMatchObject({ title: "", tags: [], version: 1 });
    expect(state!.tasks).toMatchObject([{ type: "feature", status: "TODO", depends_on: [] }]);
    for (
      const part of [
        "title is missing",
        "prompts is missing",
        'tags is "x"',
        'version is "many"',
        'tasks[0].type is "cook"',
        'tasks[0].status is "LATER"',
        'tasks[0].depends_on[0] is "x"',
        "tasks[1] is 7",
      ]
    ) expect(reasons.split(part)).toHaveLength(2);
    expect(problems.every(({ kind }) => kind === "wrong_shape")).toBe(true);
  });

  test("unknown keys stay on their records", () => {
    const { state } = read({ ...validState(), extra_key: 1, tasks: [task(1, { notes: "n" })] });
    expect((state as unknown as { extra_key: number }).extra_key).toBe(1);
    expect((state!.tasks[0] as unknown as { notes: string }).notes).toBe("n");
  });

  test("contradictions are reported: ids, dependencies, circles, now", () => {
    const { problems, reasons } = read({
      ...validState(),
      tasks: [
        task(1, { depends_on: [3] }),
        task(2, { depends_on: [1] }),
        task(3, { depends_on: [2] }),
        task(3, { depends_on: [99] }),
        task(5, { depends_on: [5] }),
      ],
      signals: [signal("s", { open: false }), signal("s", { open: false })],
      now: { reason: "completed", task_id: null, signal_id: null },
    });
    expect(problems.every(({ kind, lost }) => kind === "inconsistent" && !lost)).toBe(true);
    expect(reasons).toContain("Task id 3 is used more than once");
    expect(reasons).toContain("Task 3 depends on task 99, which does not exist");
    expect(reasons).toContain('Signal id "s" is used more than once');
    expect(reasons).toMatch(/in a circle: 5 → 5/);
    expect(reasons).toContain("now says completed, but the tasks and signals give idle");
  });

  test("a long circle and a long chain are walked without overflowing the stack", () => {
    const count = 50_000;
    const chain = Array.from(
      { length: count },
      (_, at) => task(at + 1, { depends_on: at + 1 < count ? [at + 2] : [], status: "DONE" }),
    );
    const now = { reason: "completed", task_id: null, signal_id: null };
    expect(read({ ...validState(), tasks: chain, now }).problems).toEqual([]);
    chain[count - 1] = task(count, { depends_on: [1], status: "DONE" });
    expect(read({ ...validState(), tasks: chain, now }).reasons).toContain("in a circle");
  });

  test("a cut state is neither compared with itself nor searched for missing keys", () => {
    const { state, problems } = read({ title: "Cut", tasks: [task(1)] }, true);
    expect(problems).toEqual([]);
    expect(state).toMatchObject({ title: "Cut", tasks: [{ id: 1 }] });
  });

  test("what is no object is reported; a file that gave nothing is not reported again", () => {
    expect(read([1]).problems).toMatchObject([{ kind: "wrong_shape", lost: true }]);
    expect(read(undefined)).toMatchObject({ state: null, problems: [] });
  });
});

describe("computeNow", () => {
  const now = (tasks: Record<string, unknown>[], signals: Record<string, unknown>[] = []) =>
    computeNow({ tasks, signals } as unknown as SessionState);

  test("follows the Python planloop's order of rules", () => {
    expect(now([task(1)], [signal("a", { level: "high" }), signal("b")])).toEqual({
      reason: "ci_blocker",
      task_id: null,
      signal_id: "b",
    });
    expect(now([task(1), task(2, { status: "IN_PROGRESS" })])).toMatchObject({ task_id: 2 });
    expect(now([task(1, { depends_on: [2] }), task(2)])).toMatchObject({ task_id: 2 });
    expect(now([task(1, { status: "DONE" }), task(2, { status: "SKIPPED" })]).reason).toBe(
      "completed",
    );
    expect(now([task(1, { status: "SKIPPED" }), task(2, { depends_on: [1] })]).reason).toBe("idle");
    expect(now([]).reason).toBe("idle");
  });
});
