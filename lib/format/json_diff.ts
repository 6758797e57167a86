/**
 * What changed between two JSON values.
 *
 * @module
 */

import { itemPath, memberPath, parsePath } from "./path.ts";
import type { StateChange } from "./state_diff.ts";

/**
 * Most changes that are told one by one; beyond, whole members of the top level are told, and
 * beyond so many of these, the whole value.
 */
export const changesMax = 5000;

/** Deepest level that is compared part by part; below, values are told as a whole. */
export const diffDepthMax = 64;

/** Changes by path. */
export type Changes = Record<string, StateChange>;

/**
 * Compares two JSON values.
 *
 * @returns The changes by path, such as `tasks[4].status`: an added path has no `old`, a removed one
 * no `new`. Lists are compared place by place. Empty where the values are equal.
 *
 * @example
 * ```ts
 * import { diffJson } from "planloop/format";
 *
 * diffJson({ version: 1, tags: [] }, { version: 2, tags: ["a"] });
 * // { version: { old: 1, new: 2 }, "tags[0]": { new: "a" } }
 * ```
 */
export function diffJson(before: unknown, after: unknown): Changes {
  for (const depth of [0, diffDepthMax - 1]) {
    const changes = new Map<string, StateChange>();
    compare(before, after, "", depth, changes);
    if (changes.size <= changesMax) return Object.fromEntries(changes);
  }
  return { "": { old: before, new: after } };
}

/** Adds the changes, until there are too many. */
function compare(
  before: unknown,
  after: unknown,
  path: string,
  depth: number,
  changes: Map<string, StateChange>,
): void {
  if (Object.is(before, after)) return;
  if (depth < diffDepthMax && Array.isArray(before) && Array.isArray(after)) {
    compareLists(before, after, path, depth, changes);
  } else if (depth < diffDepthMax && isObject(before) && isObject(after)) {
    compareObjects(before, after, path, depth, changes);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    changes.set(path, { old: before, new: after });
  }
}

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  depth: number,
  changes: Map<string, StateChange>,
): void {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length && changes.size <= changesMax; index++) {
    const part = itemPath(path, index);
    if (index >= before.length) changes.set(part, { new: after[index] });
    else if (index >= after.length) changes.set(part, { old: before[index] });
    else compare(before[index], after[index], part, depth + 1, changes);
  }
}

function compareObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  changes: Map<string, StateChange>,
): void {
  for (const key of Object.keys(before)) {
    if (changes.size > changesMax) return;
    const part = memberPath(path, key);
    if (Object.hasOwn(after, key)) compare(before[key], after[key], part, depth + 1, changes);
    else changes.set(part, { old: before[key] });
  }
  for (const key of Object.keys(after)) {
    if (changes.size > changesMax) return;
    if (!Object.hasOwn(before, key)) changes.set(memberPath(path, key), { new: after[key] });
  }
}

/**
 * Applies changes to a value: the counterpart of {@linkcode diffJson}.
 *
 * @param before Not changed.
 * @returns A fresh value.
 * @throws {RangeError} If a path leads nowhere in the value.
 */
export function applyChanges(before: unknown, changes: Changes): unknown {
  const root = { value: structuredClone(before) };
  const removals: [path: string, steps: (string | number)[]][] = [];
  for (const [path, change] of Object.entries(changes)) {
    const steps = parsePath(path);
    if (!steps) throw new RangeError(`Cannot apply the change at ${JSON.stringify(path)}: no path`);
    if ("new" in change) place(root, ["value", ...steps], structuredClone(change.new), path);
    else removals.push([path, ["value", ...steps]]);
  }
  // From the end of each list, so that no removal moves the next one.
  removals.reverse().forEach(([path, steps]) => remove(root, steps, path));
  return root.value;
}

type Container = Record<string | number, unknown>;

function place(root: object, steps: (string | number)[], value: unknown, path: string): void {
  const key = steps.at(-1)!;
  const container = walk(root, steps.slice(0, -1), path);
  Object.defineProperty(container, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function remove(root: object, steps: (string | number)[], path: string): void {
  const key = steps.at(-1)!;
  const container = walk(root, steps.slice(0, -1), path);
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}

function walk(root: object, steps: (string | number)[], path: string): Container {
  let at: unknown = root;
  for (const step of steps) {
    at = typeof at === "object" && at !== null && Object.hasOwn(at, step)
      ? (at as Container)[step]
      : undefined;
  }
  if (typeof at !== "object" || at === null) {
    throw new RangeError(
      `Cannot apply the change at ${JSON.stringify(path)}: the value has no such place`,
    );
  }
  return at as Container;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
