/**
 * JSON in bytes, exactly as `JSON.stringify` writes it: recognised, not parsed.
 *
 * Whatever else is JSON, too (blanks, other escapes, `1.0`), is not recognised, and left to
 * `JSON.parse`. So is what is no UTF-8. A recognised text therefore reads the same whether it is
 * parsed and written again or not; only of a key that stands twice in an object, both are kept.
 *
 * Positions may run past the bytes: the caller ensures that a newline, which is in no such text,
 * ends them.
 *
 * @module
 */

/** How deep a recognised value may nest. */
export const canonicalDepthMax = 32;

/** What a byte means inside a string. */
const PLAIN = 0;
const QUOTE = 1;
const ESCAPE = 2;
const CONTROL = 3;
const WIDE = 4;

const meanings: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    byte < 0x20
      ? CONTROL
      : byte > 0x7f
      ? WIDE
      : byte === 0x22
      ? QUOTE
      : byte === 0x5c
      ? ESCAPE
      : PLAIN,
);

/** Escapes of one letter, and what they stand for in the same order. */
const LETTERS = 'btnfr"\\';
const LETTER_VALUES = '\b\t\n\f\r"\\';

/** By an escape's letter, the byte that it stands for; 0 for none. */
const escaped: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const index = LETTERS.indexOf(String.fromCharCode(byte));
  return index < 0 ? 0 : LETTER_VALUES.charCodeAt(index);
});

/**
 * The position behind a string's closing quotation mark.
 *
 * @param at Behind the opening one.
 * @returns -1 where no such string is there.
 */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const meaning = meanings[bytes[at]!];
    if (meaning === PLAIN) at++;
    else if (meaning === QUOTE) return at + 1;
    else {
      const next = meaning === ESCAPE
        ? escapeEnd(bytes, at)
        : meaning === WIDE
        ? wideEnd(bytes, at)
        : -1;
      if (next < 0) return -1;
      at = next;
    }
  }
}

/** Behind an escape that begins at `at`; -1 where JSON would be written otherwise. */
function escapeEnd(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1]!;
  if (letter === 0x75) return controlEscape(bytes, at) < 0 ? -1 : at + 6;
  return escaped[letter] === 0 ? -1 : at + 2;
}

/** What `\u00xx` at `at` stands for: a control character without a letter of its own; else -1. */
function controlEscape(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 4]! - 0x30;
  if (bytes[at + 2] !== 0x30 || bytes[at + 3] !== 0x30 || high < 0 || high > 1) return -1;
  const digit = bytes[at + 5]!;
  const low = digit >= 0x30 && digit <= 0x39
    ? digit - 0x30
    : digit >= 0x61 && digit <= 0x66
    ? digit - 0x57
    : -1;
  if (low < 0) return -1;
  const code = high * 16 + low;
  return code >= 8 && code <= 13 && code !== 11 ? -1 : code;
}

/** Behind a character beyond ASCII; -1 where the bytes are no UTF-8. */
function wideEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  if (second < 0x80 || second > 0xbf || first < 0xc2 || first > 0xf4) return -1;
  if (first < 0xe0) return at + 2;
  if (!continues(bytes, at + 2)) return -1;
  if (first < 0xf0) {
    // No longer form of a shorter character, and no half of a surrogate pair.
    return first === 0xe0 && second < 0xa0 || first === 0xed && second > 0x9f ? -1 : at + 3;
  }
  if (!continues(bytes, at + 3)) return -1;
  return first === 0xf0 && second < 0x90 || first === 0xf4 && second > 0x8f ? -1 : at + 4;
}

function continues(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0xc0) === 0x80;
}

/**
 * The position behind a value of any kind; -1 where none is there.
 *
 * @param at Its first byte.
 */
export function valueEnd(bytes: Uint8Array, at: number, depth = 0): number {
  const first = bytes[at]!;
  if (first === 0x22) return stringEnd(bytes, at + 1);
  if (first === 0x7b) return objectEnd(bytes, at + 1, depth);
  if (first === 0x5b) return listEnd(bytes, at + 1, depth);
  if (first === 0x2d || first >= 0x30 && first <= 0x39) return numberEnd(bytes, at);
  return wordEnd(bytes, at);
}

/** @param at Behind the opening brace. */
export function objectEnd(bytes: Uint8Array, at: number, depth: number): number {
  if (bytes[at] === 0x7d) return at + 1;
  if (depth >= canonicalDepthMax) return -1;
  for (;;) {
    at = keyEnd(bytes, at);
    if (at < 0) return -1;
    at = valueEnd(bytes, at, depth + 1);
    if (at < 0) return -1;
    const sign = bytes[at]!;
    if (sign === 0x7d) return at + 1;
    if (sign !== 0x2c) return -1;
    at++;
  }
}

/**
 * Behind a key and its colon. A key that begins with a digit may be an index, which objects put in
 * front of all others, so it is not recognised.
 */
export function keyEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0x22) return -1;
  const first = bytes[at + 1]!;
  if (first >= 0x30 && first <= 0x39) return -1;
  const end = stringEnd(bytes, at + 1);
  return end >= 0 && bytes[end] === 0x3a ? end + 1 : -1;
}

function listEnd(bytes: Uint8Array, at: number, depth: number): number {
  if (bytes[at] === 0x5d) return at + 1;
  if (depth >= canonicalDepthMax) return -1;
  for (;;) {
    at = valueEnd(bytes, at, depth + 1);
    if (at < 0) return -1;
    const sign = bytes[at]!;
    if (sign === 0x5d) return at + 1;
    if (sign !== 0x2c) return -1;
    at++;
  }
}

/** Digits up to which every decimal number is the shortest text of its binary one. */
const digitsMax = 15;

/** Zeros behind the point from which on numbers are written with an exponent. */
const leadingZerosMax = 5;

/** Behind a number; -1 for one that JSON may write otherwise, such as `1.0`, `-0` or `1e5`. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  const start = at;
  while (isDigit(bytes[at]!)) at++;
  const whole = at - start;
  const isZero = bytes[start] === 0x30;
  if (whole === 0 || isZero && whole > 1) return -1;
  if (bytes[at] !== 0x2e) {
    if (negative && isZero || whole > digitsMax) return -1;
    return isNumberSign(bytes[at]!) ? -1 : at;
  }
  const point = ++at;
  while (isDigit(bytes[at]!)) at++;
  if (at === point || bytes[at - 1] === 0x30 || whole + at - point > digitsMax) return -1;
  if (isZero) {
    let zeros = 0;
    while (bytes[point + zeros] === 0x30) zeros++;
    if (zeros > leadingZerosMax) return -1;
  }
  return isNumberSign(bytes[at]!) ? -1 : at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Whether a number goes on with a point, a sign or an exponent. */
function isNumberSign(byte: number): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === 0x2d;
}

const WORDS = ["null", "true", "false"].map((word) => new TextEncoder().encode(word));

function wordEnd(bytes: Uint8Array, at: number): number {
  for (const word of WORDS) if (startsWith(bytes, at, word)) return at + word.length;
  return -1;
}

/** Whether some bytes stand at a position. */
export function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}

/**
 * Copies what a recognised string stands for.
 *
 * @param end Its closing quotation mark.
 * @param into With room for as many bytes.
 * @returns Where it ended in `into`.
 */
export function unescapeInto(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
): number {
  for (let from = start; from < end; at++) {
    const byte = bytes[from]!;
    if (byte !== 0x5c) {
      into[at] = byte;
      from++;
      continue;
    }
    const isCode = bytes[from + 1] === 0x75;
    into[at] = isCode ? controlEscape(bytes, from) : escaped[bytes[from + 1]!]!;
    from += isCode ? 6 : 2;
  }
  return at;
}
