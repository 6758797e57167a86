/**
 * The kernels in WebAssembly with SIMD, and the memory that they share with us: the log's text lies
 * in it from the start, so that a search copies nothing.
 *
 * @module
 */

import type { Needle } from "./search.ts";
import type { TextBlock } from "./text_ranks.ts";

/** What the kernels must have room for, in bytes. */
export interface KernelRoom {
  /** Size of each block's text. */
  readonly texts: readonly number[];
  /** Largest payload that is no text. */
  readonly other: number;
  /** Rows of all blocks. */
  readonly rows: number;
}

/** What `wasm/*.ts` exports. */
interface Exports {
  freeFrom(): number;
  inflate(from: number, fromBytes: number, to: number, toBytes: number): number;
  rankTexts(records: number, recordsEnd: number, ranks: number, groups: number): void;
  searchBlock(text: number, starts: number, rows: number, needle: number, out: number): number;
}

const pageBytes = 0x10000;

/** What the kernels keep for their own tables. */
const ownBytes = pageBytes;

/** Memory that addresses of 32 bits reach, in pages. */
const pagesMax = 0x10000;

/** The kernels read so far beyond what they are given, at most. */
const slackBytes = 64;

/** Most rows that a block may have to be searched here. */
const rowsMax = 0x10000;

/** Most letters that a needle may have to be searched for here. */
const lettersMax = 1024;

/** A needle's parts in memory: `wasm/search.ts` reads them. */
const needleHeadBytes = 32;
const letterBytes = 64;
const variantsMax = 5;

/** For each row, what `wasm/text_ranks.ts` sorts, and what it keeps meanwhile. */
const recordBytes = 16;
const groupBytes = 12;

/** A running instance. Its memory has its final size, so arrays that look into it stay whole. */
export class WasmKernels {
  readonly #exports: Exports;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #needle: number;
  readonly #starts: number;
  readonly #found: number;
  /** What is to be inflated, or to be searched though it does not lie in this memory. */
  readonly #input: number;
  readonly #inputBytes: number;
  readonly #other: number;
  readonly #otherBytes: number;
  readonly #texts: readonly number[];
  readonly #textBytes: readonly number[];
  readonly #rows: number;
  readonly #records: number;
  readonly #ranks: number;
  readonly #groups: number;
  #prepared: Needle | null = null;
  #fits = false;

  private constructor(exports: Exports, memory: WebAssembly.Memory, layout: Layout) {
    this.#exports = exports;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#needle = layout.needle;
    this.#starts = layout.starts;
    this.#found = layout.found;
    this.#input = layout.input;
    this.#inputBytes = layout.inputBytes;
    this.#other = layout.other;
    this.#otherBytes = layout.otherBytes;
    this.#texts = layout.texts;
    this.#textBytes = layout.textBytes;
    this.#rows = layout.rows;
    this.#records = layout.records;
    this.#ranks = layout.ranks;
    this.#groups = layout.groups;
  }

  /**
   * Starts the kernels.
   *
   * @param code The compiled module.
   * @returns Null where WebAssembly or its SIMD is missing, where the page's policy refuses it, or
   * where there is not so much memory.
   */
  static start(code: Uint8Array<ArrayBuffer>, room: KernelRoom): WasmKernels | null {
    try {
      const module = new WebAssembly.Module(code);
      const layout = layOut(room);
      if (layout.pages > pagesMax) return null;
      const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
      const instance = new WebAssembly.Instance(module, { env: { memory } });
      const exports = instance.exports as unknown as Exports;
      return exports.freeFrom() <= ownBytes ? new WasmKernels(exports, memory, layout) : null;
    } catch {
      return null;
    }
  }

  /**
   * Inflates the text of a block into its place.
   *
   * @returns Null where the data is damaged, or of another size than the block's.
   */
  inflateText(block: number, deflated: Uint8Array, size: number): Uint8Array<ArrayBuffer> | null {
    if (size !== this.#textBytes[block]) return null;
    return this.#inflate(deflated, this.#texts[block]!, size);
  }

  /**
   * Inflates anything else. What comes is valid until the next call.
   *
   * @returns Null where the data is damaged, or larger than there is room.
   */
  inflateOther(deflated: Uint8Array, size: number): Uint8Array<ArrayBuffer> | null {
    return size <= this.#otherBytes ? this.#inflate(deflated, this.#other, size) : null;
  }

  #inflate(deflated: Uint8Array, to: number, size: number): Uint8Array<ArrayBuffer> | null {
    if (deflated.length > this.#inputBytes) return null;
    this.#bytes.set(deflated, this.#input);
    const isWhole = this.#exports.inflate(this.#input, deflated.length, to, size);
    return isWhole ? this.#bytes.subarray(to, to + size) : null;
  }

  /**
   * Marks the rows that hold a needle, as `searchBlock` of `search.ts` does.
   *
   * @returns False, with nothing done, for a block or needle that there is no room for.
   */
  searchBlock(
    text: Uint8Array,
    starts: Uint32Array,
    needle: Needle,
    onRow: (position: number) => void,
  ): boolean {
    const rows = starts.length - 1;
    const isHere = text.buffer === this.#bytes.buffer;
    if (rows > rowsMax || (!isHere && text.length > this.#inputBytes)) return false;
    if (this.#prepared !== needle) {
      this.#prepared = needle;
      this.#fits = this.#writeNeedle(needle);
    }
    if (!this.#fits) return false;
    if (rows === 0) return true;
    if (!isHere) this.#bytes.set(text, this.#input);
    new Uint32Array(this.#bytes.buffer, this.#starts, rows + 1).set(starts);
    const count = this.#exports.searchBlock(
      isHere ? text.byteOffset : this.#input,
      this.#starts,
      rows,
      this.#needle,
      this.#found,
    );
    const found = new Uint32Array(this.#bytes.buffer, this.#found, count);
    for (let i = 0; i < count; i++) onRow(found[i]!);
    return true;
  }

  /**
   * The rank of each text among all, as `rankTexts` of `text_ranks.ts` gives it. What comes is valid
   * until the next call.
   *
   * @returns Null for more texts than there is room for, or texts that are not here or have no end.
   */
  rankTexts(blocks: readonly TextBlock[]): Uint32Array<ArrayBuffer> | null {
    const { buffer } = this.#bytes;
    const records = new Uint32Array(buffer, this.#records, this.#rows * recordBytes / 4);
    let count = 0;
    for (const { text, starts } of blocks) {
      const rows = starts.length - 1;
      if (rows === 0) continue;
      // Where the last one has an end, none before it goes on beyond that.
      const isWhole = text.buffer === buffer && text.lastIndexOf(0xff) >= starts[rows - 1]!;
      if (!isWhole || count + rows > this.#rows) return null;
      for (let row = 0; row < rows; row++, count++) {
        records[4 * count + 2] = text.byteOffset + starts[row]!;
        records[4 * count + 3] = count;
      }
    }
    const end = this.#records + count * recordBytes;
    this.#exports.rankTexts(this.#records, end, this.#ranks, this.#groups);
    return new Uint32Array(buffer, this.#ranks, count);
  }

  #writeNeedle({ letters, run, first, second, firstAt, step }: Needle): boolean {
    if (letters.length > lettersMax) return false;
    if (letters.some((variants) => variants.length > variantsMax)) return false;
    const view = new DataView(this.#bytes.buffer);
    const at = this.#needle;
    [letters.length, run, firstAt, step].forEach((value, i) =>
      view.setUint32(at + 4 * i, value, true)
    );
    const [a, c] = comparisons(first);
    const [b, d] = comparisons(second);
    [a, b, c, d].forEach(({ mask, value }, i) => {
      view.setUint8(at + 16 + i, mask);
      view.setUint8(at + 20 + i, value);
    });
    letters.forEach((variants, letter) => {
      const start = at + needleHeadBytes + letter * letterBytes;
      view.setUint32(start, 12 * variants.length, true);
      variants.forEach((bytes, i) => {
        const variant = start + 4 + 12 * i;
        view.setUint32(variant, littleEndian(bytes), true);
        view.setUint32(variant + 4, littleEndian(bytes.map(() => 0xff)), true);
        view.setUint32(variant + 8, bytes.length, true);
      });
    });
    return true;
  }
}

interface Layout {
  readonly needle: number;
  readonly starts: number;
  readonly found: number;
  readonly input: number;
  readonly inputBytes: number;
  readonly other: number;
  readonly otherBytes: number;
  readonly texts: readonly number[];
  readonly textBytes: readonly number[];
  readonly rows: number;
  readonly records: number;
  readonly ranks: number;
  readonly groups: number;
  readonly pages: number;
}

/** Everything at a place of its own. What is never written costs no memory. */
function layOut({ texts: textBytes, other: otherBytes, rows }: KernelRoom): Layout {
  let end = ownBytes;
  const take = (bytes: number): number => {
    const start = Math.ceil(end / 16) * 16;
    end = start + bytes + slackBytes;
    return start;
  };
  const largest = textBytes.reduce((most, size) => Math.max(most, size), otherBytes);
  // What cannot be compressed grows by 5 bytes in 16 KB at most.
  const inputBytes = largest + Math.ceil(largest / 1024) + 1024;
  return {
    needle: take(needleHeadBytes + lettersMax * letterBytes),
    starts: take(4 * (rowsMax + 1)),
    found: take(4 * rowsMax),
    input: take(inputBytes),
    inputBytes,
    other: take(otherBytes),
    otherBytes,
    texts: textBytes.map(take),
    textBytes,
    rows,
    records: take(rows * recordBytes),
    ranks: take(rows * 4),
    groups: take(rows * groupBytes),
    pages: Math.ceil(end / pageBytes),
  };
}

/** A byte passes if it equals the value once the mask's bits are set. */
interface Comparison {
  readonly mask: number;
  readonly value: number;
}

/** Two comparisons that all bytes of a set pass, and few others: of ASCII, and of the rest. */
function comparisons(set: Uint8Array): [Comparison, Comparison] {
  const bytes = Array.from(set.keys()).filter((byte) => set[byte] === 1);
  const ascii = bytes.filter((byte) => byte < 0x80);
  const rest = bytes.filter((byte) => byte >= 0x80);
  return [
    comparison(ascii.length > 0 ? ascii : rest),
    comparison(rest.length > 0 ? rest : ascii),
  ];
}

function comparison(bytes: readonly number[]): Comparison {
  const mask = bytes.reduce((bits, byte) => bits | byte ^ bytes[0]!, 0);
  return { mask, value: bytes[0]! | mask };
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 0x100 + byte, 0);
}
