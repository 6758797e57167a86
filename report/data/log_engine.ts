/**
 * The log's text: takes blocks, gives rows' bytes, searches. Runs in the worker, and on the main
 * thread where workers are not allowed.
 *
 * @module
 */

import {
  createLogColumns,
  decodeColumns,
  rowText,
  type TextLayout,
} from "../../lib/bundle/log_block.ts";
import type { LogColumns, LogPatterns } from "../../lib/bundle/data_source.ts";
import type { LogBlock } from "../../lib/bundle/header.ts";
import { PatternTable } from "../kernels/patterns.ts";
import { type PlainRows, plainRows } from "../kernels/plain_rows.ts";
import { prepareNeedle } from "../kernels/search.ts";
import type { TextBlock } from "../kernels/text_ranks.ts";
import { LogKernels } from "./log_kernels.ts";

/** Blocks of log text, by number. */
export class LogEngine {
  readonly #firstRows: number[];
  readonly #layouts: (TextLayout | undefined)[] = [];
  readonly #texts: (Uint8Array | undefined)[] = [];
  /** By block, once it is prepared: the rows whose text holds terminal sequences. */
  readonly #plain: (PlainRows | null | undefined)[] = [];
  readonly #blocks: readonly LogBlock[];
  readonly #kernels: LogKernels;

  /**
   * @param blocks The header's list of blocks.
   * @param kernels What searches. Default: TypeScript.
   */
  constructor(blocks: readonly LogBlock[], kernels: LogKernels = new LogKernels()) {
    this.#blocks = blocks;
    this.#kernels = kernels;
    this.#firstRows = firstRowsOf(blocks);
  }

  /** Whether the block's rows can be read. */
  has(block: number): boolean {
    return this.#layouts[block] !== undefined && this.#texts[block] !== undefined;
  }

  /** Takes a block's inflated columns and gives them back as typed ones, from row 0. */
  addColumns(block: number, bytes: Uint8Array): LogColumns {
    const rows = this.#blocks[block]!.rows;
    const columns = createLogColumns(rows);
    this.#layouts[block] = decodeColumns(bytes, rows, columns, 0);
    return columns;
  }

  /** Takes a block's inflated text. */
  addText(block: number, bytes: Uint8Array): void {
    const layout = this.#layouts[block];
    const size = layout?.starts[layout.rows];
    if (size !== bytes.length) {
      throw new RangeError(
        `Cannot take the text of log block ${block}: found ${bytes.length} bytes, expected ${size}`,
      );
    }
    this.#texts[block] = bytes;
  }

  /**
   * The rows' own bytes, copied.
   *
   * @throws {RangeError} For a row whose block is not there.
   */
  rows(rows: readonly number[]): Uint8Array<ArrayBuffer>[] {
    return rows.map((row) => {
      const block = blockOf(this.#firstRows, row);
      const layout = this.#layouts[block];
      const text = this.#texts[block];
      if (!layout || !text) {
        throw new RangeError(`Cannot read log row ${row}: its block is missing`);
      }
      return rowText(text, layout, row - this.#firstRows[block]!).slice() as Uint8Array<
        ArrayBuffer
      >;
    });
  }

  /** Does now what the first search of a block would have to do. */
  prepare(block: number): PlainRows | null {
    const known = this.#plain[block];
    if (known !== undefined || !this.has(block)) return known ?? null;
    return this.#plain[block] = plainRows(this.#texts[block]!, this.#layouts[block]!.starts);
  }

  /** One byte a row, 1 where message or context hold the text; rows of missing blocks are 0. */
  search(text: string): { matches: Uint8Array<ArrayBuffer>; count: number } {
    const needle = prepareNeedle(text);
    const matches = new Uint8Array(this.#firstRows[this.#blocks.length]!);
    let count = 0;
    for (let block = 0; block < this.#blocks.length; block++) {
      const layout = this.#layouts[block];
      const bytes = this.#texts[block];
      if (!layout || !bytes) continue;
      const firstRow = this.#firstRows[block]!;
      const found = (position: number) => {
        matches[firstRow + layout.order[position]!] = 1;
        count += 1;
      };
      const plain = this.prepare(block);
      const kernels = this.#kernels;
      if (plain === null) kernels.searchBlock(bytes, layout.starts, needle, found);
      else {
        kernels.searchBlock(bytes, layout.starts, needle, (position) => {
          if (plain.isHere[position] === 0) found(position);
        });
        kernels.searchBlock(plain.text, plain.starts, needle, (i) => found(plain.positions[i]!));
      }
    }
    return { matches, count };
  }

  /** Each row's message pattern; rows of missing blocks have number 0. */
  patterns(): LogPatterns & { rows: Uint16Array<ArrayBuffer> } {
    const table = new PatternTable();
    const ids = new Uint32Array(this.#firstRows[this.#blocks.length]!);
    this.#eachText((row, text, start, end) => ids[row] = table.add(text, start, end));
    const { texts, numbers } = table.kept();
    // A pattern that was dropped once may have come back and stayed.
    const cameBack = (text: Uint8Array, start: number, end: number) =>
      numbers[table.find(text, start, end)]!;
    const rows = new Uint16Array(ids.length);
    this.#eachText((row, text, start, end) => {
      rows[row] = numbers[ids[row]!]! || cameBack(text, start, end);
    });
    return { texts, rows };
  }

  /** Calls back with each row's place in its block's text. */
  #eachText(
    onRow: (row: number, text: Uint8Array, start: number, end: number) => void,
  ): void {
    for (let block = 0; block < this.#blocks.length; block++) {
      const layout = this.#layouts[block];
      const text = this.#texts[block];
      if (!layout || !text) continue;
      const { order, starts } = layout;
      const firstRow = this.#firstRows[block]!;
      for (let position = 0; position < order.length; position++) {
        onRow(firstRow + order[position]!, text, starts[position]!, starts[position + 1]!);
      }
    }
  }

  /** The rank of each row's message by its bytes; rows of missing blocks are 0. */
  messageRanks(): Uint32Array<ArrayBuffer> {
    const there = this.#blocks.map((_, block) => block).filter((block) => this.has(block));
    const ranked = this.#kernels.rankTexts(there.map((block): TextBlock => ({
      text: this.#texts[block]!,
      starts: this.#layouts[block]!.starts,
    })));
    const ranks = new Uint32Array(this.#firstRows[this.#blocks.length]!);
    let at = 0;
    for (const block of there) {
      const { order } = this.#layouts[block]!;
      const firstRow = this.#firstRows[block]!;
      for (let position = 0; position < order.length; position++) {
        ranks[firstRow + order[position]!] = ranked[at++]!;
      }
    }
    return ranks;
  }
}

/** The first row of each block, and the number of rows at the end. */
export function firstRowsOf(blocks: readonly LogBlock[]): number[] {
  const firstRows = [0];
  for (const { rows } of blocks) firstRows.push(firstRows.at(-1)! + rows);
  return firstRows;
}

/** The block that a row is in. */
export function blockOf(firstRows: readonly number[], row: number): number {
  let low = 0;
  let high = firstRows.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (firstRows[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
