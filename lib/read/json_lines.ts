/**
 * Files with one JSON object a line, in chunks, whatever their state.
 *
 * @module
 */

import type { Problem, ProblemKind, ProblemSink } from "../format/mod.ts";
import { jsonDepthMax, nestsTooDeep } from "./json_depth.ts";
import { isObject, type JsonObject } from "./json_value.ts";
import { type LineBlock, lineBytesMax, type LinesBefore, LineSplitter } from "./line_splitter.ts";
import { previewText, utf8Length } from "./preview.ts";
import { parseLoosely, salvageLine } from "./salvage_line.ts";

/** The line that is being read: where it is, and the way to report it. */
export interface LinePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Reports the line, which is still shown: `lost` is false. */
  doubt(kind: ProblemKind, reason: string): void;
  /** Reports the line, which gives no record: `lost` is true. */
  lose(kind: ProblemKind, reason: string): void;
}

/** Makes records of what the lines hold. */
export interface LineMapper<T> {
  /** A line's object; null where it gives no record (the mapper then reports why). */
  object(value: JsonObject, place: LinePlace): T | null;
  /** A line that is JSON but no object; without this method it is lost. */
  other?(text: string, place: LinePlace): T;
  /** A first try at each line, before it is decoded. */
  readonly scanner?: LineScanner<T>;
}

/** Makes records of lines that are still bytes. */
export interface LineScanner<T> {
  /** Where the last line ended that gave a record: its newline. */
  readonly end: number;
  /**
   * A line's record; null leaves the line to the reader.
   *
   * @param bytes They end with a newline.
   * @param start The line's first byte.
   * @param line Its number, from 1.
   */
  scan(bytes: Uint8Array, start: number, line: number): T | null;
}

/** Settings of a {@linkcode JsonLineReader}. */
export interface JsonLineOptions {
  /** Longest line, in bytes. Default {@linkcode lineBytesMax}. */
  lineBytesMax?: number;
  /** What stands in the file before the first chunk. Default: nothing. */
  before?: LinesBefore;
}

const strictDecoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientDecoder: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads JSON lines from chunks. Every line that is not blank gives a record, or a problem with
 * `lost`, or (where it was damaged and partly salvaged) both.
 */
export class JsonLineReader<T> implements LinePlace {
  readonly file: string;
  line = 0;
  readonly #mapper: LineMapper<T>;
  readonly #problem: ProblemSink;
  readonly #splitter: LineSplitter;
  readonly #lengthMax: number;
  // Where the present line is; found only for lines that are reported.
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;
  #knownLine = 1;
  #knownAt = 0;
  #text = "";

  /**
   * @param file The file's name for records and problems, relative to the session folder.
   * @param problem Receives what is damaged.
   */
  constructor(
    file: string,
    mapper: LineMapper<T>,
    problem: ProblemSink,
    options: JsonLineOptions = {},
  ) {
    this.file = file;
    this.#mapper = mapper;
    this.#problem = problem;
    this.#lengthMax = options.lineBytesMax ?? lineBytesMax;
    this.line = options.before?.lines ?? 0;
    this.#splitter = new LineSplitter(this.#lengthMax, options.before?.bytes);
  }

  /** Takes the next chunk and gives the records that it completes. */
  push(chunk: Uint8Array): T[] {
    return this.#read(this.#splitter.push(chunk));
  }

  /** Gives the record of a last line without a newline. */
  finish(): T[] {
    return this.#read(this.#splitter.finish());
  }

  /** Reports the present line, which is still shown. */
  doubt(kind: ProblemKind, reason: string): void {
    const [start, end] = this.#range();
    this.#report({ kind, reason, lost: false, byte_start: start, byte_end: end });
  }

  /** Reports the present line, which gives no record. */
  lose(kind: ProblemKind, reason: string): void {
    const [start, end] = this.#range();
    this.#report({ kind, reason, lost: true, byte_start: start, byte_end: end });
  }

  #read(blocks: LineBlock[]): T[] {
    const records: T[] = [];
    for (const block of blocks) {
      if (!block.bytes) {
        this.line++;
        this.#reportTooLong(block);
        continue;
      }
      this.#bytes = block.bytes;
      this.#start = block.start;
      this.#knownLine = this.line + 1;
      this.#knownAt = 0;
      const text = this.#mapper.scanner ? null : decodeStrictly(block.bytes);
      if (text === null) this.#readBytes(block.bytes, records);
      else this.#readText(text, records);
    }
    return records;
  }

  #readText(text: string, records: T[]): void {
    for (let at = 0; at < text.length;) {
      let end = text.indexOf("\n", at);
      if (end < 0) end = text.length;
      this.line++;
      if (end > at) this.#readLine(text.slice(at, end), records, true);
      at = end + 1;
    }
  }

  /** Line by line: for blocks with bytes that are not UTF-8, and mappers that look at bytes. */
  #readBytes(bytes: Uint8Array, records: T[]): void {
    const scanner = bytes[bytes.length - 1] === 0x0a ? this.#mapper.scanner : undefined;
    for (let at = 0; at < bytes.length;) {
      this.line++;
      const record = scanner?.scan(bytes, at, this.line);
      if (record) {
        records.push(record);
        at = scanner!.end + 1;
        continue;
      }
      let end = bytes.indexOf(0x0a, at);
      if (end < 0) end = bytes.length;
      const part = bytes.subarray(at, end);
      const strict = decodeStrictly(part);
      if (strict === null) {
        this.#text = lenientDecoder.decode(part);
        this.doubt("not_utf8", "The line has bytes that are not UTF-8: shown as U+FFFD");
        this.#readLine(this.#text, records, false);
      } else if (strict !== "") {
        this.#readLine(strict, records, true);
      }
      at = end + 1;
    }
  }

  #readLine(text: string, records: T[], exact: boolean): void {
    this.#text = text;
    if (nestsTooDeep(text)) {
      this.lose("wrong_shape", `The line nests deeper than ${jsonDepthMax} levels: left out`);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#readDamaged(text, records, exact);
      return;
    }
    this.#take(value, records);
  }

  #take(value: unknown, records: T[]): void {
    if (isObject(value)) {
      const record = this.#mapper.object(value, this);
      if (record !== null) records.push(record);
    } else if (this.#mapper.other) {
      records.push(this.#mapper.other(this.#text, this));
      this.doubt("wrong_shape", "The line is JSON but no object: shown as a message");
    } else {
      this.lose("wrong_shape", "The line is JSON but no object: left out");
    }
  }

  #readDamaged(text: string, records: T[], exact: boolean): void {
    if (text.trim() === "") return;
    const loose = parseLoosely(text);
    if (loose !== undefined) {
      if (text.charCodeAt(0) !== 0xfeff || this.line !== 1) {
        this.doubt("not_json", "The line has characters that JSON does not allow: read without");
      }
      this.#take(loose, records);
      return;
    }
    const found = salvageLine(text);
    for (const { value } of found) this.#take(value, records);
    if (found.length === 0) {
      const torn = text.trimStart().startsWith("{");
      const reason = torn
        ? "The line is cut off or damaged: expected one JSON object"
        : "The line is not JSON: expected one JSON object";
      this.lose(torn ? "torn" : "not_json", reason);
      return;
    }
    this.#reportSalvaged(text, found, exact);
  }

  #reportSalvaged(text: string, found: { start: number; end: number }[], exact: boolean): void {
    const gaps = gapsBetween(text, found);
    const from = gaps.length > 0 ? gaps[0]![0] : found[0]!.end;
    const to = gaps.length > 0 ? gaps[gaps.length - 1]![1] : from;
    const [start, end] = this.#range();
    const records = found.length === 1 ? "one whole record" : `${found.length} whole records`;
    const rest = gaps.length > 0 ? "the rest is lost" : "nothing is lost";
    this.#report({
      kind: "torn",
      reason: `The line holds ${records} glued to other data, kept; ${rest}`,
      lost: gaps.length > 0,
      // With replaced bytes the text's positions no longer tell the file's.
      byte_start: exact ? start + utf8Length(text.slice(0, from)) : start,
      byte_end: exact ? start + utf8Length(text.slice(0, to)) : end,
    }, gaps.length > 0 ? text.slice(from, to) : text);
  }

  #reportTooLong(block: LineBlock): void {
    const bytes = block.end - block.start;
    this.#problem({
      file: this.file,
      kind: "too_long",
      reason: `The line has ${bytes} bytes, expected at most ${this.#lengthMax}: left out`,
      line: this.line,
      lost: true,
      byte_start: block.start,
      byte_end: block.end,
      preview: block.preview,
    });
  }

  #report(problem: Omit<Problem, "file" | "line" | "preview">, shown: string = this.#text): void {
    this.#problem({
      file: this.file,
      line: this.line,
      preview: previewText(shown),
      ...problem,
    });
  }

  /** The present line's bytes in the file, without its newline. */
  #range(): [start: number, end: number] {
    for (; this.#knownLine < this.line; this.#knownLine++) {
      this.#knownAt = this.#bytes.indexOf(0x0a, this.#knownAt) + 1;
    }
    const end = this.#bytes.indexOf(0x0a, this.#knownAt);
    return [this.#start + this.#knownAt, this.#start + (end < 0 ? this.#bytes.length : end)];
  }
}

/** The text, or null where the bytes are not UTF-8. */
function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The parts outside of the found records that hold anything but blanks. */
function gapsBetween(text: string, found: { start: number; end: number }[]): [number, number][] {
  const gaps: [number, number][] = [];
  let at = 0;
  for (const { start, end } of [...found, { start: text.length, end: text.length }]) {
    if (text.slice(at, start).trim() !== "") gaps.push([at, start]);
    at = end;
  }
  return gaps;
}
