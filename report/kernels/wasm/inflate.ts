/**
 * Raw deflate (RFC 1951), undone: the same as `../inflate.ts`, several times as fast. Bits are held
 * 64 at a time, and a code is looked up whole, in one table or two.
 *
 * @module
 */

/** Bits that a first table looks at. */
const literalBits: u32 = 11;
const distanceBits: u32 = 9;
const lengthBits: u32 = 7;

/** Longest code that deflate has, in bits. */
const codeBitsMax: u32 = 15;

/** A second table holds what longer codes have beyond the first, at most for every symbol. */
const literals: usize = memory.data(4 * ((1 << 11) + 288 * (1 << 4)), 16);
const distances: usize = memory.data(4 * ((1 << 9) + 32 * (1 << 6)), 16);
const lengthCodes: usize = memory.data(4 * (1 << 7), 16);

/** Sizes of codes, one byte a symbol: literals and lengths, then distances. */
const sizes: usize = memory.data(288 + 32, 16);

/** By size of code: how many there are, then the next one. */
const counts: usize = memory.data(4 * 16, 16);
const nextCodes: usize = memory.data(4 * 16, 16);

/*
 * An entry: bits of code in the lowest byte, further bits to read in the next four bits, a flag,
 * and from bit 16 on a byte, a least length or distance, or a second table's place. 0 is no code.
 */
const literalFlag: u32 = 1 << 12;
const endFlag: u32 = 1 << 13;
const tableFlag: u32 = 1 << 14;

/** In which order the sizes of the codes for sizes come. */
// deno-fmt-ignore
const sizeOrder: usize = memory.data<u8>([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);

/** What a table is of. */
const ofLiterals: u32 = 0;
const ofDistances: u32 = 1;
const ofSizes: u32 = 2;

/** The compressed bytes that were not held yet, and the bits that are. */
let input: usize = 0;
let inputEnd: usize = 0;
let held: u64 = 0;
let heldBits: u32 = 0;

/** Bytes that one turn of the quick loop may read or write. */
const quickInput: usize = 16;
const quickOutput: usize = 2 + 258 + 16;

/**
 * Inflates.
 *
 * @param from The first compressed byte.
 * @param fromBytes How many there are.
 * @param to Where the outcome goes.
 * @param toBytes Its size. Nothing is written outside of it.
 * @returns Whether the data is whole and has this size.
 */
export function inflate(from: usize, fromBytes: usize, to: usize, toBytes: usize): bool {
  input = from;
  inputEnd = from + fromBytes;
  held = 0;
  heldBits = 0;
  const end = to + toBytes;
  let at = to;
  let last = false;
  while (!last) {
    refill();
    if (heldBits < 3) return false;
    last = take(1) == 1;
    const kind = take(2);
    if (kind == 0) at = copyStored(at, end);
    else if (kind == 3 || !(kind == 1 ? useFixedCodes() : readCodes())) return false;
    else at = inflateBlock(at, to, end);
    if (at == 0) return false;
  }
  return at == end;
}

/** Holds 56 bits or more, or all there are. */
function refill(): void {
  while (heldBits < 56 && input < inputEnd) {
    held |= <u64> load<u8>(input++) << heldBits;
    heldBits += 8;
  }
}

/** Takes bits that are held. */
function take(count: u32): u32 {
  const value = <u32> held & ((1 << count) - 1);
  held >>= count;
  heldBits -= count;
  return value;
}

/** Returns the end of what was written; 0 for damage. */
function copyStored(at: usize, end: usize): usize {
  // Whole bytes may be held already: give them back.
  input -= heldBits >> 3;
  held = 0;
  heldBits = 0;
  if (inputEnd - input < 4) return 0;
  const size: usize = load<u16>(input);
  if ((size ^ <usize> load<u16>(input, 2)) != 0xffff) return 0;
  input += 4;
  if (inputEnd - input < size || end - at < size) return 0;
  memory.copy(at, input, size);
  input += size;
  return at + size;
}

/** Returns the end of what was written; 0 for damage. */
function inflateBlock(start: usize, base: usize, end: usize): usize {
  let at = start;
  let next = input;
  let bits = held;
  let count = heldBits;
  for (;;) {
    let entry: u32;
    if (next + quickInput <= inputEnd && at + quickOutput <= end) {
      bits |= load<u64>(next) << count;
      next += (63 - count) >> 3;
      count |= 56;
      entry = load<u32>(literals + ((<usize> bits & 0x7ff) << 2));
      if (entry & literalFlag) {
        store<u8>(at++, <u8> (entry >> 16));
        bits >>= entry & 0xff;
        count -= entry & 0xff;
        entry = load<u32>(literals + ((<usize> bits & 0x7ff) << 2));
        if (entry & literalFlag) {
          store<u8>(at++, <u8> (entry >> 16));
          bits >>= entry & 0xff;
          count -= entry & 0xff;
          entry = load<u32>(literals + ((<usize> bits & 0x7ff) << 2));
        }
        bits |= load<u64>(next) << count;
        next += (63 - count) >> 3;
        count |= 56;
      }
    } else {
      // Above the bits that count there may be more: they come again.
      bits &= ((<u64> 1) << count) - 1;
      while (count < 56 && next < inputEnd) {
        bits |= <u64> load<u8>(next++) << count;
        count += 8;
      }
      entry = load<u32>(literals + ((<usize> bits & 0x7ff) << 2));
    }
    if (entry & tableFlag) {
      const place = (entry >> 16) + (<u32> (bits >> literalBits) & ((1 << (entry >> 8 & 15)) - 1));
      entry = load<u32>(literals + (<usize> place << 2));
    }
    if (entry == 0 || (entry & 0xff) > count) return 0;
    bits >>= entry & 0xff;
    count -= entry & 0xff;
    if (entry & literalFlag) {
      if (at == end) return 0;
      store<u8>(at++, <u8> (entry >> 16));
      continue;
    }
    if (entry & endFlag) break;
    let extra = entry >> 8 & 15;
    const length: usize = (entry >> 16) + (<u32> bits & ((1 << extra) - 1));
    if (extra > count) return 0;
    bits >>= extra;
    count -= extra;
    entry = load<u32>(distances + ((<usize> bits & 0x1ff) << 2));
    if (entry & tableFlag) {
      const place = (entry >> 16) + (<u32> (bits >> distanceBits) & ((1 << (entry >> 8 & 15)) - 1));
      entry = load<u32>(distances + (<usize> place << 2));
    }
    extra = entry >> 8 & 15;
    if (entry == 0 || (entry & 0xff) + extra > count) return 0;
    bits >>= entry & 0xff;
    const distance: usize = (entry >> 16) + (<u32> bits & ((1 << extra) - 1));
    bits >>= extra;
    count -= (entry & 0xff) + extra;
    if (distance > at - base || length > end - at) return 0;
    const stop = at + length;
    let from = at - distance;
    if (distance >= 16 && stop + 16 <= end) {
      do {
        v128.store(at, v128.load(from));
        at += 16;
        from += 16;
      } while (at < stop);
    } else if (distance >= 8 && stop + 16 <= end) {
      do {
        store<u64>(at, load<u64>(from));
        at += 8;
        from += 8;
      } while (at < stop);
    } else {
      do {
        store<u8>(at++, load<u8>(from++));
      } while (at < stop);
    }
    at = stop;
  }
  input = next;
  held = bits & (((<u64> 1) << count) - 1);
  heldBits = count;
  return at;
}

function useFixedCodes(): bool {
  memory.fill(sizes, 8, 144);
  memory.fill(sizes + 144, 9, 112);
  memory.fill(sizes + 256, 7, 24);
  memory.fill(sizes + 280, 8, 8);
  memory.fill(sizes + 288, 5, 30);
  return makeTable(literals, literalBits, sizes, 288, ofLiterals) &&
    makeTable(distances, distanceBits, sizes + 288, 30, ofDistances);
}

/** Reads a block's own codes. */
function readCodes(): bool {
  refill();
  if (heldBits < 14) return false;
  const literalCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const codeCount = take(4) + 4;
  if (literalCount > 286 || distanceCount > 30) return false;
  memory.fill(sizes, 0, 19);
  for (let i: u32 = 0; i < codeCount; i++) {
    refill();
    if (heldBits < 3) return false;
    store<u8>(sizes + <usize> load<u8>(sizeOrder + i), <u8> take(3));
  }
  if (!makeTable(lengthCodes, lengthBits, sizes, 19, ofSizes)) return false;
  const all = literalCount + distanceCount;
  for (let i: u32 = 0; i < all;) {
    refill();
    const entry = load<u32>(lengthCodes + ((<usize> held & 0x7f) << 2));
    const extra = entry >> 8 & 15;
    if (entry == 0 || (entry & 0xff) + extra > heldBits) return false;
    take(entry & 0xff);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(sizes + i++, <u8> symbol);
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    const value: u8 = symbol == 16 ? load<u8>(sizes + i - 1) : 0;
    const times = take(extra) + (symbol == 18 ? 11 : 3);
    if (i + times > all) return false;
    memory.fill(sizes + i, value, times);
    i += times;
  }
  // Without a code for its end a block cannot end.
  if (load<u8>(sizes + 256) == 0) return false;
  return makeTable(literals, literalBits, sizes, literalCount, ofLiterals) &&
    makeTable(distances, distanceBits, sizes + literalCount, distanceCount, ofDistances);
}

/** Builds the table of a canonical code. Returns whether there can be so many codes. */
function makeTable(table: usize, bits: u32, from: usize, symbols: u32, kind: u32): bool {
  memory.fill(counts, 0, 4 * 16);
  let longest: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const size: u32 = load<u8>(from + symbol);
    const count = counts + (<usize> size << 2);
    store<u32>(count, load<u32>(count) + 1);
    longest = max(longest, size);
  }
  store<u32>(counts, 0);
  let left: i32 = 1;
  let code: u32 = 0;
  for (let size: usize = 1; size <= codeBitsMax; size++) {
    const count = load<u32>(counts + (size << 2));
    left = (left << 1) - <i32> count;
    if (left < 0) return false;
    code = (code + load<u32>(counts + ((size - 1) << 2))) << 1;
    store<u32>(nextCodes + (size << 2), code);
  }
  memory.fill(table, 0, (<usize> 4) << bits);
  const moreBits = longest > bits ? longest - bits : 0;
  let tableEnd: u32 = 1 << bits;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const size: u32 = load<u8>(from + symbol);
    if (size == 0) continue;
    const next = nextCodes + (<usize> size << 2);
    const reversed = reverse(load<u32>(next), size);
    store<u32>(next, load<u32>(next) + 1);
    const entry = entryOf(kind, symbol, size);
    if (size <= bits) {
      for (let i = reversed; i < <u32> 1 << bits; i += 1 << size) {
        store<u32>(table + (<usize> i << 2), entry);
      }
      continue;
    }
    const first = table + (<usize> (reversed & ((1 << bits) - 1)) << 2);
    if (load<u32>(first) == 0) {
      store<u32>(first, tableEnd << 16 | tableFlag | moreBits << 8);
      memory.fill(table + (<usize> tableEnd << 2), 0, (<usize> 4) << moreBits);
      tableEnd += 1 << moreBits;
    }
    const further = load<u32>(first) >> 16;
    for (let i = reversed >> bits; i < <u32> 1 << moreBits; i += 1 << (size - bits)) {
      store<u32>(table + (<usize> (further + i) << 2), entry);
    }
  }
  return true;
}

/** A symbol's entry: 0 for those that deflate does not have. */
function entryOf(kind: u32, symbol: u32, size: u32): u32 {
  if (kind == ofSizes) {
    const extra: u32 = symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0;
    return symbol << 16 | extra << 8 | size;
  }
  if (kind == ofDistances) {
    if (symbol > 29) return 0;
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
    const base = symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1;
    return base << 16 | extra << 8 | size;
  }
  if (symbol < 256) return symbol << 16 | literalFlag | size;
  if (symbol == 256) return endFlag | size;
  if (symbol > 285) return 0;
  if (symbol == 285) return 258 << 16 | size;
  const step = symbol - 257;
  const extra = step < 8 ? 0 : (step >> 2) - 1;
  const base = step < 8 ? step + 3 : ((4 + (step & 3)) << extra) + 3;
  return base << 16 | extra << 8 | size;
}

/** Deflate has a code's bits in reverse. */
function reverse(code: u32, size: u32): u32 {
  let result: u32 = 0;
  for (let i: u32 = 0; i < size; i++) result |= (code >> i & 1) << (size - 1 - i);
  return result;
}
