/**
 * Short forms of damaged data, for problems.
 *
 * @module
 */

import { previewLengthMax } from "../format/mod.ts";

/** The start of a text, at most {@linkcode previewLengthMax} characters; a longer one ends in `…`. */
export function previewText(text: string): string {
  if (text.length <= previewLengthMax) return copyOf(text);
  let end = previewLengthMax - 1;
  // A preview must not end in half of a surrogate pair.
  if (isHighSurrogate(text.charCodeAt(end - 1))) end--;
  return copyOf(`${text.slice(0, end)}…`);
}

/** A slice of a string keeps all of it in memory; a problem must not keep a whole chunk. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** The start of bytes as text; bytes that are not UTF-8 are shown as U+FFFD. */
export function previewBytes(bytes: Uint8Array): string {
  return previewText(new TextDecoder().decode(bytes.subarray(0, previewLengthMax * 4)));
}

/** Longest value that {@linkcode describeValue} shows, in characters. */
const describedLengthMax = 60;

/** A JSON value in a few words, for a sentence: `"abc"`, `3`, `null`, `a list of 4`, `an object`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const short = value.length > describedLengthMax
    ? `${value.slice(0, describedLengthMax)}…`
    : value;
  return JSON.stringify(short);
}

/** How many bytes a text takes as UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
