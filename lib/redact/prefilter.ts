/**
 * The quick look that most texts get and no more: which rules could match at all.
 *
 * Every rule names anchors, and every match of the rule holds one of them. Of each anchor, three
 * neighbouring characters are entered into a table by their low five bits, which are the same for
 * upper and lower case. A text without any of these triples can therefore match no rule; a text
 * with one may still match none. The answer errs to one side only.
 *
 * @module
 */

/** The table's size: three characters of five bits. */
const tableSize = 1 << 15;

/** Rules share 31 bits of the mask, so that it stays a small integer. */
const bitsMax = 31;

/** Letters of English text and code, most frequent first. Others are rarer than all of these. */
const FREQUENT = "etaoinsrlcdpumfhgbyv_wkx-";

/** Finds which rules a text needs. */
export interface Prefilter {
  /** The bits of all rules that could match the text; 0 where none can. */
  scan(text: string): number;
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
  const table = new Int32Array(tableSize);
  const bit = (rule: number): number => 1 << (rule % bitsMax);
  anchorsOfRules.forEach((anchors, rule) => {
    for (const anchor of anchors) {
      const at = rarestTriple(anchor);
      const slot = (anchor.charCodeAt(at) & 31) << 10 | (anchor.charCodeAt(at + 1) & 31) << 5 |
        (anchor.charCodeAt(at + 2) & 31);
      table[slot] = table[slot]! | bit(rule);
    }
  });
  return {
    bit,
    scan(text) {
      let triple = 0;
      let mask = 0;
      for (let index = 0; index < text.length; index++) {
        triple = (triple << 5 | (text.charCodeAt(index) & 31)) & (tableSize - 1);
        mask |= table[triple]!;
      }
      return mask;
    },
  };
}

/** Where the three neighbouring characters begin that ordinary text is least likely to hold. */
function rarestTriple(anchor: string): number {
  if (anchor.length < 3) {
    throw new RangeError(`Cannot filter by "${anchor}": expected at least three characters`);
  }
  let best = 0;
  let bestRarity = -1;
  for (let at = 0; at + 3 <= anchor.length; at++) {
    const rarity = [...anchor.slice(at, at + 3).toLowerCase()].reduce((sum, character) => {
      const rank = FREQUENT.indexOf(character);
      return sum + (rank < 0 ? FREQUENT.length : rank);
    }, 0);
    if (rarity > bestRarity) [best, bestRarity] = [at, rarity];
  }
  return best;
}
