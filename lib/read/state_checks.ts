/**
 * What contradicts itself in a session's state.
 *
 * @module
 */

import type { Now, ProblemSink, SessionState, Task } from "../format/mod.ts";

/**
 * What a session should do next by the Python planloop's rules: the first open blocker, else the
 * first task in progress, else the first TODO whose dependencies are all DONE, else completed where
 * every task is finished, else idle.
 */
export function computeNow(state: Pick<SessionState, "tasks" | "signals">): Now {
  const blocker = state.signals.find((signal) => signal.open && signal.level === "blocker");
  if (blocker) return { reason: "ci_blocker", task_id: null, signal_id: blocker.id };
  const done = new Set(state.tasks.filter(({ status }) => status === "DONE").map(({ id }) => id));
  const task = state.tasks.find(({ status }) => status === "IN_PROGRESS") ??
    state.tasks.find(({ status, depends_on }) =>
      status === "TODO" && depends_on.every((id) => done.has(id))
    );
  if (task) return { reason: "task", task_id: task.id, signal_id: null };
  const finished = ["DONE", "SKIPPED", "OUT_OF_SCOPE"];
  const completed = state.tasks.length > 0 &&
    state.tasks.every(({ status }) => finished.includes(status));
  return { reason: completed ? "completed" : "idle", task_id: null, signal_id: null };
}

/** Reports what contradicts itself: ids, dependencies, and `now`. Nothing is lost by it. */
export function checkState(state: SessionState, file: string, problem: ProblemSink): void {
  const report = (reason: string) => problem({ file, kind: "inconsistent", reason, lost: false });
  checkIds(state.tasks, report);
  checkSignals(state, report);
  const cycle = findCycle(state.tasks);
  if (cycle) report(`Tasks depend on each other in a circle: ${describeCycle(cycle)}`);
  const expected = computeNow(state);
  if (describeNow(expected) !== describeNow(state.now)) {
    report(
      `now says ${describeNow(state.now)}, but the tasks and signals give ` +
        describeNow(expected),
    );
  }
}

function checkIds(tasks: readonly Task[], report: (reason: string) => void): void {
  const seen = new Set<number>();
  const twice = new Set<number>();
  for (const { id } of tasks) (seen.has(id) ? twice : seen).add(id);
  for (const id of twice) report(`Task id ${id} is used more than once`);
  for (const task of tasks) {
    for (const id of task.depends_on) {
      if (!seen.has(id)) report(`Task ${task.id} depends on task ${id}, which does not exist`);
    }
  }
}

function checkSignals(state: SessionState, report: (reason: string) => void): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of state.signals) (seen.has(id) ? twice : seen).add(id);
  for (const id of twice) report(`Signal id ${JSON.stringify(id)} is used more than once`);
}

/** The first circle of dependencies, its first task repeated at the end; undefined without one. */
function findCycle(tasks: readonly Task[]): number[] | undefined {
  const dependencies = new Map(tasks.map((task) => [task.id, task.depends_on]));
  const finished = new Set<number>();
  for (const { id } of tasks) {
    const cycle = cycleFrom(id, dependencies, finished);
    if (cycle) return cycle;
  }
  return undefined;
}

/** How many tasks of a circle are named. */
const cycleShownMax = 20;

function describeCycle(cycle: readonly number[]): string {
  if (cycle.length <= cycleShownMax) return cycle.join(" → ");
  return `${cycle.slice(0, cycleShownMax).join(" → ")} → … (${cycle.length - 1} tasks)`;
}

/** Walks without recursion: a chain of dependencies may be as long as the list of tasks. */
function cycleFrom(
  start: number,
  dependencies: ReadonlyMap<number, readonly number[]>,
  finished: Set<number>,
): number[] | undefined {
  const path: { id: number; next: number }[] = [{ id: start, next: 0 }];
  const onPath = new Set<number>([start]);
  while (path.length > 0) {
    const step = path[path.length - 1]!;
    const next = dependencies.get(step.id)?.[step.next++];
    if (next === undefined) {
      finished.add(step.id);
      onPath.delete(step.id);
      path.pop();
    } else if (onPath.has(next)) {
      const ids = path.map(({ id }) => id);
      return [...ids.slice(ids.indexOf(next)), next];
    } else if (!finished.has(next)) {
      onPath.add(next);
      path.push({ id: next, next: 0 });
    }
  }
  return undefined;
}

function describeNow(now: Now): string {
  if (now.task_id !== null) return `${now.reason} (task ${now.task_id})`;
  return now.signal_id === null ? now.reason : `${now.reason} (signal ${now.signal_id})`;
}
