/**
 * Colour and weight on a terminal, where it may be used.
 *
 * @module
 */

import type { Output } from "./io.ts";

/** Bold text. */
export function bold(output: Output, text: string): string {
  return wrap(output, text, 1, 22);
}

/** Text that steps back. */
export function dim(output: Output, text: string): string {
  return wrap(output, text, 2, 22);
}

function wrap(output: Output, text: string, start: number, end: number): string {
  return output.hasColours ? `\x1b[${start}m${text}\x1b[${end}m` : text;
}
