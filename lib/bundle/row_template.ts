/**
 * Rows that say the same with other values belong together.
 *
 * @module
 */

/** Words of a message that are looked at where nothing else tells rows apart. */
const wordsMax = 3;

/**
 * A number for what a row has in common with others: its message's first word and the first key of
 * its context; where it has none, the message's first three words. Words that hold a digit (counts,
 * hex, UUIDs, `task-12`) are the same word. Two templates may get the same number by chance, so it
 * is good for grouping only.
 *
 * More words would put fewer rows side by side, as what comes later in a message is often free
 * text, and the rows' groups would take more room than is saved.
 *
 * @param text A row's text.
 * @param messageEnd The separator behind its message.
 * @returns A signed 32-bit integer.
 */
export function rowTemplate(text: Uint8Array, start: number, messageEnd: number): number {
  const key = messageEnd + 2;
  const hasKey = text[key - 1] === 0x7b && text[key] === 0x22;
  let hash = hashWords(text, start, messageEnd, hasKey ? 1 : wordsMax);
  if (!hasKey) return hash;
  for (let at = key + 1; text[at] !== 0x22 && text[at] !== undefined; at++) {
    hash = Math.imul(hash, 31) + text[at]! | 0;
  }
  return hash;
}

function hashWords(text: Uint8Array, start: number, end: number, words: number): number {
  let hash = 0;
  let word = 0;
  let hasDigit = false;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (isLetter(byte)) {
      word = Math.imul(word, 31) + byte | 0;
    } else if (byte >= 0x30 && byte <= 0x39) {
      hasDigit = true;
    } else if (byte !== 0x2d && byte !== 0x2e && byte !== 0x5f) {
      hash = Math.imul(hash ^ (hasDigit ? 1 : word), 0x01000193) + byte | 0;
      word = 0;
      hasDigit = false;
      if (--words === 0) return hash;
    }
  }
  return Math.imul(hash ^ (hasDigit ? 1 : word), 0x01000193);
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a || byte > 0x7f;
}
