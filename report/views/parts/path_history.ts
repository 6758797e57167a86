/**
 * The state's paths over time: which change set which path.
 *
 * @module
 */

import type { ChangeRow, PathSection } from "../../../lib/bundle/sections.ts";
import { itemPath, memberPath, parsePath } from "../../../lib/format/path.ts";
import { changeKind } from "./state_changes.tsx";
import { asRecord } from "./value.ts";

/** A path with how often, and by which change last, it was set itself. */
export interface PathRow {
  path: string;
  sets: number;
  first: ChangeRow;
  last: ChangeRow;
}

/**
 * Every path that was set, in the order in which they first were.
 *
 * @param shown The changes that count. Default: all.
 */
export function pathRows(
  index: PathSection,
  changes: readonly ChangeRow[],
  shown: ReadonlySet<ChangeRow> = new Set(changes),
): PathRow[] {
  const rows = new Map<number, PathRow>();
  changes.forEach((change, at) => {
    if (!shown.has(change)) return;
    for (const id of index.changes[at] ?? []) {
      const row = rows.get(id);
      if (row) {
        row.sets += 1;
        row.last = change;
      } else rows.set(id, { path: index.names[id] ?? "", sets: 1, first: change, last: change });
    }
  });
  return [...rows.values()];
}

/** A change that set a path: the path itself, something that holds it, or parts of it. */
export interface PathEvent {
  change: ChangeRow;
  /** The path that was set: the asked one, or the nearest one around it; null for parts only. */
  at: string | null;
  /** Paths below the asked one that were set. */
  parts: string[];
}

/** Every change that set a path or a part of it, in time order. */
export function pathEvents(
  index: PathSection,
  changes: readonly ChangeRow[],
  path: string,
): PathEvent[] {
  const around = pathsAround(path);
  /** By the path's number: its depth among those around, -1 for a part, absent for unrelated. */
  const related = new Map<number, number>();
  index.names.forEach((name, id) => {
    const depth = around.indexOf(name);
    if (depth >= 0) related.set(id, depth);
    else if (isBelow(name, path)) related.set(id, -1);
  });
  const events: PathEvent[] = [];
  changes.forEach((change, place) => {
    let nearest = -1;
    const parts: string[] = [];
    for (const id of index.changes[place] ?? []) {
      const depth = related.get(id);
      if (depth === undefined) continue;
      if (depth < 0) parts.push(index.names[id]!);
      else nearest = Math.max(nearest, depth);
    }
    if (nearest >= 0 || parts.length > 0) {
      events.push({ change, at: around[nearest] ?? null, parts });
    }
  });
  return events;
}

/** What set a task's status, as far as it is known to be this task's. */
export interface TaskStatusHistory {
  /** In time order. */
  events: PathEvent[];
  /** The change that moved the task to its place, if others' changes of status came before it. */
  movedBy: ChangeRow | null;
}

/**
 * The changes of the status of the task that is at a place of the state's list. Paths name places:
 * what was set before the last change of the place's id was another task's.
 */
export function taskStatusHistory(
  index: PathSection,
  changes: readonly ChangeRow[],
  place: number,
): TaskStatusHistory {
  const task = `tasks[${place}]`;
  const events = pathEvents(index, changes, `${task}.status`);
  const move = pathEvents(index, changes, `${task}.id`).findLast(({ at }) => at?.startsWith(task));
  if (!move) return { events, movedBy: null };
  const since = new Set(changes.slice(changes.indexOf(move.change)));
  const isOthers = ({ change, at }: PathEvent) => !since.has(change) && at?.startsWith(task);
  return {
    events: events.filter(({ change }) => since.has(change)),
    movedBy: events.some(isOthers) ? move.change : null,
  };
}

/** The whole value, then each value on the way, then the path itself. */
function pathsAround(path: string): string[] {
  const around = [""];
  for (const step of parsePath(path) ?? []) {
    const parent = around.at(-1)!;
    around.push(typeof step === "number" ? itemPath(parent, step) : memberPath(parent, step));
  }
  return around.at(-1) === path ? around : ["", path];
}

function isBelow(name: string, path: string): boolean {
  return path === ""
    ? name !== ""
    : name.startsWith(path) && (name[path.length] === "." || name[path.length] === "[");
}

/**
 * What a change did to a path: the part of its entry that lies there. Null where the entry around
 * the path left it as it was.
 *
 * @param document The change's record.
 * @param at The path that was set, the asked one or one around it.
 */
export function changeAt(
  document: unknown,
  at: string,
  path: string,
): Record<string, unknown> | null {
  const entry = asRecord(asRecord(asRecord(document)["changes"])[at]);
  if (at === path) return entry;
  const steps = (parsePath(path) ?? []).slice((parsePath(at) ?? []).length);
  const change: Record<string, unknown> = {};
  for (const side of ["old", "new"]) {
    let value = entry[side];
    let there = side in entry;
    for (const step of steps) {
      there &&= typeof value === "object" && value !== null && Object.hasOwn(value, step);
      value = there ? (value as Record<string | number, unknown>)[step] : undefined;
    }
    if (there) change[side] = value;
  }
  const none = !("old" in change) && !("new" in change);
  const equal = changeKind(change) === "changed" &&
    JSON.stringify(change["old"]) === JSON.stringify(change["new"]);
  return none || equal ? null : change;
}
