/**
 * Why a task has not started: what it waits for, and whether that can ever come.
 *
 * @module
 */

import type { Task, TaskStatus } from "../../../lib/format/mod.ts";

/** What holds a task up. */
export interface Block {
  /** `waits`: it will start once the others are done. `never`: nothing that can happen frees it. */
  kind: "waits" | "never";
  /** A whole sentence. */
  reason: string;
  /** The tasks it depends on that are not done. */
  open: number[];
}

/** Statuses in which a task is over, one way or another. */
const over: ReadonlySet<TaskStatus> = new Set([
  "DONE",
  "SKIPPED",
  "OUT_OF_SCOPE",
  "CANCELLED",
  "FAILED",
]);

/** Statuses in which a dependency will not be done unless somebody changes its status. */
const deadEnds: ReadonlySet<TaskStatus> = new Set([
  "SKIPPED",
  "OUT_OF_SCOPE",
  "CANCELLED",
  "FAILED",
]);

/** Whether a task is over. */
export function isOver(status: TaskStatus): boolean {
  return over.has(status);
}

/** What holds each task up, by task id; tasks that are over, or free to start, have no entry. */
export function taskBlocks(tasks: readonly Task[]): Map<number, Block> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const blocks = new Map<number, Block>();
  for (const task of tasks) {
    if (isOver(task.status)) continue;
    const open = task.depends_on.filter((id) => byId.get(id)?.status !== "DONE");
    if (open.length === 0) continue;
    const circle = circleOf(task.id, byId);
    const reasons = circle
      ? [`It waits for itself: ${circle.join(" → ")}.`]
      : open.map((id) => reasonOf(id, byId.get(id)));
    const never = circle !== null || open.some((id) => {
      const status = byId.get(id)?.status;
      return status === undefined || deadEnds.has(status);
    });
    blocks.set(task.id, { kind: never ? "never" : "waits", reason: reasons.join(" "), open });
  }
  return blocks;
}

function reasonOf(id: number, task: Task | undefined): string {
  if (!task) return `It depends on task ${id}, which does not exist.`;
  const status = task.status.toLowerCase().replaceAll("_", " ");
  if (deadEnds.has(task.status)) {
    return `It depends on task ${id}, which is ${status} and so will not be done.`;
  }
  return `It waits for task ${id}, which is ${status}.`;
}

/** A way from a task through its dependencies back to it; null where there is none. */
function circleOf(id: number, byId: ReadonlyMap<number, Task>): number[] | null {
  const cameFrom = new Map<number, number>();
  const next = [id];
  for (let current = next.shift(); current !== undefined; current = next.shift()) {
    for (const dependency of byId.get(current)?.depends_on ?? []) {
      if (dependency === id) {
        const way: number[] = [];
        for (let at = current; at !== id; at = cameFrom.get(at) ?? id) way.unshift(at);
        return [id, ...way, id];
      }
      if (cameFrom.has(dependency)) continue;
      cameFrom.set(dependency, current);
      next.push(dependency);
    }
  }
  return null;
}

/** Ids of the tasks that depend on each task. */
export function dependents(tasks: readonly Task[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const task of tasks) {
    for (const id of task.depends_on) found.set(id, [...(found.get(id) ?? []), task.id]);
  }
  return found;
}
