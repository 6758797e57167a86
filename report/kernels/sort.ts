/**
 * Sorting rows by a column of numbers: a radix sort, stable, without a comparator.
 *
 * @module
 */

/** A column that can be sorted by. */
export type NumberColumn = Float64Array | Uint8Array | Uint16Array | Uint32Array;

/**
 * Row numbers in the order of their values, equal ones in the order given. NaN comes last,
 * whatever the direction.
 *
 * @param rows The rows to sort; not changed.
 */
export function sortByColumn(
  rows: Uint32Array,
  column: NumberColumn,
  descending: boolean,
): Uint32Array {
  const numbers = new Uint32Array(rows.length);
  const missing = new Uint32Array(rows.length);
  let count = 0;
  let missingCount = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const value = column[row]!;
    if (value === value) numbers[count++] = row;
    else missing[missingCount++] = row;
  }
  const known = numbers.subarray(0, count);
  const sorted = isAscending(known, column)
    ? (descending ? reversed(known, column) : known)
    : column instanceof Float64Array
    ? sortFloats(known, column, descending)
    : sortPasses(known, [integerKeys(known, column, descending)]);
  if (missingCount === 0) return sorted;
  const all = new Uint32Array(rows.length);
  all.set(sorted);
  all.set(missing.subarray(0, missingCount), count);
  return all;
}

/** A log is mostly in the order of time already. */
function isAscending(rows: Uint32Array, column: NumberColumn): boolean {
  for (let i = 1; i < rows.length; i++) {
    if (column[rows[i]!]! < column[rows[i - 1]!]!) return false;
  }
  return true;
}

/** Ascending rows turned round; equal ones stay in the order given. */
function reversed(rows: Uint32Array, column: NumberColumn): Uint32Array {
  const result = new Uint32Array(rows.length);
  let at = 0;
  for (let end = rows.length; end > 0;) {
    let start = end - 1;
    while (start > 0 && column[rows[start - 1]!] === column[rows[end - 1]!]) start--;
    for (let i = start; i < end; i++) result[at++] = rows[i]!;
    end = start;
  }
  return result;
}

/** Ranks of words, for sorting a column of dictionary numbers as the words would sort. */
export function wordRanks(words: readonly string[]): Uint32Array {
  const order = words.map((_, i) => i);
  order.sort((a, b) => words[a]! < words[b]! ? -1 : words[a]! > words[b]! ? 1 : a - b);
  const ranks = new Uint32Array(words.length);
  order.forEach((word, rank) => ranks[word] = rank);
  return ranks;
}

/** 64 bits of a float as two 32-bit keys whose order is the order of the numbers. */
function sortFloats(rows: Uint32Array, column: Float64Array, descending: boolean): Uint32Array {
  const low = new Uint32Array(rows.length);
  const high = new Uint32Array(rows.length);
  const float = new Float64Array(1);
  const words = new Uint32Array(float.buffer);
  for (let i = 0; i < rows.length; i++) {
    float[0] = column[rows[i]!]! + 0; // −0 and 0 are equal
    const negative = words[1]! >>> 31 === 1;
    const flip = negative !== descending ? 0xffffffff : 0;
    low[i] = words[0]! ^ flip;
    high[i] = words[1]! ^ (negative ? flip : flip ^ 0x80000000);
  }
  return sortPasses(rows, [low, high]);
}

function integerKeys(
  rows: Uint32Array,
  column: Exclude<NumberColumn, Float64Array>,
  descending: boolean,
): Uint32Array {
  const flip = descending ? 0xffffffff : 0;
  const keys = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) keys[i] = column[rows[i]!]! ^ flip;
  return keys;
}

/** Least significant digits first, 16 bits a pass; a digit that all keys share costs no pass. */
function sortPasses(rows: Uint32Array, keys: readonly Uint32Array[]): Uint32Array {
  let order = new Uint32Array(rows.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let spare = new Uint32Array(rows.length);
  for (const key of keys) {
    for (const shift of [0, 16]) {
      const counts = new Uint32Array(0x10000);
      for (let i = 0; i < key.length; i++) counts[key[i]! >>> shift & 0xffff]!++;
      if (counts[key[0]! >>> shift & 0xffff] === key.length) continue;
      let sum = 0;
      for (let digit = 0; digit < counts.length; digit++) {
        const count = counts[digit]!;
        counts[digit] = sum;
        sum += count;
      }
      for (let i = 0; i < order.length; i++) {
        const at = order[i]!;
        spare[counts[key[at]! >>> shift & 0xffff]!++] = at;
      }
      [order, spare] = [spare, order];
    }
  }
  for (let i = 0; i < order.length; i++) spare[i] = rows[order[i]!]!;
  return spare;
}
