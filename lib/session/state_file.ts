/**
 * `state.json`: made, read, checked, written.
 *
 * @module
 */

import {
  check,
  itemPath,
  type Now,
  type SessionState,
  sessionStateSchema,
  type Task,
  type ValidationIssue,
} from "../format/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { formatPythonTime } from "./python_time.ts";

/** What a new session is called, and where it belongs. */
export interface NewState {
  id: string;
  name: string;
  title: string;
  purpose: string;
  projectRoot: string;
  tags: string[];
}

/** A new session's state. */
export function newState(options: NewState, runtime: Runtime): SessionState {
  const { process, clock } = runtime;
  const now = formatPythonTime(clock.now());
  return {
    schema_version: 1,
    version: 1,
    session: options.id,
    name: options.name,
    title: options.title,
    purpose: options.purpose,
    created_at: now,
    last_updated_at: now,
    project_root: options.projectRoot,
    branch: null,
    prompts: {
      set: "core-v1",
      goal_version: null,
      handshake_version: null,
      summary_version: null,
    },
    environment: {
      os: process.platform,
      python: null,
      xcode: null,
      node: process.runtime.name === "node" ? process.runtime.version : null,
    },
    tags: options.tags,
    tasks: [],
    signals: [],
    next_steps: [],
    context_notes: [],
    artifacts: [],
    now: { reason: "idle", task_id: null, signal_id: null },
    done: false,
    final_summary: null,
  };
}

/** The file's text: as the Python planloop writes it, and a final newline as in all our files. */
export function stateText(state: SessionState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/**
 * Reads a state.
 *
 * @param path For the messages.
 * @throws {SyntaxError} If the text is no JSON.
 * @throws {TypeError} If it is no session state.
 */
export function parseState(text: string, path: string): SessionState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: it is no JSON. Restore it before changing it`, {
      cause,
    });
  }
  const issues = check(sessionStateSchema, value, { action: `Cannot read ${path}` });
  if (issues.length > 0) throw new TypeError(issues[0]!.message);
  return value as SessionState;
}

/** What should be done next, by the Python planloop's rules. */
export function computeNow(state: Pick<SessionState, "tasks" | "signals">): Now {
  const { tasks, signals } = state;
  const blocker = signals.find((signal) => signal.open && signal.level === "blocker");
  if (blocker) return { reason: "ci_blocker", task_id: null, signal_id: blocker.id };
  const done = new Set(tasks.filter((task) => task.status === "DONE").map((task) => task.id));
  const next = tasks.find((task) => task.status === "IN_PROGRESS") ??
    tasks.find((task) => task.status === "TODO" && task.depends_on.every((id) => done.has(id)));
  if (next) return { reason: "task", task_id: next.id, signal_id: null };
  const finished = ["DONE", "SKIPPED", "OUT_OF_SCOPE"];
  const completed = tasks.length > 0 && tasks.every((task) => finished.includes(task.status));
  return { reason: completed ? "completed" : "idle", task_id: null, signal_id: null };
}

/** Why a state must not be saved: of another shape, or tasks that contradict each other. */
export function stateIssues(state: unknown): ValidationIssue[] {
  const action = "Cannot save the state";
  const issues = check(sessionStateSchema, state, { action });
  return issues.length > 0 ? issues : taskIssues((state as SessionState).tasks, action);
}

function taskIssues(tasks: readonly Task[], action: string): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const ids = new Set<number>();
  const add = (path: string, expected: string, found: string) =>
    issues.push({
      path,
      expected,
      found,
      message: `${action}: ${path} is ${found}, expected ${expected}`,
    });
  tasks.forEach((task, index) => {
    if (ids.has(task.id)) add(`${itemPath("tasks", index)}.id`, "an unused id", String(task.id));
    ids.add(task.id);
  });
  tasks.forEach((task, index) => {
    task.depends_on.forEach((id, place) => {
      const path = itemPath(`${itemPath("tasks", index)}.depends_on`, place);
      if (id === task.id) add(path, "another task's id", String(id));
      else if (!ids.has(id)) add(path, "a task's id", String(id));
    });
  });
  const cycle = issues.length === 0 ? findCycle(tasks) : undefined;
  if (cycle) add("tasks", "dependencies without a cycle", `the cycle ${cycle.join(" → ")}`);
  return issues;
}

/** A cycle among the tasks' dependencies, as ids, its first one repeated at the end. */
function findCycle(tasks: readonly Task[]): number[] | undefined {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const finished = new Set<number>();
  for (const { id: start } of tasks) {
    // An explicit stack: a chain of dependencies may be longer than the call stack is deep.
    const path: { id: number; next: number }[] = [{ id: start, next: 0 }];
    const open = new Set([start]);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const dependency = byId.get(top.id)!.depends_on[top.next++];
      if (dependency === undefined || finished.has(top.id)) {
        finished.add(top.id);
        open.delete(top.id);
        path.pop();
      } else if (open.has(dependency)) {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(dependency)), dependency];
      } else {
        open.add(dependency);
        path.push({ id: dependency, next: 0 });
      }
    }
  }
  return undefined;
}

/**
 * Makes the state that is saved: the changed one, one version further, with the times of the tasks
 * that changed, and with what is to be done next.
 */
export function nextState(before: SessionState, changed: SessionState, now: number): SessionState {
  const time = formatPythonTime(now);
  const known = new Map(before.tasks.map((task) => [task.id, JSON.stringify(task)]));
  const tasks = changed.tasks.map((task) => {
    const old = known.get(task.id);
    return old === undefined || old === JSON.stringify(task)
      ? task
      : { ...task, last_updated_at: time };
  });
  return {
    ...changed,
    version: before.version + 1,
    last_updated_at: time,
    tasks,
    now: computeNow({ tasks, signals: changed.signals }),
  };
}
