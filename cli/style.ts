/**
 * Weight and colour on a terminal, where it may be used.
 *
 * @module
 */

import type { Colour, Output } from "./io.ts";

/** Bold text. */
export function bold(output: Output, text: string): string {
  return output.hasColours ? `\x1b[1m${text}\x1b[22m` : text;
}

/** Green, for what is in order. */
export function green(output: Output, text: string): string {
  return output.hasColours ? `\x1b[32m${text}\x1b[39m` : text;
}

/** Yellow, for what deserves a look. */
export function yellow(output: Output, text: string): string {
  return output.hasColours ? `\x1b[33m${text}\x1b[39m` : text;
}

/** Red, for what is broken. */
export function red(output: Output, text: string): string {
  return output.hasColours ? `\x1b[31m${text}\x1b[39m` : text;
}

/**
 * Whether an output is coloured; the first that says something wins: `NO_COLOR` (with any value),
 * `FORCE_COLOR` (`0` and `false` say no, anything else says yes), the settings; else a terminal is,
 * unless it is a dumb one.
 */
export function mayColour(
  env: Readonly<Record<string, string | undefined>>,
  colour: Colour,
  isTerminal: boolean,
): boolean {
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced.toLowerCase() !== "false";
  if (colour !== "auto") return colour === "always";
  return isTerminal && env["TERM"] !== "dumb";
}
