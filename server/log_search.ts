/**
 * Searching a log for a text, as bytes first: a line is only read where the text may be in it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { logRowFits } from "../lib/query/mod.ts";
import { createLogRowReader, type LineBlock, LineSplitter, type LogRow } from "../lib/read/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import type { LineOffsets } from "./line_offsets.ts";
import { isLines, type LogIndex } from "./log_index.ts";

/** Where is searched. */
export interface SearchedLog {
  session: StoredSession;
  runtime: Runtime;
  log: { index: LogIndex; offsets(file: string): Promise<LineOffsets> };
}

/** What is searched for. */
export interface LogSearch {
  text: string;
  /** The rows among which it is searched; null: all. */
  fits: Uint32Array | null;
  /** The first row. */
  from: number;
  /** Behind the last row. */
  end: number;
}

/** Lines of a block that are read one by one; where more may hold the text, all of it is read. */
const singlesMax = 300;

/** The rows whose lines hold a text, as numbers. */
export async function searchLog(searched: SearchedLog, search: LogSearch): Promise<Uint32Array> {
  const { index } = searched.log;
  const { from, end, fits } = search;
  const wanted = new Uint8Array(end - from).fill(fits ? 0 : 1);
  for (const row of fits ?? []) wanted[row - from] = 1;
  const found: number[] = [];
  const text = search.text.toLowerCase();
  for (const [row, { message, context }] of index.held) {
    if (wanted[row - from] !== 1) continue;
    const isIn = message.toLowerCase().includes(text) ||
      JSON.stringify(context).toLowerCase().includes(text);
    if (isIn) found.push(row);
  }
  const byFile = new Map<number, number[]>();
  for (let row = from; row < end; row++) {
    if (wanted[row - from] !== 1) continue;
    const file = index.file[row]!;
    const rows = byFile.get(file);
    if (rows) rows.push(row);
    else byFile.set(file, [row]);
  }
  for (const [number, rows] of byFile) {
    const file = index.files.text(number);
    if (isLines(file)) await searchFile(searched, file, rows, search.text, found);
  }
  return Uint32Array.from(found).sort();
}

async function searchFile(
  { session, runtime, log }: SearchedLog,
  file: string,
  rows: readonly number[],
  text: string,
  found: number[],
): Promise<void> {
  const place = session.locate(file);
  if (!place) return;
  const { index } = log;
  const offsets = await log.offsets(file);
  const [start] = offsets.range(index.line[rows[0]!]!);
  const [, end] = offsets.range(index.line[rows.at(-1)!]!);
  const pattern = patternOf(text);
  const fits = logRowFits({ text })!;
  const splitter = new LineSplitter(undefined, start);
  let next = 0;
  const take = (block: LineBlock): void => {
    if (!block.bytes) return;
    const first = offsets.lineAt(block.start);
    const last = offsets.lineAt(block.end - 1);
    const from = next;
    while (next < rows.length && index.line[rows[next]!]! <= last) next++;
    const own = rows.slice(from, next);
    if (own.length === 0) return;
    const maybe = candidates(block, offsets, pattern);
    const lines = maybe && new Set<number>();
    for (const row of own) {
      const line = index.line[row]!;
      if (index.isPlain[row] === 0 || maybe?.has(line)) lines?.add(line);
    }
    if (lines?.size === 0) return;
    const read = lines && lines.size <= singlesMax
      ? [...lines].flatMap((line) => rowsOf(file, lineBytes(block, offsets, line), line))
      : rowsOf(file, block.bytes, first);
    const fitting = new Map<number, boolean[]>();
    for (const row of read) {
      if (lines && !lines.has(row.line)) continue;
      const answers = fitting.get(row.line);
      if (answers) answers.push(fits(row));
      else fitting.set(row.line, [fits(row)]);
    }
    let before = -1;
    let place = 0;
    for (const row of own) {
      const line = index.line[row]!;
      place = line === before ? place + 1 : 0;
      before = line;
      if (fitting.get(line)?.[place]) found.push(row);
    }
  };
  for await (const chunk of runtime.files.readChunks(place.path, { start, end })) {
    splitter.push(chunk).forEach(take);
  }
  splitter.finish().forEach(take);
}

/** The lines of a block that may hold the text; null: any of them. */
function candidates(
  { bytes, start }: LineBlock,
  offsets: LineOffsets,
  pattern: RegExp | null,
): Set<number> | null {
  if (!pattern) return null;
  const lines = new Set<number>();
  const { buffer, byteOffset, byteLength } = bytes!;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const line = offsets.lineAt(start + match.index);
    lines.add(line);
    // One is enough of a line.
    pattern.lastIndex = Math.max(match.index + 1, offsets.range(line)[1] - start);
  }
  return lines;
}

function lineBytes({ bytes, start }: LineBlock, offsets: LineOffsets, line: number): Uint8Array {
  const [from, to] = offsets.range(line);
  return bytes!.subarray(from - start, to - start);
}

function rowsOf(file: string, bytes: Uint8Array, line: number): LogRow[] {
  const reader = createLogRowReader(file, () => {}, { before: { lines: line - 1, bytes: 0 } });
  return [...reader.push(bytes), ...reader.finish()];
}

/**
 * What is in the bytes of a line that holds the text, one character a byte; null where that cannot be
 * said. `K` and `I` are also the small letters of two signs beyond ASCII.
 */
function patternOf(text: string): RegExp | null {
  if (!/^[\x20-\x7e]+$/.test(text)) return null;
  const asJson = JSON.stringify(text).slice(1, -1);
  const parts = [...new Set([text, asJson])].map((part) =>
    part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
      .replace(/k/gi, "(?:k|\\xe2\\x84\\xaa)")
      .replace(/i/gi, "(?:i|\\xc4\\xb0)")
  );
  return new RegExp(parts.join("|"), "gi");
}
