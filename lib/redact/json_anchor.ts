/**
 * Anchors as they stand in JSON that is still bytes.
 *
 * @module
 */

import { anchorText } from "./anchor.ts";

/** Shortest text that the prefilter can look for. */
const lengthMin = 3;

/** What JSON writes as it is, and all of it ASCII. */
const AS_IT_IS = /^[ !#-[\]-~]+$/;

/**
 * A text of ASCII that JSON holds wherever one of its strings holds an anchor, for JSON that escapes
 * only what must be escaped.
 *
 * @param anchor An anchor of a rule, with its marks.
 * @returns Undefined where too little of the anchor is ASCII.
 */
export function jsonAnchor(anchor: string): string | undefined {
  const plain = anchorText(anchor);
  if (AS_IT_IS.test(plain)) return anchor;
  const json = JSON.stringify(plain).slice(1, -1);
  const runs = json.match(/[\x20-\x7e]+/g) ?? [];
  if (runs[0] === json) return anchor.replace(plain, () => json);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  return longest !== undefined && longest.length >= lengthMin ? longest : undefined;
}
