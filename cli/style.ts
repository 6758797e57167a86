/**
 * Weight on a terminal, where it may be used.
 *
 * @module
 */

import type { Output } from "./io.ts";

/** Bold text. */
export function bold(output: Output, text: string): string {
  return output.hasColours ? `\x1b[1m${text}\x1b[22m` : text;
}
