/**
 * How well a name answers what was typed.
 *
 * @module
 */

/** Longest text whose letters may be apart, in UTF-16 units: in a long one, any letters occur. */
export const fuzzyLengthMax = 80;

/**
 * A score from above 0 to 100; 0 where the text does not answer. Every word typed has to occur: at
 * the start, better than at the start of a word, than inside of one, than as letters in order; and a
 * whole word better than a part.
 *
 * @param text In lower case.
 * @param query In lower case, not empty.
 */
export function matchScore(text: string, query: string): number {
  if (text === query) return 100;
  let sum = 0;
  const words = query.split(/\s+/);
  for (const word of words) {
    const score = wordScore(text, word);
    if (score === 0) return 0;
    sum += score;
  }
  // Of two equal ones, the shorter has less beside what was typed.
  return sum / words.length - Math.min(text.length, 900) / 100;
}

function wordScore(text: string, word: string): number {
  const first = text.indexOf(word);
  let best = first > 0 ? 50 : 0;
  for (let at = first, tries = 0; at >= 0 && tries < 20; at = text.indexOf(word, at + 1), tries++) {
    if (!isWordStart(text, at)) continue;
    const isWhole = /^(?:\s|$)/.test(text.slice(at + word.length, at + word.length + 1));
    best = Math.max(best, (at === 0 ? 80 : 60) + (isWhole ? 10 : 0));
  }
  return best || lettersScore(text, word);
}

/** Letters in their order, the first one at the start of a word, with few others in between. */
function lettersScore(text: string, word: string): number {
  if (word.length < 2 || text.length > fuzzyLengthMax) return 0;
  let best = 0;
  for (let start = text.indexOf(word[0]!); start >= 0; start = text.indexOf(word[0]!, start + 1)) {
    if (!isWordStart(text, start)) continue;
    let at = start;
    for (let i = 1; i < word.length && at >= 0; i++) at = text.indexOf(word[i]!, at + 1);
    if (at < 0) break;
    best = Math.max(best, word.length / (at - start + 1));
  }
  return best > 0.25 ? 10 + 30 * best : 0;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);
}
