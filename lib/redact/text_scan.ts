/**
 * Small readers of text at a position: quotes with their escapes, bare values, keys.
 *
 * @module
 */

import { keyLengthMax } from "./key_names.ts";

/** How many blanks may stand between a key, its separator and its value. */
const blanksMax = 16;

const MARKER_HERE = /\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]/y;
const BARE_END = /[\s"'`&;,<>(){}[\]|\\]/;

/** A quote in front of a value, with the backslashes that escape it in nested JSON. */
export interface Quote {
  /** Backslashes in front of the quote. */
  depth: number;
  character: string;
  /** The first character after it. */
  after: number;
}

/** A stretch of the text. */
export interface Range {
  start: number;
  end: number;
}

/** The quote that stands at `at`, or undefined. */
export function quoteAt(text: string, at: number): Quote | undefined {
  let depth = 0;
  while (text[at + depth] === "\\") depth++;
  const character = text[at + depth];
  if (character !== '"' && character !== "'" && character !== "`") return undefined;
  return { depth, character, after: at + depth + 1 };
}

/**
 * Where the text inside a quote ends: at the quote's pair, or at the end where it was cut off.
 *
 * Each nesting doubles the backslashes and adds one, so that the closing quote has `depth` of them
 * modulo twice that many: `\"` closes what `\"` opened, and `\\\"` is a quote inside.
 */
export function quotedEnd(text: string, quote: Quote): number {
  const period = 2 * (quote.depth + 1);
  let at = quote.after;
  for (;;) {
    const found = text.indexOf(quote.character, at);
    if (found < 0) return text.length;
    let backslashes = 0;
    while (found - backslashes > quote.after && text[found - backslashes - 1] === "\\") {
      backslashes++;
    }
    if (backslashes % period === quote.depth) return found - quote.depth;
    at = found + 1;
  }
}

/** The first position at or after `at` that holds no blank; tabs count as blanks. */
export function skipBlanks(text: string, at: number): number {
  const limit = at + blanksMax;
  while (at < limit && (text[at] === " " || text[at] === "\t")) at++;
  return at;
}

/** Where a value without quotes ends. Markers inside belong to it. */
export function bareEnd(text: string, at: number): number {
  while (at < text.length) {
    if (text[at] === "[") {
      MARKER_HERE.lastIndex = at;
      if (!MARKER_HERE.test(text)) return at;
      at = MARKER_HERE.lastIndex;
    } else if (BARE_END.test(text[at]!)) return at;
    else at++;
  }
  return at;
}

/** The whole key around a word that was found in it. */
export function keyAround(text: string, start: number, end: number): Range {
  const first = Math.max(0, end - keyLengthMax);
  while (start > first && /[\w.$-]/.test(text[start - 1]!)) start--;
  return { start, end };
}

/** The end of a header's value: of the line, of the quoted text, or before an escaped newline. */
export function headerEnd(text: string, at: number): number {
  while (at < text.length && !/[\r\n"'`\\]/.test(text[at]!)) at++;
  return at;
}
