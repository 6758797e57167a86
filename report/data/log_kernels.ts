/**
 * Inflating, searching and ranking for the log's engine: by WebAssembly where it runs, else by TypeScript.
 * Both find the same.
 *
 * @module
 */

import { type Needle, searchBlock } from "../kernels/search.ts";
import { rankTexts, type TextBlock } from "../kernels/text_ranks.ts";
import type { WasmKernels } from "../kernels/wasm_kernels.ts";
import { type Deflated, inflate } from "./decompress.ts";

/** What a person reads of it. */
export type KernelsName = "WebAssembly SIMD" | "TypeScript";

/** The kernels that were chosen for one log. */
export class LogKernels {
  readonly #wasm: WasmKernels | null;

  /** @param wasm Those in WebAssembly, with room for the log. Default: TypeScript does it all. */
  constructor(wasm: WasmKernels | null = null) {
    this.#wasm = wasm;
  }

  /** Who does it. */
  get name(): KernelsName {
    return this.#wasm ? "WebAssembly SIMD" : "TypeScript";
  }

  /**
   * Inflates a block's text.
   *
   * @throws {RangeError} If the data is damaged, or does not inflate to the size it names.
   */
  async inflateText(block: number, data: Deflated): Promise<Uint8Array> {
    // What is damaged is told apart by the plain kernel.
    return this.#wasm?.inflateText(block, data.bytes, data.inflated) ?? await inflate(data);
  }

  /**
   * Inflates a block's columns. What comes is valid until the next call.
   *
   * @throws {RangeError} As {@linkcode LogKernels.inflateText}.
   */
  async inflateColumns(data: Deflated): Promise<Uint8Array> {
    return this.#wasm?.inflateOther(data.bytes, data.inflated) ?? await inflate(data);
  }

  /** Calls back with the position of each row of a block that holds the needle, in order. */
  searchBlock(
    text: Uint8Array,
    starts: Uint32Array,
    needle: Needle,
    onRow: (position: number) => void,
  ): void {
    if (this.#wasm?.searchBlock(text, starts, needle, onRow)) return;
    searchBlock(text, starts, needle, onRow);
  }

  /** The rank of each text among all. What comes is valid until the next call. */
  rankTexts(blocks: readonly TextBlock[]): Uint32Array {
    return this.#wasm?.rankTexts(blocks) ?? rankTexts(blocks);
  }
}
