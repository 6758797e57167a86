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

/** The table's size: three characters of five bits. */
const tableSize = 1 << 15;

/** How much of an anchor is compared on either side of its triple, in characters. */
const comparedSide = 16;

/** How many places in an anchor are looked at for a rare triple. */
const placesMax = 24;

/** Rules share 31 bits of the mask, so that it stays a small integer. */
const bitsMax = 31;

/**
 * An anchor's end: so many ASCII letters or digits must follow, each told by this character.
 *
 * For a short prefix that ordinary words hold, too: `re_` is in `store_id`.
 */
const anyWordCharacter = "\0";

/** An anchor of a few letters that is followed by at least `count` ASCII letters or digits. */
export function anchorBefore(text: string, count: number): string {
  return text + anyWordCharacter.repeat(count);
}

/** Letters of English text and code, most frequent first. Others are rarer than all of these. */
const FREQUENT = "etaoinsrlcdpumfhgbyv_wkx-";

/** From this length on, the system's encoder and a look at bytes are faster than at characters. */
const longText = 128;

const encoder = new TextEncoder();

/** Finds which rules a text needs. */
export interface Prefilter {
  /** The bits of all rules that could match the text; 0 where none can. */
  scan(text: string): number;
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
  const anchors: Anchor[] = [{ codes: [], after: 0, bit: 0, next: 0 }];
  const bit = (rule: number): number => 1 << (rule % bitsMax);
  anchorsOfRules.forEach((texts, rule) => {
    for (const text of texts) {
      const at = rarestTriple(text);
      const slot = (text.charCodeAt(at) & 31) << 10 | (text.charCodeAt(at + 1) & 31) << 5 |
        (text.charCodeAt(at + 2) & 31);
      const start = Math.max(0, at - comparedSide);
      const codes = text.slice(start, at + 3 + comparedSide).split("").map((unit) =>
        unit === anyWordCharacter ? wildcard : folded(unit.charCodeAt(0))
      );
      const anchor = { codes, after: at - start + 2, bit: bit(rule), next: last[slot]! };
      last[slot] = anchors.push(anchor) - 1;
    }
  });
  return {
    bit,
    scan: (text) => scan(text, last, anchors),
    isPlain: (text) => isPlain(text, last, anchors),
    writePlain(text, bytes, at) {
      if (text.length < longText) return writePlain(text, bytes, at, last, anchors);
      const { written } = encoder.encodeInto(text, bytes.subarray(at));
      if (written !== text.length) return writePlain(text, bytes, at, last, anchors);
      return isPlainAscii(text, bytes, at, last, anchors) ? at + written : -1;
    },
  };
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
interface Anchor {
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

/** Stands for any ASCII letter or digit in an anchor's codes. */
const wildcard = -1;

function isSame(code: number, wanted: number): boolean {
  if (wanted !== wildcard) return folded(code) === wanted;
  return code >= 48 && code <= 57 || (code | 32) >= 97 && (code | 32) <= 122;
}

/** A character's code without its case: exact for ASCII letters, and never different for others. */
function folded(code: number): number {
  return code < 128 ? code | 32 : code & 31 | 128;
}

/** Whether JSON writes a UTF-16 unit otherwise than it is; half a surrogate pair may be one. */
export function isEscaped(code: number): boolean {
  return code < 32 || code === 34 || code === 92 || (code & 0xf800) === 0xd800;
}

/** Where the three neighbouring characters begin that ordinary text is least likely to hold. */
function rarestTriple(anchor: string): number {
  const end = anchor.indexOf(anyWordCharacter);
  if ((end < 0 ? anchor.length : end) < 3) {
    throw new RangeError(`Cannot filter by "${anchor}": expected at least three characters`);
  }
  let best = 0;
  let bestRarity = -1;
  for (let at = 0; at < placesMax && at + 3 <= anchor.length; at++) {
    if (anchor.slice(at, at + 3).includes(anyWordCharacter)) break;
    const rarity = [...anchor.slice(at, at + 3).toLowerCase()].reduce((sum, character) => {
      const rank = FREQUENT.indexOf(character);
      return sum + (rank < 0 ? FREQUENT.length : rank);
    }, 0);
    if (rarity > bestRarity) [best, bestRarity] = [at, rarity];
  }
  return best;
}
