/**
 * Searching a log for a text: its lines are scanned as bytes, and only those are read of which that
 * cannot tell.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { logRowFits } from "../lib/query/mod.ts";
import { createLogRowReader, type LogRow } from "../lib/read/mod.ts";
import type { ReadHandle, Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import type { LineOffsets } from "./line_offsets.ts";
import { isLines, type LogIndex } from "./log_index.ts";
import {
  blockBytesMax,
  blockLinesMax,
  inContext,
  inMessage,
  SearchKernel,
} from "./search_kernel.ts";
import { type Needle, needleOf } from "./search_needle.ts";

/** Where is searched. */
export interface SearchedLog {
  session: StoredSession;
  runtime: Runtime;
  log: { index: LogIndex; offsets(file: string): Promise<LineOffsets> };
}

/** What is searched for. */
export interface LogSearch {
  text: string;
  /** The rows among which it is searched, in order; null: all. */
  fits: Uint32Array | null;
  /** The first row. */
  from: number;
  /** Behind the last row. */
  end: number;
}

/** Lines that are read one by one; where more of a block have to be read, all of it is. */
const singlesMax = 300;

/** Bytes between two rows that are read although nobody asked for what stands there. */
const gapBytesMax = 64 * 1024;

/** How much is searched before others have their turn. */
const turnBytesMax = 8 * 1024 * 1024;

/** The kernel once it was needed. Between two turns others may use it: a block is one turn's. */
let kernel: SearchKernel | undefined;

/** The rows whose lines hold a text, as numbers. */
export async function searchLog(searched: SearchedLog, search: LogSearch): Promise<Uint32Array> {
  const { index } = searched.log;
  const found: number[] = [];
  const wanted = search.text.toLowerCase();
  const plan = planOf(wanted);
  const rows = search.fits ?? counted(search.from, search.end);
  for (const [number, own] of byFile(index, rows)) {
    const file = index.files.text(number);
    if (isLines(file)) {
      const place = searched.session.locate(file);
      if (!place) continue;
      const offsets = await searched.log.offsets(file);
      const handle = searched.runtime.files.openRead(place.path);
      try {
        const searched = { index, offsets, plan, text: search.text };
        await new FileSearch(file, handle, searched).run(own, found);
      } finally {
        handle.close();
      }
      continue;
    }
    for (const row of own) {
      const { message, context } = index.held.get(row)!;
      const isIn = message.toLowerCase().includes(wanted) ||
        JSON.stringify(context).toLowerCase().includes(wanted);
      if (isIn) found.push(row);
    }
  }
  // A row may have been found by two scans.
  return Uint32Array.from(found).sort().filter((row, at, all) => row !== all[at - 1]);
}

/** Scans of a block: each for a needle in some texts of its lines. */
interface Plan {
  /** Null where every line has to be read. */
  scans: readonly { needle: Needle; fields: number }[] | null;
  /** Whether lines with odd characters may hold the text though none of its bytes. */
  isOdd: boolean;
}

/** What is scanned for: in a message the text stands as JSON. */
function planOf(wanted: string): Plan {
  const isOdd = /[ik]/.test(wanted);
  // Half a character may be part of one.
  if (/\p{Surrogate}/u.test(wanted)) return { scans: null, isOdd };
  const quoted = JSON.stringify(wanted).slice(1, -1);
  const context = needleOf(wanted);
  const message = quoted === wanted ? context : needleOf(quoted);
  if (!context || !message) return { scans: null, isOdd };
  if (message === context) {
    return { scans: [{ needle: context, fields: inMessage | inContext }], isOdd };
  }
  return {
    scans: [{ needle: message, fields: inMessage }, { needle: context, fields: inContext }],
    isOdd,
  };
}

interface Searched {
  index: LogIndex;
  offsets: LineOffsets;
  plan: Plan;
  text: string;
}

/** Rows of one block: those that are scanned, by their place, and those that have to be read. */
interface Block {
  start: number;
  bytes: number;
  scanned: number[];
  read: number[];
  /** The row behind the block, by its place. */
  next: number;
}

/** The search in a file. */
class FileSearch {
  readonly #file: string;
  readonly #handle: ReadHandle;
  readonly #searched: Searched;
  readonly #fits: (row: LogRow) => boolean;

  constructor(file: string, handle: ReadHandle, searched: Searched) {
    this.#file = file;
    this.#handle = handle;
    this.#searched = searched;
    this.#fits = logRowFits({ text: searched.text })!;
  }

  /** @param rows The file's rows that are asked for, in the order of its lines. */
  async run(rows: Uint32Array, found: number[]): Promise<void> {
    kernel ??= new SearchKernel();
    let bytes = 0;
    for (let at = 0; at < rows.length;) {
      if (bytes > turnBytesMax) {
        bytes = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const block = this.#block(kernel, rows, at);
      at = block.next;
      bytes += block.bytes;
      if (block.bytes > blockBytesMax) {
        this.#read(this.#handle.read(block.start, block.bytes), block, found);
        continue;
      }
      const text = kernel.text.subarray(0, block.bytes);
      // What is no longer there is not found.
      text.fill(0, this.#handle.readInto(text, block.start));
      this.#scan(kernel, block, found);
      if (block.read.length > 0) this.#read(text, block, found);
    }
  }

  /** The rows from one on that fit into a block, or one that is larger. */
  #block(kernel: SearchKernel, rows: Uint32Array, first: number): Block {
    const { index, offsets, plan } = this.#searched;
    const { texts, line, isPlain } = index;
    const start = offsets.start(line[rows[first]!]!);
    const block: Block = { start, bytes: 0, scanned: [], read: [], next: first };
    const { bounds } = kernel;
    for (; block.next < rows.length && block.scanned.length < blockLinesMax; block.next++) {
      const row = rows[block.next]!;
      const from = offsets.start(line[row]!);
      const to = offsets.start(line[row]! + 1);
      const isNear = from >= start && from - start <= block.bytes + gapBytesMax &&
        to - start <= blockBytesMax;
      if (!isNear && block.next > first) break;
      block.bytes = Math.max(block.bytes, to - start);
      const isScanned = plan.scans !== null && isPlain[row] === 1 && isNear &&
        !(plan.isOdd && offsets.isOdd(line[row]!));
      if (!isScanned) {
        block.read.push(row);
        continue;
      }
      const to4 = 4 * block.scanned.length;
      const from4 = 4 * row;
      for (let i = 0; i < 4; i++) bounds[to4 + i] = from - start + texts[from4 + i]!;
      block.scanned.push(row);
    }
    return block;
  }

  #scan(kernel: SearchKernel, { scanned, read }: Block, found: number[]): void {
    for (const { needle, fields } of this.#searched.plan.scans ?? []) {
      for (const hit of kernel.search(needle, fields, scanned.length)) {
        const row = scanned[hit >> 1]!;
        if (needle.isExact && (hit & 1) === 0) found.push(row);
        else read.push(row);
      }
    }
  }

  /** Reads lines, and looks at their records. */
  #read(text: Uint8Array, { start, read }: Block, found: number[]): void {
    const { index, offsets } = this.#searched;
    const rows = [...new Set(read)].sort((a, b) => a - b);
    const lines = new Set(rows.map((row) => index.line[row]!));
    const fitting = new Map<number, boolean[]>();
    const look = (bytes: Uint8Array, line: number) => {
      for (const row of rowsOf(this.#file, bytes, line)) {
        if (!lines.has(row.line)) continue;
        const answers = fitting.get(row.line);
        if (answers) answers.push(this.#fits(row));
        else fitting.set(row.line, [this.#fits(row)]);
      }
    };
    if (lines.size > singlesMax) look(text, offsets.lineAt(start));
    else {
      for (const line of lines) {
        const [from, to] = offsets.range(line);
        look(text.subarray(from - start, to - start), line);
      }
    }
    for (const row of rows) {
      if (fitting.get(index.line[row]!)?.[index.placeOnLine(row)]) found.push(row);
    }
  }
}

function rowsOf(file: string, bytes: Uint8Array, line: number): LogRow[] {
  const reader = createLogRowReader(file, () => {}, { before: { lines: line - 1, bytes: 0 } });
  return [...reader.push(bytes), ...reader.finish()];
}

function counted(from: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - from }, (_, at) => from + at);
}

/** The rows of each file, by its number. */
function byFile(index: LogIndex, rows: Uint32Array): Map<number, Uint32Array> {
  const counts = new Map<number, number>();
  for (let at = 0; at < rows.length;) {
    const file = index.file[rows[at]!]!;
    const from = at;
    while (at < rows.length && index.file[rows[at]!] === file) at++;
    counts.set(file, (counts.get(file) ?? 0) + at - from);
  }
  if (counts.size === 1) return new Map([[[...counts.keys()][0]!, rows]]);
  return new Map(
    [...counts.keys()].map((file) => [file, rows.filter((row) => index.file[row] === file)]),
  );
}
