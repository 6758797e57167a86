/**
 * The quick look for secrets in bytes, by WebAssembly.
 *
 * @module
 */

import type { PrefilterTables } from "./prefilter.ts";

/** What the module has of its exports for looking: `cli/report/wasm/look.ts` says what it does. */
interface Exports {
  freeFrom(): number;
  isIn(start: number, end: number, tables: number): number;
}

const pageBytes = 0x10000;

/** Numbers of 32 bits that an anchor's entry has. */
const anchorNumbers = 4;

/** The largest block that is taken, in bytes. */
const inputBytesMax = 16 * 1024 * 1024;

/** Anchors are compared so far beyond what is looked at, at most. */
const slackBytes = 64;

/** Around a block: no anchor holds it, and no mark takes it for what it is not. */
const outside = 0x7f;

/**
 * Looks that a block should get at least, as it is copied for them. Where fewer were made, as of
 * lines that come from several blocks in turns, so many are made without it.
 */
const looksMin = 64;

/** A running instance, for the anchors of one redactor. */
export class LookKernel {
  readonly #isIn: Exports["isIn"];
  readonly #memory: WebAssembly.Memory;
  readonly #tables: number;
  readonly #input: number;
  #bytes: Uint8Array;
  /** What lies in the memory, and how often it was looked at. */
  #block: Uint8Array | null = null;
  #looks = looksMin;

  private constructor(exports: Exports, memory: WebAssembly.Memory, tables: PrefilterTables) {
    this.#isIn = exports.isIn;
    this.#memory = memory;
    this.#tables = Math.ceil(exports.freeFrom() / pageBytes) * pageBytes;
    const { present, before, last, anchors } = tables;
    const codesCount = anchors.reduce((sum, { codes }) => sum + codes.length, 0);
    const beforeAt = this.#tables + present.length;
    const lastAt = beforeAt + before.byteLength;
    const anchorsAt = lastAt + last.byteLength;
    let codesAt = anchorsAt + 4 * anchorNumbers * anchors.length;
    this.#input = codesAt + 4 * codesCount + slackBytes;
    this.#bytes = new Uint8Array();
    if (!this.#grow(0)) throw new RangeError("There is no memory for the tables");
    const numbers = new Int32Array(memory.buffer);
    this.#bytes.set(present, this.#tables);
    numbers.set(before, beforeAt >> 2);
    numbers.set(last, lastAt >> 2);
    let entry = anchorsAt >> 2;
    for (const { codes, after, next } of anchors) {
      numbers[entry] = after;
      numbers[entry + 1] = next;
      numbers[entry + 2] = codes.length;
      numbers[entry + 3] = codesAt;
      numbers.set(codes, codesAt >> 2);
      codesAt += 4 * codes.length;
      entry += anchorNumbers;
    }
    this.#bytes.fill(outside, this.#input - slackBytes, this.#input);
  }

  /**
   * Starts the module.
   *
   * @returns Null where there is not so much memory.
   */
  static start(module: WebAssembly.Module, tables: PrefilterTables): LookKernel | null {
    try {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const instance = new WebAssembly.Instance(module, { env: { memory } });
      return new LookKernel(instance.exports as unknown as Exports, memory, tables);
    } catch {
      return null;
    }
  }

  /**
   * Whether an anchor stands in a part of a block, as `Prefilter.isIn` says.
   *
   * @param block Must not change any more.
   * @returns Undefined where that is left to TypeScript.
   */
  isIn(block: Uint8Array, start: number, end: number): boolean | undefined {
    if (block !== this.#block && !this.#load(block)) return undefined;
    this.#looks++;
    return this.#isIn(this.#input + start, this.#input + end, this.#tables) !== 0;
  }

  #load(block: Uint8Array): boolean {
    if (this.#looks < looksMin) {
      this.#looks++;
      return false;
    }
    if (block.length > inputBytesMax || !this.#grow(block.length)) return false;
    this.#bytes.set(block, this.#input);
    const end = this.#input + block.length;
    this.#bytes.fill(outside, end, end + slackBytes);
    this.#block = block;
    this.#looks = 0;
    return true;
  }

  /** Makes room for so many bytes of input; false where there is none. */
  #grow(bytes: number): boolean {
    const missing = this.#input + bytes + slackBytes - this.#memory.buffer.byteLength;
    try {
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    } catch {
      return false;
    }
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return true;
  }
}
