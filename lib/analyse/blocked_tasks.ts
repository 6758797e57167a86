/**
 * Tasks that can never start: only a DONE dependency lets a task begin, so one that was skipped,
 * cancelled, failed or put out of scope holds up what depends on it for good, and so does a cycle.
 *
 * @module
 */

import { parseTime, type SessionState, type Task, type TaskStatus } from "../format/mod.ts";
import { plural, shorten } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";

/** A task that can never start as things stand, and why. */
export interface BlockedTask {
  task: Task;
  /** The dependency in the way; the task itself where it depends on itself. */
  blocker: number;
  /** `ended`: the blocker ended without being DONE; `unknown`: there is no such task. */
  reason: "ended" | "unknown" | "cycle" | "blocked";
  /** A clause: `waits for #3, which is SKIPPED`. */
  why: string;
}

/** Statuses that a task does not leave, and that do not let its dependents start. */
const DEAD_ENDS: ReadonlySet<TaskStatus> = new Set([
  "SKIPPED",
  "OUT_OF_SCOPE",
  "CANCELLED",
  "FAILED",
]);

/** Statuses of tasks that have yet to start. */
const PENDING: ReadonlySet<TaskStatus> = new Set(["TODO", "BLOCKED", "WAITING"]);

/** Tasks named in a finding. */
const namedTasksMax = 3;

/** The tasks that can never start, in the order of the list. */
export function blockedTasks(tasks: readonly Task[]): BlockedTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const pending = tasks.filter((task) => PENDING.has(task.status));
  const cyclic = tasksInCycles(pending, byId);
  const blocked = new Map<number, BlockedTask>();
  for (const task of pending) {
    const found = directBlocker(task, byId, cyclic);
    if (found) blocked.set(task.id, found);
  }
  spread(pending, blocked);
  return pending.flatMap((task) => blocked.get(task.id) ?? []);
}

/** One finding for all blocked tasks of a session. */
export function blockedTaskFindings(state: SessionState | null): Finding[] {
  const blocked = blockedTasks(state?.tasks ?? []);
  const first = blocked[0];
  if (!first) return [];
  const named = blocked.slice(0, namedTasksMax).map(({ task, why }) => `#${task.id} ${why}`);
  const more = blocked.length - named.length;
  return [{
    kind: "blocked_tasks",
    severity: "warning",
    title: blocked.length === 1
      ? `Task #${first.task.id} can never start: ${shorten(first.task.title, 60)}`
      : `${plural(blocked.length, "task")} can never start`,
    detail: `${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}. ` +
      "Only a DONE dependency lets a task begin.",
    evidence: { file: "state.json", task_id: first.task.id },
    time: parseTime(first.task.last_updated_at) ?? null,
  }];
}

function directBlocker(
  task: Task,
  byId: ReadonlyMap<number, Task>,
  cyclic: ReadonlyMap<number, number>,
): BlockedTask | undefined {
  for (const id of task.depends_on) {
    const dependency = byId.get(id);
    if (!dependency) {
      return {
        task,
        blocker: id,
        reason: "unknown",
        why: `waits for #${id}, which does not exist`,
      };
    }
    if (DEAD_ENDS.has(dependency.status)) {
      const why = `waits for #${id}, which is ${dependency.status}`;
      return { task, blocker: id, reason: "ended", why };
    }
  }
  const next = cyclic.get(task.id);
  if (next === undefined) return undefined;
  const why = next === task.id ? "waits for itself" : `waits for #${next}, which waits for it`;
  return { task, blocker: next, reason: "cycle", why };
}

/** What depends on a blocked task is blocked too. */
function spread(pending: readonly Task[], blocked: Map<number, BlockedTask>): void {
  const dependents = new Map<number, Task[]>();
  for (const task of pending) {
    for (const id of task.depends_on) {
      const list = dependents.get(id);
      if (list) list.push(task);
      else dependents.set(id, [task]);
    }
  }
  const queue = [...blocked.keys()];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const task of dependents.get(id) ?? []) {
      if (blocked.has(task.id)) continue;
      const why = `waits for #${id}, which can never start`;
      blocked.set(task.id, { task, blocker: id, reason: "blocked", why });
      queue.push(task.id);
    }
  }
}

/** The tasks on a cycle, each with its dependency on that cycle. */
function tasksInCycles(
  pending: readonly Task[],
  byId: ReadonlyMap<number, Task>,
): Map<number, number> {
  const waiting = new Map(
    pending.map(({ id }) => [id, byId.get(id)!.depends_on.filter((other) => byId.has(other))]),
  );
  const components = stronglyConnected(waiting);
  const cyclic = new Map<number, number>();
  for (const [id, dependencies] of waiting) {
    // A component of one has no cycle but a dependency on itself.
    const next = dependencies.find((other) => components.get(other) === components.get(id));
    if (next !== undefined) cyclic.set(id, next);
  }
  return cyclic;
}

/**
 * Tarjan's components, without recursion: nodes that reach each other get the same number.
 * Targets that are no node of the graph are left out.
 */
function stronglyConnected(graph: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const components = new Map<number, number>();
  const open: number[] = [];
  for (const start of graph.keys()) {
    if (index.has(start)) continue;
    const path: { id: number; next: number }[] = [];
    const enter = (id: number) => {
      low.set(id, index.size);
      index.set(id, index.size);
      open.push(id);
      path.push({ id, next: 0 });
    };
    enter(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const { id } = step;
      const target = graph.get(id)![step.next++];
      if (target === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above) low.set(above.id, Math.min(low.get(above.id)!, low.get(id)!));
        if (low.get(id) === index.get(id)) closeComponent(id, open, components);
      } else if (!graph.has(target)) continue;
      else if (!index.has(target)) enter(target);
      else if (!components.has(target)) {
        low.set(id, Math.min(low.get(id)!, index.get(target)!));
      }
    }
  }
  return components;
}

function closeComponent(root: number, open: number[], components: Map<number, number>): void {
  let member: number;
  do {
    member = open.pop()!;
    components.set(member, root);
  } while (member !== root);
}
