/**
 * Raw deflate (RFC 1951), undone without the browser's help: at once for the first block, and for
 * everything where `DecompressionStream` is missing.
 *
 * @module
 */

/** Bits that the first table looks at; longer codes go on in a second table. */
const fastBits = 10;

/** Longest code that deflate has, in bits. */
const codeBitsMax = 15;

const lengthBase = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31],
  ...[35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
);
const lengthExtra = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
const distanceBase = Uint16Array.of(
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537],
  ...[2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577],
);
const distanceExtra = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12],
  ...[13, 13],
);
const codeLengthOrder = Uint8Array.of(
  ...[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15],
);

/** A code as tables: entry = symbol << 4 | bits, 0 for a code that does not exist. */
interface Table {
  readonly fast: Uint16Array;
  /** By length: first code and first index among the sorted symbols, for codes over the fast bits. */
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

interface Bits {
  readonly bytes: Uint8Array;
  at: number;
  hold: number;
  count: number;
}

let fixedTables: [Table, Table] | undefined;

/**
 * Inflates raw deflate data of a known size.
 *
 * @param bytes The compressed bytes.
 * @param size The size of the outcome.
 * @throws {RangeError} If the data is damaged, cut, or inflates to another size.
 */
export function inflateRaw(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(size);
  const bits: Bits = { bytes, at: 0, hold: 0, count: 0 };
  let end = 0;
  for (let last = false; !last;) {
    last = take(bits, 1) === 1;
    const kind = take(bits, 2);
    if (kind === 0) end = copyStored(bits, output, end);
    else if (kind === 3) fail("a block of an unknown kind", bits);
    else {
      const [literals, distances] = kind === 1 ? fixed() : readTables(bits);
      end = inflateBlock(bits, literals, distances, output, end);
    }
  }
  if (end !== size) {
    throw new RangeError(`Cannot inflate: the data ends after ${end} bytes, expected ${size}`);
  }
  return output;
}

function inflateBlock(
  bits: Bits,
  literals: Table,
  distances: Table,
  output: Uint8Array,
  start: number,
): number {
  const { bytes } = bits;
  const fast = literals.fast;
  const fastMask = (1 << fastBits) - 1;
  let end = start;
  for (;;) {
    // 15 bits of literal code fit the 32-bit hold with room for whole bytes.
    while (bits.count < codeBitsMax && bits.at < bytes.length) {
      bits.hold |= bytes[bits.at++]! << bits.count;
      bits.count += 8;
    }
    const entry = fast[bits.hold & fastMask]!;
    let symbol: number;
    if (entry !== 0 && (entry & 15) <= bits.count) {
      bits.hold >>>= entry & 15;
      bits.count -= entry & 15;
      symbol = entry >>> 4;
    } else symbol = slowSymbol(bits, literals);
    if (symbol < 256) {
      if (end >= output.length) fail("more data than expected", bits);
      output[end++] = symbol;
      continue;
    }
    if (symbol === 256) return end;
    if (symbol > 285) fail("an unknown length", bits);
    const length = lengthBase[symbol - 257]! + take(bits, lengthExtra[symbol - 257]!);
    const code = nextSymbol(bits, distances);
    if (code > 29) fail("an unknown distance", bits);
    const distance = distanceBase[code]! + take(bits, distanceExtra[code]!);
    if (distance > end) fail("a distance before the start", bits);
    if (end + length > output.length) fail("more data than expected", bits);
    if (distance >= length && length > 24) {
      output.copyWithin(end, end - distance, end - distance + length);
      end += length;
    } else {
      for (const stop = end + length; end < stop; end++) output[end] = output[end - distance]!;
    }
  }
}

function nextSymbol(bits: Bits, table: Table): number {
  while (bits.count < codeBitsMax && bits.at < bits.bytes.length) {
    bits.hold |= bits.bytes[bits.at++]! << bits.count;
    bits.count += 8;
  }
  const entry = table.fast[bits.hold & ((1 << fastBits) - 1)]!;
  if (entry === 0 || (entry & 15) > bits.count) return slowSymbol(bits, table);
  bits.hold >>>= entry & 15;
  bits.count -= entry & 15;
  return entry >>> 4;
}

/** Bit by bit, in the manner of canonical codes: for long codes, and near the end of the data. */
function slowSymbol(bits: Bits, table: Table): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= codeBitsMax; length++) {
    code |= take(bits, 1);
    const count = table.counts[length]!;
    if (code - count < first) return table.symbols[index + code - first]!;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return fail("an unknown code", bits);
}

function take(bits: Bits, count: number): number {
  while (bits.count < count) {
    if (bits.at >= bits.bytes.length) fail("the end of the data within a block", bits);
    bits.hold |= bits.bytes[bits.at++]! << bits.count;
    bits.count += 8;
  }
  const value = bits.hold & ((1 << count) - 1);
  bits.hold >>>= count;
  bits.count -= count;
  return value;
}

function copyStored(bits: Bits, output: Uint8Array, end: number): number {
  // Whole bytes may be held already: give them back.
  bits.at -= bits.count >>> 3;
  bits.hold = 0;
  bits.count = 0;
  const { bytes, at } = bits;
  if (at + 4 > bytes.length) fail("a stored block that is cut", bits);
  const length = bytes[at]! | bytes[at + 1]! << 8;
  const check = bytes[at + 2]! | bytes[at + 3]! << 8;
  if ((length ^ check) !== 0xffff) fail("a stored block with a wrong length", bits);
  if (at + 4 + length > bytes.length) fail("a stored block that is cut", bits);
  if (end + length > output.length) fail("more data than expected", bits);
  output.set(bytes.subarray(at + 4, at + 4 + length), end);
  bits.at = at + 4 + length;
  return end + length;
}

function readTables(bits: Bits): [Table, Table] {
  const literalCount = take(bits, 5) + 257;
  const distanceCount = take(bits, 5) + 1;
  const codeCount = take(bits, 4) + 4;
  if (literalCount > 286 || distanceCount > 30) fail("too many codes", bits);
  const codeLengths = new Uint8Array(19);
  for (let i = 0; i < codeCount; i++) codeLengths[codeLengthOrder[i]!] = take(bits, 3);
  const codes = makeTable(codeLengths, bits);
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length;) {
    const symbol = nextSymbol(bits, codes);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) fail("a repetition of nothing", bits);
    const value = symbol === 16 ? lengths[i - 1]! : 0;
    const times = symbol === 16
      ? 3 + take(bits, 2)
      : symbol === 17
      ? 3 + take(bits, 3)
      : 11 + take(bits, 7);
    if (i + times > lengths.length) fail("too many code lengths", bits);
    lengths.fill(value, i, i += times);
  }
  if (lengths[256] === 0) fail("a block that cannot end", bits);
  return [
    makeTable(lengths.subarray(0, literalCount), bits),
    makeTable(lengths.subarray(literalCount), bits),
  ];
}

function fixed(): [Table, Table] {
  if (!fixedTables) {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280)
      .fill(8, 280);
    fixedTables = [makeTable(lengths, null), makeTable(new Uint8Array(30).fill(5), null)];
  }
  return fixedTables;
}

/** Builds the tables of a canonical code from its lengths; more codes than bits allow are damage. */
function makeTable(lengths: Uint8Array, bits: Bits | null): Table {
  const counts = new Uint16Array(codeBitsMax + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let left = 1;
  for (let length = 1; length <= codeBitsMax; length++) {
    left = (left << 1) - counts[length]!;
    if (left < 0) fail("more codes than there can be", bits);
  }
  const offsets = new Uint16Array(codeBitsMax + 2);
  const nextCode = new Uint16Array(codeBitsMax + 2);
  for (let length = 1; length <= codeBitsMax; length++) {
    offsets[length + 1] = offsets[length]! + counts[length]!;
    nextCode[length + 1] = (nextCode[length]! + counts[length]!) << 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const fast = new Uint16Array(1 << fastBits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    symbols[offsets[length]!++] = symbol;
    const code = nextCode[length]!++;
    if (length > fastBits) continue;
    for (let i = reverse(code, length); i < fast.length; i += 1 << length) {
      fast[i] = symbol << 4 | length;
    }
  }
  return { fast, counts, symbols };
}

function reverse(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= (code >>> i & 1) << (length - 1 - i);
  return result;
}

function fail(what: string, bits: Bits | null): never {
  throw new RangeError(`Cannot inflate: found ${what}${bits ? ` near byte ${bits.at}` : ""}`);
}
