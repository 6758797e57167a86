/**
 * Paths into JSON values, as `changes` of a state diff and every check write them:
 * `tasks[4].status`, `tags["a.b"]`. The whole value is the empty path.
 *
 * @module
 */

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The path of an object's member.
 *
 * @param parent The object's own path; empty for the whole value.
 * @param key The member's key. One that is no plain word is quoted as in JSON.
 *
 * @example
 * ```ts
 * import { memberPath } from "planloop/format";
 *
 * memberPath("tasks[4]", "status"); // "tasks[4].status"
 * memberPath("extra", "a.b"); // 'extra["a.b"]'
 * ```
 */
export function memberPath(parent: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The path of a list's item, counted from 0. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/**
 * Takes a path apart: texts are keys of objects, numbers are places in lists.
 *
 * @returns The steps from the whole value inwards, or `undefined` where the text is no path.
 *
 * @example
 * ```ts
 * import { parsePath } from "planloop/format";
 *
 * parsePath("tasks[4].status"); // ["tasks", 4, "status"]
 * parsePath("tasks["); // undefined
 * ```
 */
export function parsePath(path: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  const step = /\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d{1,15})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  let position = 0;
  while (position < path.length) {
    step.lastIndex = position;
    const match = step.exec(path);
    if (!match) return undefined;
    const [text, word, index, quoted] = match;
    // A word needs its dot exactly when something stands before it.
    if (word !== undefined && (text[0] === ".") !== (position > 0)) return undefined;
    const key = word ?? (index === undefined ? unquote(quoted!) : Number(index));
    if (key === undefined) return undefined;
    steps.push(key);
    position = step.lastIndex;
  }
  return steps;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
