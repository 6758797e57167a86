/**
 * Finding a text in UTF-8 without regard to case and without an index: scan for the needle's two
 * rarest bytes, then compare.
 *
 * A letter may have variants of different sizes in UTF-8 (`k` and the Kelvin sign), so the scan
 * looks for the best run of letters whose variants have one size; the rest is compared from there,
 * letter by letter, forwards and backwards.
 *
 * @module
 */

import { caseVariants } from "./fold.ts";

/** A needle, made ready for scanning. */
export interface Needle {
  /** For each letter: its variants as UTF-8. */
  readonly letters: readonly (readonly Uint8Array[])[];
  /** The letter at which the scanned run starts. */
  readonly run: number;
  /** Which bytes may stand at the two scanned places: 1 for yes. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** Distance of the first scanned byte from the run's start. */
  readonly firstAt: number;
  /** Distance of the second from the first; 0 where one byte is all there is. */
  readonly step: number;
}

/** A place to scan: which bytes may stand there, and how rare they are. */
interface Place {
  at: number;
  bytes: number[];
  weight: number;
}

const encoder = new TextEncoder();

/**
 * Makes a needle ready.
 *
 * @throws {RangeError} For an empty text, which is everywhere.
 */
export function prepareNeedle(text: string): Needle {
  const codes = Array.from(text, (letter) => letter.codePointAt(0)!);
  if (codes.length === 0) throw new RangeError("Cannot search for an empty text");
  const letters = codes.map((code) =>
    caseVariants(code).map((variant) => encoder.encode(String.fromCodePoint(variant)))
  );
  const { run, places } = bestRun(letters);
  const [a, b] = places.sort((x, y) => x.weight - y.weight);
  const [first, second] = b && b.at < a!.at ? [b, a!] : [a!, b];
  return {
    letters,
    run,
    first: byteSet(first.bytes),
    second: byteSet(second ? second.bytes : first.bytes),
    firstAt: first.at,
    step: second ? second.at - first.at : 0,
  };
}

/**
 * The first occurrence at or after a byte; -1 for none. The text's bytes 0xFF, which UTF-8 never
 * has, separate fields: no needle reaches across them.
 */
export function findNeedle(text: Uint8Array, needle: Needle, from: number, end: number): number {
  const { first, second, firstAt, step } = needle;
  const stop = end - step;
  for (let i = from; i < stop; i++) {
    if (first[text[i]!] === 0 || second[text[i + step]!] === 0) continue;
    const start = matchAt(text, needle, i - firstAt, from, end);
    if (start >= 0) return start;
  }
  return -1;
}

/**
 * Marks the rows of a block in whose message or context the needle occurs. What stands behind a
 * row's second separator is not searched, nor is a context without keys: neither is on screen.
 *
 * @param starts First byte of each row's text, and the text's end; one more entry than rows.
 * @param onRow Called once for each such row, with its position in `starts`, in order.
 */
export function searchBlock(
  text: Uint8Array,
  starts: Uint32Array,
  needle: Needle,
  onRow: (position: number) => void,
): void {
  const rows = starts.length - 1;
  const end = starts[rows]!;
  for (let at = 0, row = 0; at < end;) {
    const found = findNeedle(text, needle, at, end);
    if (found < 0) return;
    row = rowAt(starts, found, row, rows);
    const rowEnd = starts[row + 1]!;
    const textEnd = shownEnd(text, starts[row]!, rowEnd);
    if (found >= textEnd) {
      at = rowEnd;
      continue;
    }
    // Between two rows stands no separator: a match that reaches over belongs to neither.
    if (matchAt(text, needle, runStart(text, needle, found), starts[row]!, textEnd) >= 0) {
      onRow(row);
      at = rowEnd;
    } else at = found + 1;
  }
}

/** Separates a row's fields. */
const separator = 0xff;

/** Where a row's message and context end; where its message does if the context has no keys. */
function shownEnd(text: Uint8Array, start: number, end: number): number {
  const message = fieldEnd(text, start, end);
  const context = fieldEnd(text, message + 1, end);
  const isEmpty = context === message + 3 && text[message + 1] === openBrace &&
    text[message + 2] === closeBrace;
  return isEmpty ? message : context;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;

function fieldEnd(text: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && text[at] !== separator) at++;
  return Math.min(at, end);
}

/** The last row that starts at or before a byte. */
function rowAt(starts: Uint32Array, byte: number, from: number, rows: number): number {
  let low = from;
  let high = rows - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= byte) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** From the start of a match to the start of its scanned run. */
function runStart(text: Uint8Array, needle: Needle, start: number): number {
  let at = start;
  for (let i = 0; i < needle.run; i++) at += Math.max(0, variantAt(text, needle.letters[i]!, at));
  return at;
}

/** Compares around a scanned place. Returns the match's first byte; -1 where it is none. */
function matchAt(text: Uint8Array, needle: Needle, run: number, from: number, end: number): number {
  const { letters } = needle;
  if (run < from) return -1;
  let at = run;
  for (let i = needle.run; i < letters.length; i++) {
    const size = variantAt(text, letters[i]!, at);
    if (size < 0) return -1;
    at += size;
  }
  if (at > end) return -1;
  at = run;
  for (let i = needle.run - 1; i >= 0; i--) {
    const size = variantBefore(text, letters[i]!, at);
    if (size < 0) return -1;
    at -= size;
  }
  return at < from ? -1 : at;
}

/** The size of the letter's variant that starts here; -1 where none does. */
function variantAt(text: Uint8Array, variants: readonly Uint8Array[], at: number): number {
  for (const variant of variants) if (equals(text, variant, at)) return variant.length;
  return -1;
}

/** The size of the letter's variant that ends before this byte; -1 where none does. */
function variantBefore(text: Uint8Array, variants: readonly Uint8Array[], at: number): number {
  for (const variant of variants) {
    if (at >= variant.length && equals(text, variant, at - variant.length)) return variant.length;
  }
  return -1;
}

function equals(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (text[at + i] !== bytes[i]) return false;
  return true;
}

/** The run of letters of one size each whose two rarest places are the rarest. */
function bestRun(letters: Needle["letters"]): { run: number; places: Place[] } {
  let best: { run: number; places: Place[]; weight: number } | null = null;
  for (let i = 0; i < letters.length;) {
    const places: Place[] = [];
    const run = i;
    let runSize = 0;
    for (; i < letters.length && oneSize(letters[i]!); i++) {
      const size = letters[i]![0]!.length;
      for (let k = 0; k < size; k++) places.push(placeOf(letters[i]!, k, runSize + k));
      runSize += size;
    }
    // Of the letter behind the run, the first byte stands at a known place too.
    if (i > run && i < letters.length) places.push(placeOf(letters[i]!, 0, runSize));
    if (i === run) i++;
    const weight = pairWeight(places);
    if (places.length > 0 && (!best || weight < best.weight)) best = { run, places, weight };
  }
  // Every letter has variants of several sizes: scan for the first letter's first bytes.
  return best ?? { run: 0, places: [placeOf(letters[0]!, 0, 0)] };
}

function oneSize(variants: readonly Uint8Array[]): boolean {
  return variants.every((variant) => variant.length === variants[0]!.length);
}

function placeOf(variants: readonly Uint8Array[], byte: number, at: number): Place {
  const bytes = [...new Set(variants.map((variant) => variant[byte]!))];
  return { at, bytes, weight: bytes.reduce((sum, value) => sum + frequency(value), 0) };
}

function pairWeight(places: readonly Place[]): number {
  const [a, b] = places.map((place) => place.weight).sort((x, y) => x - y);
  return (a ?? 1000) * (b ?? 1000);
}

/** Bytes of log text and JSON, most frequent first. */
const FREQUENT = ' e"ta0noir1sl2dc,:mup3_h4.5g6f789b-ywv/kx{}[]=jqzTESRAICDNLOPFMUBHG';

/** How frequent a byte is in logs, roughly, from 1 to 100. */
function frequency(byte: number): number {
  if (byte >= 0x80) return 2;
  const rank = FREQUENT.indexOf(String.fromCharCode(byte));
  return rank < 0 ? 1 : Math.round(100 / (1 + rank * 0.25));
}

function byteSet(bytes: readonly number[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of bytes) set[byte] = 1;
  return set;
}
