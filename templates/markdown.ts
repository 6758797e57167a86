/**
 * Putting recorded text into Markdown so that it stays text: no tracker may read a mention, an
 * issue number, an image or HTML in it.
 *
 * @module
 */

import { showControls } from "./escape.ts";

/** Longest inline text, in UTF-16 units. */
export const inlineLengthMax = 400;

/** Text inside a line, as code: trackers take nothing in it for anything else. */
export function inlineCode(text: string, lengthMax: number = inlineLengthMax): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  const line = showControls(cut.replace(/\s+/g, " ").trim());
  if (line === "") return "–";
  const fence = "`".repeat(longestRun(line) + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return fence + padding + line + padding + fence;
}

/** The same in a cell of a table, where a bar would end it, in code too. */
export function cellCode(text: string, lengthMax?: number): string {
  return inlineCode(text, lengthMax).replaceAll("|", "\\|");
}

/** Lines of text as a block of code. */
export function codeBlock(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${showControls(text)}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
