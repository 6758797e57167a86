/**
 * Search of a log's lines with SIMD, in AssemblyScript: `../search_kernel.ts` starts it and says what
 * lies where.
 *
 * Two bytes of the needle, the rarest, are compared at 32 places at once; where both fit, all of it
 * is. A byte fits where it equals the needle's once the bits are set that a letter's cases differ in.
 *
 * @module
 */

/** Most bytes of a needle. Its values stand behind its head, its masks behind its values. */
const needleMax: usize = 1024;
const headBytes: usize = 16;

/**
 * Finds the lines that hold a needle in their message or their context.
 *
 * @param text The block's first byte.
 * @param bounds Four of each line, from the block's first byte (u32): where its message begins and
 * ends, and its context. Behind them one more, beyond all memory: 0x7fffffff.
 * @param lines How many lines there are; at least one.
 * @param needle Its length, its first compared place, the second's distance from that, and the fields
 * that are looked at, 1 for the message and 2 for the context (u32); then values and masks.
 * @param out Where the found lines are put, in order: twice the line's position, and 1 where it was
 * found in a message with a backslash, which may be part of an escape.
 * @returns How many lines were found.
 */
export function searchLines(
  text: usize,
  bounds: usize,
  lines: u32,
  needle: usize,
  out: usize,
): u32 {
  const length: usize = load<u32>(needle);
  const first: usize = load<u32>(needle, 4);
  const step: usize = load<u32>(needle, 8);
  const fields = load<u32>(needle, 12);
  const values = needle + headBytes;
  const masks = values + needleMax;
  const value0 = v128.splat<u8>(load<u8>(values + first));
  const mask0 = v128.splat<u8>(load<u8>(masks + first));
  const value1 = v128.splat<u8>(load<u8>(values + first + step));
  const mask1 = v128.splat<u8>(load<u8>(masks + first + step));
  const end: usize = load<u32>(bounds + ((<usize> lines << 4) - 4));
  const second = text + step;
  let found = out;
  /** The field in which a place stands, or that stands before it. */
  let field: usize = 0;
  let at: usize = <usize> load<u32>(bounds) + first;
  while (at + step < end) {
    const low = v128.and(
      i8x16.eq(v128.or(v128.load(text + at), mask0), value0),
      i8x16.eq(v128.or(v128.load(second + at), mask1), value1),
    );
    const high = v128.and(
      i8x16.eq(v128.or(v128.load(text + at, 16), mask0), value0),
      i8x16.eq(v128.or(v128.load(second + at, 16), mask1), value1),
    );
    if (!v128.any_true(v128.or(low, high))) {
      at += 32;
      continue;
    }
    let bits: u32 = <u32> i8x16.bitmask(low) | <u32> i8x16.bitmask(high) << 16;
    let next = at + 32;
    while (bits != 0) {
      const place = at + <usize> ctz(bits);
      bits &= bits - 1;
      while (<usize> load<u32>(bounds + (field << 2), 4) <= place) field++;
      let skipped = field + 1;
      if ((field & 1) == 0 && (fields & (field & 2 ? 2 : 1)) != 0) {
        const start: usize = load<u32>(bounds + (field << 2));
        const stop: usize = load<u32>(bounds + (field << 2), 4);
        if (place - first + length <= stop) {
          if (place < start + first) continue;
          if (!fits(text + place - first, values, masks, length)) continue;
          const isEscaped = (field & 2) == 0 && hasBackslash(text + start, text + stop);
          store<u32>(found, <u32> ((field >> 2) << 1) | <u32> isEscaped);
          found += 4;
          skipped = (field | 3) + 1;
        }
      }
      // What comes up to there changes nothing.
      const further = <usize> load<u32>(bounds + (skipped << 2)) + first;
      if (further >= next) {
        next = further;
        break;
      }
      if (further > at) bits &= <u32> -1 << <u32> (further - at);
    }
    at = next;
  }
  return <u32> ((found - out) >> 2);
}

function fits(at: usize, values: usize, masks: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if ((load<u8>(at + i) | load<u8>(masks + i)) != load<u8>(values + i)) return false;
  }
  return true;
}

function hasBackslash(start: usize, end: usize): bool {
  const wanted = v128.splat<u8>(0x5c);
  for (let at = start; at < end; at += 16) {
    const equal = i8x16.eq(v128.load(at), wanted);
    if (v128.any_true(equal)) return at + <usize> ctz(<u32> i8x16.bitmask(equal)) < end;
  }
  return false;
}

/** The first byte that this module has no use for itself. */
export function freeFrom(): usize {
  return __heap_base;
}
