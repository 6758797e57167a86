/**
 * Errors as a person at a terminal should read them.
 *
 * @module
 */

import { printable } from "./text.ts";

/** A command line that parses but asks for something impossible; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Longest chain of causes that is shown. */
const causesMax = 5;

/**
 * One or a few lines: `Error:` and the error's own sentence, its causes, and for what can only be
 * a fault of the program how to see more.
 *
 * @param withStack Adds the stacks, for the program's own developers.
 */
export function describeFailure(error: unknown, withStack: boolean): string {
  const lines = [`Error: ${messageOf(error)}`];
  let cause = causeOf(error);
  for (let depth = 0; cause !== undefined && depth < causesMax; depth++) {
    lines.push(`  because: ${messageOf(cause)}`);
    cause = causeOf(cause);
  }
  if (withStack) {
    if (error instanceof Error && error.stack) lines.push(error.stack);
  } else if (isProgramFault(error)) {
    lines.push("This looks like a fault in planloop. Run it with PLANLOOP_DEBUG=1 to see where.");
  }
  return lines.join("\n");
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return stopped(text.split("\n").map((line) => printable(line)).join("\n"));
}

/** A message with a final stop, whoever wrote it. */
export function stopped(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** The engine's own error classes come from a mistake in code, unless they carry a system code. */
function isProgramFault(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  if ("code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code)) {
    return false;
  }
  return error instanceof TypeError || error instanceof ReferenceError ||
    error.constructor === RangeError || error.constructor === SyntaxError;
}
