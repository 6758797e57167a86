/**
 * Which ids come near to what somebody typed.
 *
 * @module
 */

/** How many ids are suggested. */
export const nearestMax = 3;

/** Longest text that is compared, in characters; of a longer one the start. */
const comparedLengthMax = 80;

/**
 * The ids nearest to what was typed, nearest first: by edits to the whole id, to its words without
 * date and number, or to a start of it as long as what was typed.
 */
export function nearestIds(wanted: string, ids: readonly string[]): string[] {
  const typed = wanted.toLowerCase().slice(0, comparedLengthMax);
  return ids.map((id) => ({ id, distance: distanceTo(typed, id.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, nearestMax)
    .map(({ id }) => id);
}

function distanceTo(typed: string, id: string): number {
  const words = id.replace(/-\d{8}t\d{6}z-[0-9a-f]{4}$/, "");
  const forms = new Set([id, words, id.slice(0, typed.length)]);
  if (typed !== "" && id.includes(typed)) return 0;
  return Math.min(...[...forms].map((form) => editDistance(typed, form)));
}

/** Insertions, removals and replacements that make one text the other. */
export function editDistance(a: string, b: string): number {
  const short = b.slice(0, comparedLengthMax);
  let row = Array.from({ length: short.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= short.length; j++) {
      const same = a[i - 1] === short[j - 1] ? 0 : 1;
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[short.length]! + (b.length - short.length);
}
