/**
 * The quick look that most texts get and no more: which rules could match at all.
 *
 * Every rule names anchors, and every match of the rule holds one of them. Of each anchor, three
 * neighbouring characters are entered into a table by their low five bits, which are the same for
 * upper and lower case. Where a text holds such a triple, the whole anchor is compared. A text
 * without any anchor can match no rule; a text with one may still match none. The answer errs to
 * one side only.
 *
 * @module
 */

import { anchorCodes, anchorText, folded } from "./anchor.ts";

/** The table's size: three characters of five bits. */
const tableSize = 1 << 15;

/** How much of an anchor is compared on either side of its triple, in characters. */
const comparedSide = 16;

/** How many places in an anchor are looked at for a rare triple. */
const placesMax = 24;

/** Rules share 31 bits of the mask, so that it stays a small integer. */
const bitsMax = 31;

/**
 * So many rules, those with the most anchors, share their bit with none: they are found most often,
 * and what shares their bit would run each time in vain.
 */
const ownBits = 6;

/** Letters of English text and code, most frequent first. Others are rarer than all of these. */
const FREQUENT = "etaoinsrlcdpumfhgbyv_wkx-";

/** How rare each ASCII character is, in either case. */
const RARITY = Uint8Array.from({ length: 128 }, (_, code) => {
  const rank = FREQUENT.indexOf(String.fromCharCode(code).toLowerCase());
  return rank < 0 ? FREQUENT.length : rank;
});

/** From this length on, the system's encoder and a look at bytes are faster than at characters. */
const longText = 128;

const encoder = new TextEncoder();

/** Finds which rules a text needs. */
export interface Prefilter {
  /** The bits of all rules that could match the text; 0 where none can. */
  scan(text: string): number;
  /**
   * Whether one of the anchors stands in bytes, which are UTF-8: then they must all be ASCII, as
   * `jsonAnchor` makes them.
   */
  isIn(bytes: Uint8Array, start: number, end: number): boolean;
  /** Whether no rule can match the text and JSON takes it between quotes as it is. */
  isPlain(text: string): boolean;
  /**
   * Writes a text as UTF-8 where it is plain, as {@linkcode isPlain} has it.
   *
   * @param bytes With room for three bytes for each of the text's UTF-16 units.
   * @param at Where in `bytes` to begin.
   * @returns Where it ended, or -1 where the text is not plain.
   */
  writePlain(text: string, bytes: Uint8Array, at: number): number;
  /** The bit of the rule with that index. */
  bit(rule: number): number;
  /** What {@linkcode isIn} looks at. */
  readonly tables: PrefilterTables;
}

/**
 * Builds the filter.
 *
 * @param anchorsOfRules The anchors of each rule, by the rule's index.
 * @throws {RangeError} If an anchor has fewer than three characters.
 */
export function createPrefilter(anchorsOfRules: readonly (readonly string[])[]): Prefilter {
  /** The last anchor of each triple, as an index into `anchors`; 0 for none. */
  const last = new Int32Array(tableSize);
  /** By triple, which characters may stand before it in an anchor: a bit for each low five bits. */
  const before = new Int32Array(tableSize);
  const present = new Uint8Array(tableSize);
  const anchors: Anchor[] = [{ codes: [], after: 0, bit: 0, next: 0 }];
  const bits = ruleBits(anchorsOfRules);
  const bit = (rule: number): number => bits[rule]!;
  anchorsOfRules.forEach((texts, rule) => {
    for (const text of texts) {
      const at = rarestTriple(text);
      const slot = (text.charCodeAt(at) & 31) << 10 | (text.charCodeAt(at + 1) & 31) << 5 |
        (text.charCodeAt(at + 2) & 31);
      const start = Math.max(0, at - comparedSide);
      const codes = anchorCodes(text, start, Math.min(text.length, at + 3 + comparedSide));
      before[slot]! |= at > start && codes[at - start - 1]! >= 0
        ? 1 << (codes[at - start - 1]! & 31)
        : -1;
      const anchor = { codes, after: at - start + 2, bit: bit(rule), next: last[slot]! };
      last[slot] = anchors.push(anchor) - 1;
      present[slot] = 1;
    }
  });
  const tables: PrefilterTables = { present, before, last, anchors };
  return {
    bit,
    tables,
    scan: (text) => scan(text, last, anchors),
    isIn: (bytes, start, end) => isIn(bytes, start, end, tables),
    isPlain: (text) => isPlain(text, last, anchors),
    writePlain(text, bytes, at) {
      if (text.length < longText) return writePlain(text, bytes, at, last, anchors);
      const { written } = encoder.encodeInto(text, bytes.subarray(at));
      if (written !== text.length) return writePlain(text, bytes, at, last, anchors);
      return isPlainAscii(text, bytes, at, last, anchors) ? at + written : -1;
    },
  };
}

function ruleBits(anchorsOfRules: readonly (readonly string[])[]): number[] {
  const byAnchors = [...anchorsOfRules.keys()]
    .sort((a, b) => anchorsOfRules[b]!.length - anchorsOfRules[a]!.length);
  const bits: number[] = [];
  byAnchors.forEach((rule, rank) => {
    bits[rule] = 1 << (rank < ownBits ? rank : ownBits + rank % (bitsMax - ownBits));
  });
  return bits;
}

/** @param last The last anchor of each triple, as an index into `anchors`; 0 for none. */
function scan(text: string, last: Int32Array, anchors: readonly Anchor[]): number {
  let triple = 0;
  let mask = 0;
  for (let index = 0; index < text.length; index++) {
    triple = (triple << 5 | (text.charCodeAt(index) & 31)) & (tableSize - 1);
    if (last[triple] !== 0) mask |= anchorsAt(text, index, last[triple]!, anchors);
  }
  return mask;
}

/** Anchors by their triples. */
export interface PrefilterTables {
  /** Which triples an anchor has: a smaller table, which is faster to look at. */
  readonly present: Uint8Array;
  /** By triple, which characters may stand before it in an anchor: a bit for each low five bits. */
  readonly before: Int32Array;
  /** The last anchor of each triple, as an index into `anchors`; 0 for none. */
  readonly last: Int32Array;
  readonly anchors: readonly Anchor[];
}

function isIn(
  bytes: Uint8Array,
  start: number,
  end: number,
  { present, before, last, anchors }: PrefilterTables,
): boolean {
  let window = 0;
  for (let index = start; index < end; index++) {
    window = window << 5 | bytes[index]! & 31;
    const triple = window & tableSize - 1;
    if (
      present[triple] !== 0 && (before[triple]! >>> (window >>> 15) & 1) !== 0 &&
      isAnchorAt(bytes, index, last[triple]!, anchors)
    ) return true;
  }
  return false;
}

/** As {@linkcode anchorsAt}, in bytes. */
function isAnchorAt(
  bytes: Uint8Array,
  index: number,
  first: number,
  anchors: readonly Anchor[],
): boolean {
  for (let at = first; at !== 0; at = anchors[at]!.next) {
    const { codes, after } = anchors[at]!;
    const start = index - after;
    let same = 0;
    while (same < codes.length && isSame(bytes[start + same] ?? NaN, codes[same]!)) same++;
    if (same === codes.length) return true;
  }
  return false;
}

function isPlain(text: string, last: Int32Array, anchors: readonly Anchor[]): boolean {
  let triple = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    triple = (triple << 5 | (code & 31)) & (tableSize - 1);
    if (isEscaped(code)) return false;
    if (last[triple] !== 0 && anchorsAt(text, index, last[triple]!, anchors) !== 0) return false;
  }
  return true;
}

function writePlain(
  text: string,
  bytes: Uint8Array,
  at: number,
  last: Int32Array,
  anchors: readonly Anchor[],
): number {
  let triple = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    triple = (triple << 5 | (code & 31)) & (tableSize - 1);
    if (isEscaped(code)) return -1;
    if (last[triple] !== 0 && anchorsAt(text, index, last[triple]!, anchors) !== 0) return -1;
    if (code < 0x80) bytes[at++] = code;
    else at = writeUtf8(code, bytes, at);
  }
  return at;
}

/** Whether a text that is ASCII, and stands in `bytes` from `at`, is plain. */
function isPlainAscii(
  text: string,
  bytes: Uint8Array,
  at: number,
  last: Int32Array,
  anchors: readonly Anchor[],
): boolean {
  const { length } = text;
  let triple = 0;
  for (let index = 0; index < length; index++) {
    const code = bytes[at + index]!;
    triple = (triple << 5 | (code & 31)) & (tableSize - 1);
    if (isEscaped(code)) return false;
    if (last[triple] !== 0 && anchorsAt(text, index, last[triple]!, anchors) !== 0) return false;
  }
  return true;
}

/** Writes a UTF-16 unit beyond ASCII that is no surrogate, and tells where it ended. */
function writeUtf8(code: number, bytes: Uint8Array, at: number): number {
  if (code < 0x800) {
    bytes[at] = 0xc0 | code >> 6;
  } else {
    bytes[at++] = 0xe0 | code >> 12;
    bytes[at] = 0x80 | code >> 6 & 63;
  }
  bytes[at + 1] = 0x80 | code & 63;
  return at + 2;
}

/** A text that a rule's matches hold. */
export interface Anchor {
  /** Its characters, see {@linkcode folded}. */
  codes: number[];
  /** Where its triple's last character stands in it. */
  after: number;
  bit: number;
  /** The next anchor with this triple; 0 for none. */
  next: number;
}

/** The bits of the anchors around a triple that ends at `index`. */
function anchorsAt(text: string, index: number, first: number, anchors: readonly Anchor[]): number {
  let mask = 0;
  for (let at = first; at !== 0;) {
    const { codes, after, bit, next } = anchors[at]!;
    const start = index - after;
    let same = 0;
    // Beyond either end of the text the code is NaN, which folds to none of an anchor's codes.
    while (same < codes.length && isSame(text.charCodeAt(start + same), codes[same]!)) same++;
    if (same === codes.length) mask |= bit;
    at = next;
  }
  return mask;
}

/** @param wanted A folded code, or the complement of a mark's. */
function isSame(code: number, wanted: number): boolean {
  if (wanted >= 0) return folded(code) === wanted;
  const isWord = code >= 48 && code <= 57 || (code | 32) >= 97 && (code | 32) <= 122;
  if (wanted === ~0) return isWord;
  if (wanted === ~1) return !isWord;
  if (wanted === ~3) return !isWord && code !== 32;
  return isWord || code === 36 || code === 45 || code === 46 || code === 95;
}

/** Whether JSON writes a UTF-16 unit otherwise than it is; half a surrogate pair may be one. */
export function isEscaped(code: number): boolean {
  return code < 32 || code === 34 || code === 92 || (code & 0xf800) === 0xd800;
}

/** Where the three neighbouring characters begin that ordinary text is least likely to hold. */
function rarestTriple(anchor: string): number {
  const text = anchorText(anchor);
  const first = anchor.indexOf(text);
  if (text.length < 3) {
    throw new RangeError(`Cannot filter by "${anchor}": expected at least three characters`);
  }
  let best = 0;
  let bestRarity = -1;
  for (let at = 0; at < placesMax && at + 3 <= text.length; at++) {
    const rarity = rarityOf(text.charCodeAt(at)) + rarityOf(text.charCodeAt(at + 1)) +
      rarityOf(text.charCodeAt(at + 2));
    if (rarity > bestRarity) [best, bestRarity] = [first + at, rarity];
  }
  return best;
}

function rarityOf(code: number): number {
  return code < 128 ? RARITY[code]! : FREQUENT.length;
}
