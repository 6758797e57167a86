/**
 * Redaction of a text that still grows, and is written down before it is whole.
 *
 * @module
 */

import type { Redactor } from "./redactor.ts";
import { streamHoldBack } from "./stream.ts";

/** Longest quotation without an end that is waited for, in UTF-16 units. */
export const openQuoteLengthMax = 4096;

/** Longest private key without an end that is waited for, in UTF-16 units: as long as any is. */
export const openKeyLengthMax = 16_640;

/** A quotation after `:` or `=` that has no end yet. */
const OPEN_QUOTE = /[:=]\s*\\*(["'`])(?:(?!\1)[^])*$/;

/** How often a cut is moved; beyond, nothing near the end is sure. */
const roundsMax = 8;

const KEY_START = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** What ends in a replacement may be longer by and by. */
const ENDS_REPLACED = /\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]$/;

/** Longest replacement, in UTF-16 units; a rule's name has at most 64. */
const markerLengthMax = 128;

/** UTF-16 unit from which on no token's characters follow: the first that is not ASCII. */
const asciiEnd = 128;

/**
 * The beginning of a growing text that may be written down: redacted, and without the end as far as
 * that could be the beginning of a secret. That is the last word, a quotation or a private key that
 * has no end yet, and what could be the beginning of a secret of the environment. With rules of the
 * caller's own it is the last {@linkcode streamHoldBack} characters, too.
 *
 * @example
 * ```ts
 * import { createRedactor, redactGrowing } from "planloop/redact";
 *
 * redactGrowing(createRedactor(), "pushed with ghp_a1B2a1"); // "pushed with "
 * ```
 */
export function redactGrowing(redactor: Redactor, text: string): string {
  return sureStart(redactor, text).clean;
}

/** How much of a growing text may be written down, once it is redacted, in UTF-16 units. */
export function growingEnd(redactor: Redactor, text: string): number {
  return sureStart(redactor, text).end;
}

function sureStart(redactor: Redactor, text: string): { end: number; clean: string } {
  let end = text.length - (redactor.hasOwnRules ? streamHoldBack : 0);
  for (let words = 1; end > 0; words *= 2) {
    end = sureEnd(redactor, text, end);
    const clean = redactor.text(text.slice(0, end));
    // What is replaced up to the very end may go on: its hash would tell of each of its beginnings.
    if (!ENDS_REPLACED.test(clean.slice(-markerLengthMax))) return { end, clean };
    for (let word = 0; word < words && end > 0; word++) {
      end = wordStart(text, Math.max(0, beforeBlanks(text, end) - 1));
    }
  }
  return { end: 0, clean: "" };
}

/** Where no secret can have begun that goes on beyond, as far as the text itself tells. */
function sureEnd(redactor: Redactor, text: string, from: number): number {
  let end = from;
  for (let round = 0; round < roundsMax; round++) {
    const next = openStart(redactor, text.slice(0, wordStart(text, end)));
    // Once more, for a cut in the middle of a word or of another quotation.
    if (next === end) return end;
    end = next;
  }
  return wordStart(text, Math.max(0, end - openQuoteLengthMax));
}

function openStart(redactor: Redactor, text: string): number {
  const key = text.lastIndexOf("-----BEGIN ");
  if (
    key >= 0 && text.length - key <= openKeyLengthMax &&
    KEY_START.test(text.slice(key, key + 80)) && !KEY_END.test(text.slice(key))
  ) return key;
  const window = Math.max(0, text.length - openQuoteLengthMax);
  const quote = OPEN_QUOTE.exec(text.slice(window));
  const known = redactor.knownStart?.(text) ?? text.length;
  return Math.min(known, quote === null ? text.length : window + quote.index);
}

/**
 * Where the word begins that a text ends with. Letters beyond ASCII are in no token: scripts that
 * need no blanks are cut behind them, unless a key in front may call the word a secret.
 */
export function wordStart(text: string, end: number): number {
  let behindLetter = -1;
  for (let at = end;; at--) {
    const code = at === 0 ? 32 : text.charCodeAt(at - 1);
    if (code <= 32) return behindLetter >= 0 ? behindLetter : at;
    if (code >= asciiEnd && behindLetter < 0) behindLetter = at;
    // `:`, `=` and quotes.
    if (behindLetter >= 0 && (code === 58 || code === 61 || code === 34 || code === 39)) {
      return startOfRun(text, at);
    }
  }
}

function startOfRun(text: string, end: number): number {
  let at = end;
  while (at > 0 && text.charCodeAt(at - 1) > 32) at--;
  return at;
}

function beforeBlanks(text: string, end: number): number {
  let at = end;
  while (at > 0 && text.charCodeAt(at - 1) <= 32) at--;
  return at;
}
