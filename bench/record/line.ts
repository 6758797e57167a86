/**
 * The line that every logger writes here.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/** The line's text. */
export const lineMessage = "Applied the patch to the checkout service";

/** The line's values, besides the number of the call. */
export const lineContext = { file: "src/checkout.ts", attempt: 2, changed: 14, ok: true };

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
      context: { ...lineContext, call },
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
