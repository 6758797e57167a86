/**
 * The line that every logger writes here.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/** The line's text. */
export const lineMessage = "Applied the patch to the checkout service";

/**
 * The line's values, as a caller writes them down. Not spread from a constant: the V8 of Node 20
 * makes a new shape for each such object, which costs more than half of a line by itself.
 */
export function lineContext(call: number): Record<string, unknown> {
  return { file: "src/checkout.ts", attempt: 2, changed: 14, ok: true, call };
}

/** The whole line, made in the plainest way. */
export function plainLine(call: number): string {
  return `${
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: "INFO",
      trace_id: "tr_20261122144311_e581ab",
      session_id: "lines-20261122T144311Z-e581",
      operation: "update",
      message: lineMessage,
      context: lineContext(call),
      duration_ms: null,
    })
  }\n`;
}

/** Lines in a file, by their newlines. */
export function countLines(path: string): number {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** Throws where a file has fewer lines than were written. */
export function expectLines(path: string, lines: number): void {
  const found = countLines(path);
  if (found < lines) throw new Error(`${path} has ${found} lines, expected ${lines} or more`);
}
