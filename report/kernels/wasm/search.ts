/**
 * Search of a block's rows with SIMD: the same as `searchBlock` of `../search.ts`, which says what
 * counts as a match.
 *
 * Two places of the needle are compared in 16 rows' bytes at once. At a place stand a few bytes; a
 * byte passes if it equals one of two values once the bits in which those values' bytes differ are
 * set. That may let more through than it should, never less: what passes is compared in full.
 *
 * @module
 */

/** Bytes of a needle before its letters. */
const headBytes: usize = 32;

/** Bytes of a letter, as a power of two: a count, then value, mask and size of each variant. */
const letterShift: usize = 6;

/** The byte between a row's fields; UTF-8 never has it. */
const separator: u8 = 0xff;

/** `{}`, as two bytes of a little-endian number. */
const emptyContext: u16 = 0x7d7b;

/**
 * Finds the rows in whose message or context a needle occurs.
 *
 * @param text The block's first byte.
 * @param starts First byte of each row, from the block's; and the text's end.
 * @param rows How many rows there are; at least one.
 * @param needle The needle: letters, run, first place, step (u32); four masks, four values (u8), two
 * of them for each place; then the letters.
 * @param out Where the positions of the rows are put, in order.
 * @returns How many rows were found.
 */
export function searchBlock(
  text: usize,
  starts: usize,
  rows: u32,
  needle: usize,
  out: usize,
): u32 {
  const step: usize = load<u32>(needle, 12);
  const end: usize = load<u32>(starts + (<usize> rows << 2));
  if (end <= step) return 0;
  const stop = end - step;
  const firstAt: usize = load<u32>(needle, 8);
  const mask0 = v128.load8_splat(needle, 16);
  const mask1 = v128.load8_splat(needle, 17);
  const mask2 = v128.load8_splat(needle, 18);
  const mask3 = v128.load8_splat(needle, 19);
  const value0 = v128.load8_splat(needle, 20);
  const value1 = v128.load8_splat(needle, 21);
  const value2 = v128.load8_splat(needle, 22);
  const value3 = v128.load8_splat(needle, 23);
  // Where each place has one value, as with ASCII, the other comparison is the same once more.
  const single = load<u16>(needle, 16) == load<u16>(needle, 18) &&
    load<u16>(needle, 20) == load<u16>(needle, 22);
  const second = text + step;
  let found = out;
  let row: usize = starts;
  let rowStart: usize = 0;
  let rowEnd: usize = 0;
  let shownEnd: usize = 0;
  for (let at: usize = 0; at < stop;) {
    const a0 = v128.load(text + at);
    const a1 = v128.load(text + at, 16);
    const b0 = v128.load(second + at);
    const b1 = v128.load(second + at, 16);
    let low = v128.and(
      i8x16.eq(v128.or(a0, mask0), value0),
      i8x16.eq(v128.or(b0, mask1), value1),
    );
    let high = v128.and(
      i8x16.eq(v128.or(a1, mask0), value0),
      i8x16.eq(v128.or(b1, mask1), value1),
    );
    if (!single) {
      low = v128.and(
        v128.or(i8x16.eq(v128.or(a0, mask0), value0), i8x16.eq(v128.or(a0, mask2), value2)),
        v128.or(i8x16.eq(v128.or(b0, mask1), value1), i8x16.eq(v128.or(b0, mask3), value3)),
      );
      high = v128.and(
        v128.or(i8x16.eq(v128.or(a1, mask0), value0), i8x16.eq(v128.or(a1, mask2), value2)),
        v128.or(i8x16.eq(v128.or(b1, mask1), value1), i8x16.eq(v128.or(b1, mask3), value3)),
      );
    }
    if (!v128.any_true(v128.or(low, high))) {
      at += 32;
      continue;
    }
    let bits: u32 = <u32> i8x16.bitmask(low) | <u32> i8x16.bitmask(high) << 16;
    let next = at + 32;
    while (bits != 0) {
      const place = at + <usize> ctz(bits);
      bits &= bits - 1;
      if (place >= stop) break;
      if (place >= rowEnd) {
        while (<usize> load<u32>(row, 4) <= place) row += 4;
        rowStart = load<u32>(row);
        rowEnd = load<u32>(row, 4);
        shownEnd = findShownEnd(text + rowStart, text + rowEnd) - text;
        row += 4;
      }
      if (place < shownEnd) {
        const from = text + rowStart;
        if (
          place < rowStart + firstAt ||
          !matches(needle, text + place - firstAt, from, text + shownEnd)
        ) continue;
        store<u32>(found, <u32> ((row - starts) >> 2) - 1);
        found += 4;
      }
      // The rest of the row changes nothing.
      if (rowEnd >= next) {
        next = rowEnd;
        break;
      }
      bits &= <u32> -1 << <u32> (rowEnd - at);
    }
    at = next;
  }
  return <u32> ((found - out) >> 2);
}

/** Where a row's message and context end; where its message does if the context has no keys. */
function findShownEnd(start: usize, end: usize): usize {
  const message = findFieldEnd(start, end);
  if (message >= end) return end;
  const context = findFieldEnd(message + 1, end);
  const isEmpty = context == message + 3 && load<u16>(message, 1) == emptyContext;
  return isEmpty ? message : context;
}

function findFieldEnd(start: usize, end: usize): usize {
  const wanted = i8x16.splat(separator);
  for (let at = start; at < end; at += 16) {
    const equal = i8x16.eq(v128.load(at), wanted);
    if (v128.any_true(equal)) return min(at + <usize> ctz(<u32> i8x16.bitmask(equal)), end);
  }
  return end;
}

/** Compares the whole needle, whose scanned run would start at a byte, with what stands there. */
function matches(needle: usize, run: usize, from: usize, end: usize): bool {
  const letters = needle + headBytes;
  const last = letters + (<usize> load<u32>(needle) << letterShift);
  const first = letters + (<usize> load<u32>(needle, 4) << letterShift);
  let at = run;
  for (let letter = first; letter < last; letter += 1 << letterShift) {
    const size = sizeAt(letter, at);
    at += size;
    if (size == 0 || at > end) return false;
  }
  at = run;
  for (let letter = first; letter > letters;) {
    letter -= 1 << letterShift;
    const size = sizeBefore(letter, at, from);
    if (size == 0) return false;
    at -= size;
  }
  return true;
}

/** The size of the letter's variant that starts at a byte; 0 where none does. */
function sizeAt(letter: usize, at: usize): usize {
  const bytes = load<u32>(at);
  const end = letter + <usize> load<u32>(letter);
  for (; letter < end; letter += 12) {
    if ((bytes & load<u32>(letter, 8)) == load<u32>(letter, 4)) return load<u32>(letter, 12);
  }
  return 0;
}

/** The size of the letter's variant that ends before a byte and starts at `from` or later. */
function sizeBefore(letter: usize, at: usize, from: usize): usize {
  const end = letter + <usize> load<u32>(letter);
  for (; letter < end; letter += 12) {
    const size: usize = load<u32>(letter, 12);
    if (at < from + size) continue;
    if ((load<u32>(at - size) & load<u32>(letter, 8)) == load<u32>(letter, 4)) return size;
  }
  return 0;
}
