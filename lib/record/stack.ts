/**
 * Stacks of errors, as V8 writes them under Node and Deno.
 *
 * @module
 */

import type { StackFrame } from "../format/mod.ts";
import { pathOfUrl } from "../runtime/mod.ts";

/** Most frames of one stack that are kept: those nearest to the throw. */
export const framesMax = 100;

const PLACE = /^(.*?):(\d+):(\d+)$/;

/**
 * Reads the frames of an error's stack, outermost first. Never throws.
 *
 * @param error Anything that was thrown; what has no stack has no frames.
 */
export function parseStack(error: unknown): StackFrame[] {
  const stack = stackOf(error);
  if (stack === undefined) return [];
  const frames: StackFrame[] = [];
  for (const line of stack.split("\n")) {
    const frame = parseFrame(line.trim());
    if (frame) frames.push(frame);
    if (frames.length >= framesMax) break;
  }
  return frames.reverse();
}

function stackOf(error: unknown): string | undefined {
  try {
    const stack = (error as { stack?: unknown } | null | undefined)?.stack;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** `at fn (file:line:column)`, `at async fn (…)`, `at file:line:column`, `at eval (eval at …)`. */
function parseFrame(line: string): StackFrame | undefined {
  if (!line.startsWith("at ")) return undefined;
  const text = line.slice(3);
  const open = text.indexOf(" (");
  const name = open >= 0 && text.endsWith(")") ? text.slice(0, open) : "";
  const place = PLACE.exec(name === "" ? text.replace(/^async /, "") : text.slice(open + 2, -1));
  if (!place) return undefined;
  const [, file, row, column] = place;
  return {
    file: pathOfUrl(file!),
    line: Number(row),
    function: name.replace(/^async /, "") || "<anonymous>",
    code: "",
    column: Number(column),
  };
}
