/**
 * The errors behind an error: its causes, and the members of aggregate ones.
 *
 * @module
 */

import type { ErrorCause } from "../format/mod.ts";
import { errorType } from "./error_parts.ts";

/** Most causes, and members of aggregate errors, that one report lists. */
export const causesMax = 32;

/** Most further ones that are counted. */
export const causesCountedMax = 10_000;

/** An error behind another one, and how it hangs on it. */
interface Child {
  value: unknown;
  relation: string;
}

/**
 * The whole chain of causes, nearest first, with the members of aggregate errors; each error once.
 * Where there are more than {@linkcode causesMax}, the last entry says how many. Never throws,
 * whatever the errors do.
 *
 * @param describe What of one is kept.
 */
export function causesOf(
  error: unknown,
  describe: (value: unknown) => Omit<ErrorCause, "relation">,
): ErrorCause[] {
  const causes: ErrorCause[] = [];
  const seen = new Set<unknown>([error]);
  const waiting = childrenOf(error, "").reverse();
  let more = 0;
  let next = "";
  while (waiting.length > 0 && more < causesCountedMax) {
    const { value, relation } = waiting.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    const isKept = causes.length < causesMax;
    if (isKept) causes.push({ ...describe(value), relation });
    else if (more++ === 0) next = relation;
    // Beyond those that are kept, how they hang together is not told, and not remembered.
    waiting.push(...childrenOf(value, isKept ? `${relation}.` : "").reverse());
  }
  if (more > 0) {
    const count = more < causesCountedMax ? String(more) : `at least ${causesCountedMax}`;
    causes.push({
      error_type: "…",
      error_message: `…(${count} more)`,
      stack_trace: [],
      relation: next,
    });
  }
  return causes;
}

function childrenOf(value: unknown, prefix: string): Child[] {
  if (!isError(value)) return [];
  const children: Child[] = [];
  const add = (name: string) => {
    const child = read(value, name);
    if (child !== undefined) children.push({ value: child, relation: prefix + name });
  };
  add("cause");
  // What `using` makes of an error in a block, and a second one while leaving it.
  if (errorType(value) === "SuppressedError") ["error", "suppressed"].forEach(add);
  const members = read(value, "errors");
  if (!isList(members)) return children;
  const count = Math.min(members.length, causesMax + causesCountedMax);
  for (let index = 0; index < count; index++) {
    const child = read(members, String(index));
    children.push({ value: child, relation: `${prefix}errors[${index}]` });
  }
  return children;
}

/** Also an error of another realm, such as those of `node:vm`, is one. */
function isError(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch (error) {
    return error;
  }
}
