/**
 * The values of an object that stands under a sensitive key in text.
 *
 * @module
 */

import { type Quote, quoteAt, quotedEnd, type Range } from "./text_scan.ts";

/** JSON Schema's words: an object with one of them describes a secret, and holds none. */
export const schemaWords: readonly string[] = [
  "type",
  "$ref",
  "anyOf",
  "oneOf",
  "allOf",
  "enum",
  "description",
];

/** How many levels of objects and lists are entered. */
const depthMax = 32;

/** How much of an object is looked at, in characters. */
const lengthMax = 65_536;

interface Level {
  found: Range[];
  isSchema: boolean;
}

/**
 * Finds the quoted values in a JSON object, whole or cut off; none in one that is a schema.
 *
 * @param at Where its brace is.
 * @param quote The quote of the key above: the object's own have as many backslashes.
 */
export function quotedValues(text: string, at: number, quote: Quote): Range[] {
  const end = Math.min(text.length, at + lengthMax);
  const levels: Level[] = [];
  const done: Range[] = [];
  const close = (): void => {
    const level = levels.pop();
    if (level && !level.isSchema) (levels.at(-1)?.found ?? done).push(...level.found);
  };
  while (at < end) {
    const character = text[at]!;
    if (character === "{" || character === "[") {
      if (levels.length >= depthMax) break;
      levels.push({ found: [], isSchema: false });
      at++;
    } else if (character === "}" || character === "]") {
      close();
      at++;
      if (levels.length === 0) break;
    } else if (character === '"' || character === "\\" || character === "'") {
      const here = quoteAt(text, at);
      // Other quotes than the key's: no JSON any more.
      if (!here || here.depth !== quote.depth || here.character !== quote.character) break;
      const range = { start: here.after, end: quotedEnd(text, here) };
      at = range.end + here.depth + 1;
      const level = levels.at(-1)!;
      if (!/^\s{0,16}:/.test(text.slice(at, at + 17))) level.found.push(range);
      else if (schemaWords.includes(text.slice(range.start, range.end))) level.isSchema = true;
    } else if (/[\s\w:,.+-]/.test(character)) at++;
    else break;
  }
  while (levels.length > 0) close();
  return done;
}
