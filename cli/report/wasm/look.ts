/**
 * The quick look for secrets in bytes: the same as `isIn` of `lib/redact/prefilter.ts`, which says
 * what an anchor is and how they lie in the tables.
 *
 * @module
 */

/** Bytes of an anchor's entry: behind its triple, next anchor, count of codes, their first place. */
const anchorShift: usize = 4;

/** Where the tables lie, one behind the other, from `tables` on. */
const beforeAt: usize = 1 << 15;
const lastAt: usize = beforeAt + (4 << 15);
const anchorsAt: usize = lastAt + (4 << 15);

/**
 * Whether an anchor stands in some bytes. Those around them may be looked at, too.
 *
 * @param tables By triple: whether any anchor has it (u8), what may stand before it, the last anchor
 * with it (u32); then the anchors, then their codes.
 */
export function isIn(start: usize, end: usize, tables: usize): bool {
  let window: u32 = 0;
  let at = start;
  // Four at a time: most have no triple of any anchor.
  for (; at + 4 <= end; at += 4) {
    const first = window << 5 | (load<u8>(at) & 31);
    const second = first << 5 | (load<u8>(at, 1) & 31);
    const third = second << 5 | (load<u8>(at, 2) & 31);
    window = third << 5 | (load<u8>(at, 3) & 31);
    const any = load<u8>(tables + (first & 0x7fff)) | load<u8>(tables + (second & 0x7fff)) |
      load<u8>(tables + (third & 0x7fff)) | load<u8>(tables + (window & 0x7fff));
    if (any == 0) continue;
    if (
      isAnchor(at, first, tables) || isAnchor(at + 1, second, tables) ||
      isAnchor(at + 2, third, tables) || isAnchor(at + 3, window, tables)
    ) return true;
  }
  for (; at < end; at++) {
    window = window << 5 | (load<u8>(at) & 31);
    if (isAnchor(at, window, tables)) return true;
  }
  return false;
}

/** Whether an anchor stands around the byte with which a window ends. */
// @ts-ignore: decorator

function isAnchor(at: usize, window: u32, tables: usize): bool {
  const triple: usize = window & 0x7fff;
  if (load<u8>(tables + triple) == 0) return false;
  const before = load<u32>(tables + (triple << 2), beforeAt);
  if ((before >> (window >> 15 & 31) & 1) == 0) return false;
  return isAnchorAt(at, load<u32>(tables + (triple << 2), lastAt), tables);
}

function isAnchorAt(at: usize, first: u32, tables: usize): bool {
  for (let anchor = first; anchor != 0;) {
    const entry = tables + anchorsAt + (<usize> anchor << anchorShift);
    const start = at - load<u32>(entry);
    const count: usize = load<u32>(entry, 8);
    const codes: usize = load<u32>(entry, 12);
    let same: usize = 0;
    while (same < count && isSame(load<u8>(start + same), load<i32>(codes + (same << 2)))) same++;
    if (same == count) return true;
    anchor = load<u32>(entry, 4);
  }
  return false;
}

/** As in `prefilter.ts`: a folded code, or the complement of a mark's. */
function isSame(byte: u32, wanted: i32): bool {
  if (wanted >= 0) return (byte < 128 ? byte | 32 : byte & 31 | 128) == <u32> wanted;
  const lower = byte | 32;
  const isWord = byte >= 48 && byte <= 57 || lower >= 97 && lower <= 122;
  if (wanted == ~0) return isWord;
  if (wanted == ~1) return !isWord;
  if (wanted == ~3) return !isWord && byte != 32;
  return isWord || byte == 36 || byte == 45 || byte == 46 || byte == 95;
}
