/**
 * The search in WebAssembly, and the memory that it shares with us: lines are read straight into it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { searchKernelCode } from "./search_kernel_code.ts";
import { type Needle, needleBytesMax } from "./search_needle.ts";

/** Most lines of a block. */
export const blockLinesMax = 16_384;

/** Most bytes of a block. */
export const blockBytesMax: number = 1024 * 1024;

/** What `kernel/search.ts` exports. */
interface Exports {
  freeFrom(): number;
  searchLines(text: number, bounds: number, lines: number, needle: number, out: number): number;
}

/** Which texts of a line are looked at. */
export const inMessage = 1;
export const inContext = 2;

/** Beyond all memory: ends the bounds. */
const boundless = 0x7fffffff;

/** How far the kernel reads behind a block. */
const slackBytes = 64;

const pageBytes = 0x10000;
const needleHeadBytes = 16;

// What lies where, from the module's own.
const needleAt = pageBytes;
const boundsAt = needleAt + pageBytes;
const foundAt = boundsAt + 16 * blockLinesMax + 16;
const textAt = foundAt + 4 * blockLinesMax;
const memoryEnd = textAt + blockBytesMax + needleBytesMax + slackBytes;

/** A running instance. Everything is done at once: those who search in turns do not meet. */
export class SearchKernel {
  /** The block's bytes. */
  readonly text: Uint8Array;
  /** Four of each line, from the block's first byte: its message's begin and end, its context's. */
  readonly bounds: Uint32Array;
  readonly #exports: Exports;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #found: Uint32Array;

  constructor() {
    const pages = Math.ceil(memoryEnd / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const module = new WebAssembly.Module(Buffer.from(searchKernelCode, "base64"));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.#exports = exports as unknown as Exports;
    if (this.#exports.freeFrom() > needleAt) {
      throw new Error("The search kernel needs more memory than it is given");
    }
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#found = new Uint32Array(memory.buffer, foundAt, blockLinesMax);
    this.bounds = new Uint32Array(memory.buffer, boundsAt, 4 * blockLinesMax + 1);
    this.text = new Uint8Array(memory.buffer, textAt, blockBytesMax);
  }

  /**
   * Finds the lines whose `fields` hold a needle, among the first `lines` of the bounds.
   *
   * @returns Twice the place of each, in order; and 1 where it was found in a message that has a
   * backslash, which may be part of an escape. Valid until the next search.
   */
  search(needle: Needle, fields: number, lines: number): Uint32Array {
    if (lines === 0) return this.#found.subarray(0, 0);
    const head = [needle.values.length, needle.first, needle.step, fields];
    head.forEach((value, at) => this.#view.setUint32(needleAt + 4 * at, value, true));
    this.#bytes.set(needle.values, needleAt + needleHeadBytes);
    this.#bytes.set(needle.masks, needleAt + needleHeadBytes + needleBytesMax);
    this.bounds[4 * lines] = boundless;
    const count = this.#exports.searchLines(textAt, boundsAt, lines, needleAt, foundAt);
    return this.#found.subarray(0, count);
  }
}
