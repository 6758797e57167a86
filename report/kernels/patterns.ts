/**
 * Messages that differ only in their numbers and ids: which pattern each message has.
 *
 * A pattern is the first line of the message, without terminal sequences, with every word that
 * holds a digit (counts, hex, UUIDs, `task-12`) as a placeholder. Its text is all that tells it
 * from another, so a link that names it means the same in every report.
 *
 * @module
 */

import { sequenceSize } from "./ansi.ts";

/** Stands in a pattern for a word that holds a digit. */
export const patternGap = "<*>";

/** The pattern of messages without any text. */
export const patternOfNothing = "(no message)";

/** Stands for every pattern that is not told apart. */
export const otherPatterns = "(other patterns)";

/** Distinct patterns that are told apart: the more frequent ones, where there are more. */
export const patternsMax = 10_000;

/** Bytes of a message that are looked at: what comes later seldom tells patterns apart. */
export const patternBytesMax = 160;

const separators = 0;
const letters = 1;
const digits = 2;

/** What a byte is within words: `-`, `.` and `_` join, and all beyond ASCII are letters. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return digits;
  const isWord = byte >= 0x80 || /[A-Za-z._-]/.test(String.fromCharCode(byte));
  return isWord ? letters : separators;
});

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const gap = encoder.encode(patternGap);
const more = encoder.encode("…");
const nothing = encoder.encode(patternOfNothing);

/** Separates a row's fields. */
const separator = 0xff;
const ESC = 0x1b;

/** Slots of the table: a power of two, well above the number of patterns. */
const slotsSize = 1 << 15;

/** The patterns that were kept. */
export interface KeptPatterns {
  /** Each pattern's text, by number; number 0 is every pattern that was dropped. */
  texts: string[];
  /** The number behind each id that the table gave out. */
  numbers: Uint16Array;
}

/**
 * Gives patterns ids by their first appearance. When it is full it drops the rarest, so that one
 * which appears late, and often, still finds room; one that comes back gets another id.
 */
export class PatternTable {
  readonly #slots = new Int32Array(slotsSize);
  /** The bytes of each pattern by id; null once it is dropped. There is no id 0. */
  readonly #bytes: (Uint8Array | null)[] = [null];
  readonly #counts: number[] = [0];
  /** The pattern at hand. A word of one byte becomes a gap of three. */
  readonly #scratch = new Uint8Array(3 * patternBytesMax + nothing.length);
  #live = 0;
  #last = 0;

  /**
   * The id of a message's pattern.
   *
   * @param start The message's first byte.
   * @param end Where it ends at the latest; it also ends at the byte 0xFF.
   */
  add(text: Uint8Array, start: number, end: number): number {
    const size = writePattern(text, start, end, this.#scratch);
    // Like messages lie side by side.
    if (!this.#is(this.#last, size)) {
      const slot = this.#slot(size);
      this.#last = this.#slots[slot] || this.#insert(slot, size);
    }
    this.#counts[this.#last]!++;
    return this.#last;
  }

  /** The id of a message's pattern, if the table has it; else 0. */
  find(text: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slot(writePattern(text, start, end, this.#scratch))]!;
  }

  /** What was kept: all patterns, if there were no more than {@linkcode patternsMax}. */
  kept(): KeptPatterns {
    const texts = [otherPatterns];
    const numbers = new Uint16Array(this.#bytes.length);
    this.#bytes.forEach((bytes, id) => {
      if (bytes) numbers[id] = texts.push(decoder.decode(bytes)) - 1;
    });
    return { texts, numbers };
  }

  #insert(slot: number, size: number): number {
    let free = slot;
    if (this.#live === patternsMax) {
      this.#dropRarest();
      free = this.#slot(size);
    }
    this.#live++;
    this.#counts.push(0);
    return this.#slots[free] = this.#bytes.push(this.#scratch.slice(0, size)) - 1;
  }

  #dropRarest(): void {
    for (let most = 1; this.#live > patternsMax / 2; most *= 2) {
      this.#bytes.forEach((bytes, id) => {
        if (bytes === null || this.#counts[id]! > most) return;
        this.#bytes[id] = null;
        this.#live--;
      });
    }
    this.#slots.fill(0);
    this.#bytes.forEach((bytes, id) => {
      if (bytes) this.#slots[this.#slot(bytes.length, bytes)] = id;
    });
  }

  /** The pattern's slot, or the free one that it would have. */
  #slot(size: number, bytes: Uint8Array = this.#scratch): number {
    let slot = hash(bytes, size) & (slotsSize - 1);
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & (slotsSize - 1)) {
      if (bytes === this.#scratch && this.#is(this.#slots[slot]!, size)) break;
    }
    return slot;
  }

  #is(id: number, size: number): boolean {
    const bytes = this.#bytes[id];
    if (!bytes || bytes.length !== size) return false;
    for (let i = 0; i < size; i++) if (bytes[i] !== this.#scratch[i]) return false;
    return true;
  }
}

/** Writes a message's pattern and returns its size. */
function writePattern(text: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let from = start;
  while (from < end && text[from]! <= 0x20 && text[from] !== ESC) from++;
  const stop = Math.min(end, from + patternBytesMax);
  let at = 0;
  let word = 0;
  let hasDigit = false;
  let i = from;
  for (; i < stop; i++) {
    const byte = text[i]!;
    if (byte === separator || byte === 0x0a || byte === 0x0d) break;
    const kind = kinds[byte]!;
    if (kind !== separators) {
      into[at++] = byte;
      if (kind === digits) hasDigit = true;
      continue;
    }
    if (byte === ESC) {
      const size = sequenceSize(text, i, end);
      if (size > 0) {
        i += size - 1;
        continue;
      }
    }
    if (hasDigit) at = put(gap, into, word);
    hasDigit = false;
    into[at++] = byte;
    word = at;
  }
  const isCut = i >= stop && i < end && text[i] !== separator;
  // Half a word could look like another one.
  if (isCut && word > 0) return put(more, into, word);
  if (hasDigit) at = put(gap, into, word);
  if (isCut) return put(more, into, hasDigit ? at : wholeLetters(into, at));
  while (at > 0 && into[at - 1] === 0x20) at--;
  return at === 0 ? put(nothing, into, 0) : at;
}

function put(bytes: Uint8Array, into: Uint8Array, at: number): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/** The size without the letter at the end, of which some bytes may be missing. */
function wholeLetters(bytes: Uint8Array, size: number): number {
  let at = size;
  while (at > 0 && (bytes[at - 1]! & 0xc0) === 0x80) at--;
  return at > 0 && bytes[at - 1]! >= 0x80 ? at - 1 : size;
}

function hash(bytes: Uint8Array, size: number): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < size; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value ^ value >>> 15;
}
