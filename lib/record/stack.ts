/**
 * Stacks of errors, as V8 writes them under Node and Deno.
 *
 * @module
 */

import type { StackFrame } from "../format/mod.ts";
import { pathOfUrl } from "../runtime/mod.ts";

/** Most frames of one stack that are kept: those nearest to the throw. */
export const framesMax = 100;

/** Most of a stack that is read, in UTF-16 units. */
export const stackLengthMax: number = 256 * 1024;

/** Longest text in front of a stack's message, the error's name, in UTF-16 units. */
const nameLengthMax = 300;

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
    if (typeof stack !== "string") return undefined;
    return withoutMessage(stack, (error as { message?: unknown }).message)
      .slice(0, stackLengthMax);
  } catch {
    return undefined;
  }
}

/** The message stands first; it may be huge, and have lines that look like frames. */
function withoutMessage(stack: string, message: unknown): string {
  if (typeof message !== "string" || message === "") return stack;
  const at = stack.indexOf(message);
  if (at < 0 || stack.slice(0, Math.min(at, nameLengthMax + 1)).includes("\n")) return stack;
  return at <= nameLengthMax ? stack.slice(at + message.length) : stack;
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
    // `eval at fn (where it was called), <anonymous>`: the code itself is in no file.
    file: file!.startsWith("eval at ") ? "<anonymous>" : pathOfUrl(file!),
    line: Number(row),
    function: name.replace(/^async /, "") || "<anonymous>",
    code: "",
    column: Number(column),
  };
}
