/**
 * What changed inside a text, word by word.
 *
 * @module
 */

/** A piece of a text before or after: as it was, or changed. */
export interface TextPiece {
  changed: boolean;
  text: string;
}

/** Both sides of a change; their unchanged pieces are equal. */
export interface TextDiff {
  old: TextPiece[];
  new: TextPiece[];
}

/**
 * Most pairs of words that are compared. Beyond, whatever lies between the equal start and the equal
 * end counts as changed.
 */
export const wordPairsMax = 250_000;

/** Compares two texts by words, runs of spaces and single marks. */
export function diffText(before: string, after: string): TextDiff {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const diff: TextDiff = { old: [], new: [] };
  const same = (words: string[]) => {
    add(diff.old, false, words);
    add(diff.new, false, words);
  };
  same(a.slice(0, start));
  middle(a.slice(start, endA), b.slice(start, endB), diff, same);
  same(a.slice(endA));
  return diff;
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function add(side: TextPiece[], changed: boolean, words: readonly string[]): void {
  if (words.length === 0) return;
  const text = words.join("");
  const last = side.at(-1);
  if (last?.changed === changed) last.text += text;
  else side.push({ changed, text });
}

/** By the longest common subsequence of words, where there are not too many. */
function middle(a: string[], b: string[], diff: TextDiff, same: (words: string[]) => void): void {
  if (a.length * b.length > wordPairsMax) {
    add(diff.old, true, a);
    add(diff.new, true, b);
    return;
  }
  // lengths[i][j]: the longest subsequence of a from i and b from j.
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      same([a[i]!]);
      i += 1;
      j += 1;
    } else if (
      j >= b.length ||
      (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    ) {
      add(diff.old, true, [a[i]!]);
      i += 1;
    } else {
      add(diff.new, true, [b[j]!]);
      j += 1;
    }
  }
}
