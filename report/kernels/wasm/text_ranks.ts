/**
 * Ranks of texts by their bytes: the same as `rankTexts` of `../text_ranks.ts`.
 *
 * A quicksort in three parts on eight bytes at a time, kept beside each text, so that the text is
 * read again only among those whose bytes so far are the same.
 *
 * @module
 */

/** Bytes of a record, as a power of two: eight bytes of text as a key, its next byte, its number. */
const recordShift: usize = 4;
const recordBytes: usize = 1 << recordShift;

/** What is known of a group of records that waits. Of `read`, the keys. */
const read: u32 = 0;
/** That their texts are the same so far. */
const unread: u32 = 1;
/** That their texts are the same. */
const equal: u32 = 2;

const groupBytes: usize = 12;

const lowBits: u64 = 0x0101010101010101;
const highBits: u64 = 0x8080808080808080;

/**
 * Gives each text its rank, from 0; equal texts have the same.
 *
 * @param records The texts' records, without keys. Their order is lost. Each text ends at a byte 0xFF.
 * @param recordsEnd Where the records end.
 * @param ranks Where the ranks are put, by number of text.
 * @param groups Room for a group a record.
 */
export function rankTexts(
  records: usize,
  recordsEnd: usize,
  ranks: usize,
  groups: usize,
): void {
  let rank: u32 = 0;
  let random: u64 = 1;
  let top = push(groups, records, recordsEnd, unread);
  while (top > groups) {
    top -= groupBytes;
    const first: usize = load<u32>(top);
    const end: usize = load<u32>(top, 4);
    const known = load<u32>(top, 8);
    if (known == equal || end - first == recordBytes) {
      for (let at = first; at < end; at += recordBytes) {
        store<u32>(ranks + (<usize> load<u32>(at, 12) << 2), rank);
      }
      rank++;
      continue;
    }
    if (known == unread) {
      for (let at = first; at < end; at += recordBytes) {
        const text = load<u32>(at, 8);
        store<u64>(at, keyAt(text));
        store<u32>(at, text + 8, 8);
      }
    }
    // By chance, so that no order of texts is slow.
    random = random * 6364136223846793005 + 1442695040888963407;
    const place = <usize> ((random >> 32) * (<u64> (end - first) >> recordShift) >> 32);
    const pivot = load<u64>(first + (place << recordShift));
    let low = first;
    let at = first;
    let high = end;
    while (at < high) {
      const key = load<u64>(at);
      if (key > pivot) {
        high -= recordBytes;
        swap(at, high);
        continue;
      }
      if (key < pivot) {
        swap(at, low);
        low += recordBytes;
      }
      at += recordBytes;
    }
    top = push(top, high, end, read);
    top = push(top, low, high, (pivot & 0xff) == 0 ? equal : unread);
    top = push(top, first, low, read);
  }
}

/** The next eight bytes as a number in whose order they are: each one more, 0 from the end on. */
function keyAt(text: usize): u64 {
  const bytes = load<u64>(text);
  const inverse = ~bytes;
  // Exact for the first one: bytes above it may be taken for ends by mistake.
  const ends = (inverse - lowBits) & ~inverse & highBits;
  const key = bytes + lowBits;
  return bswap<u64>(ends == 0 ? key : key & (((ends & (0 - ends)) >> 7) - 1));
}

function push(top: usize, first: usize, end: usize, known: u32): usize {
  if (first == end) return top;
  store<u32>(top, <u32> first);
  store<u32>(top, <u32> end, 4);
  store<u32>(top, known, 8);
  return top + groupBytes;
}

function swap(a: usize, b: usize): void {
  const record = v128.load(a);
  v128.store(a, v128.load(b));
  v128.store(b, record);
}
