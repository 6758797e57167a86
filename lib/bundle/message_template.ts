/**
 * Messages that differ only in their numbers and ids belong together.
 *
 * @module
 */

/** Characters of a message that are looked at: what comes later seldom tells templates apart. */
const templateLengthMax = 120;

/**
 * A number for the message's template: the message with every word that holds a digit (counts, hex,
 * UUIDs, `task-12`) taken as the same word. Two templates may get the same number by chance, so it
 * is good for grouping only.
 *
 * @returns A signed 32-bit integer.
 */
export function messageTemplate(message: string): number {
  const length = Math.min(message.length, templateLengthMax);
  let hash = 0;
  let word = 0;
  let hasDigit = false;
  for (let i = 0; i < length; i++) {
    const code = message.charCodeAt(i);
    if (isLetter(code)) {
      word = Math.imul(word, 31) + code | 0;
    } else if (code >= 0x30 && code <= 0x39) {
      hasDigit = true;
    } else if (code !== 0x2d && code !== 0x2e && code !== 0x5f) {
      hash = Math.imul(hash ^ (hasDigit ? 1 : word), 0x01000193) + code | 0;
      word = 0;
      hasDigit = false;
    }
  }
  return Math.imul(hash ^ (hasDigit ? 1 : word), 0x01000193);
}

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a || code > 0x7f;
}
