/**
 * Lines of a log that are exactly as planloop writes them, read without parsing them.
 *
 * @module
 */

import { levels } from "../format/mod.ts";
import { ByteTimeReader } from "./byte_time.ts";
import { keyEnd, numberEnd, objectEnd, startsWith, stringEnd, valueEnd } from "./canonical_json.ts";
import type { LineScanner } from "./json_lines.ts";
import type { LineText, LogRow } from "./log_row.ts";
import { type ParseLine, ScannedRow } from "./scanned_row.ts";
import { WordCache } from "./word_cache.ts";

const encoder = new TextEncoder();
const TIMESTAMP = encoder.encode('{"timestamp":"');
const LEVEL = encoder.encode('","level":"');
const TRACE = encoder.encode('","trace_id":');
const SESSION = encoder.encode(',"session_id":"');
const OPERATION = encoder.encode('","operation":"');
const MESSAGE = encoder.encode('","message":"');
const CONTEXT = encoder.encode(',"context":{');
const DURATION = encoder.encode(',"duration_ms":');
const NULL = encoder.encode("null");
const LEVELS = levels.map((level) => encoder.encode(`${level}"`));
const EVENT = encoder.encode(',"event":"');

/** Keys that stand before the further ones, as members: they are not recognised a second time. */
const KNOWN = [
  ...["timestamp", "level", "trace_id", "session_id", "operation", "message", "context"],
  ...["duration_ms", "event"],
].map((key) => encoder.encode(`,"${key}":`));

/** Recognises the lines of one file. */
export class LogScanner implements LineScanner<LogRow & LineText> {
  /** Where the last line ended that was recognised. */
  end = 0;
  readonly #file: string;
  readonly #parse: ParseLine;
  readonly #words = new WordCache();
  readonly #times = new ByteTimeReader();
  /** Behind what was read last. */
  #at = 0;

  /** @param file The file's name in the rows. */
  constructor(file: string, parse: ParseLine) {
    this.#file = file;
    this.#parse = parse;
  }

  /**
   * A line's row; null where the line is not as planloop writes it.
   *
   * @param bytes They end with a newline, and do not change any more.
   * @param start The line's first byte.
   * @param line Its number in the file.
   */
  scan(bytes: Uint8Array, start: number, line: number): (LogRow & LineText) | null {
    this.#at = start;
    if (!this.#skip(bytes, TIMESTAMP)) return null;
    const row = new ScannedRow(this.#file, line, bytes, start, this.#parse);
    const isLine = this.#readHead(row, bytes) && this.#readTexts(row, bytes) &&
      this.#readRest(row, bytes);
    this.end = row.end;
    return isLine ? row : null;
  }

  /** From the time to the message. */
  #readHead(row: ScannedRow, bytes: Uint8Array): boolean {
    const time = this.#times.read(bytes, this.#at);
    // Earlier moments, and what is no time, are the tolerant reader's.
    if (!(time >= 0)) return false;
    row.time = time;
    this.#at = this.#times.end;
    if (!this.#skip(bytes, LEVEL)) return false;
    const level = levelAt(bytes, this.#at);
    if (level < 0) return false;
    row.level = levels[level]!;
    this.#at += LEVELS[level]!.length - 1;
    if (!this.#skip(bytes, TRACE)) return false;
    if (bytes[this.#at] === 0x22) {
      this.#at++;
      row.trace_id = this.#word(bytes);
      if (row.trace_id === null) return false;
      this.#at++;
    } else if (!this.#skip(bytes, NULL)) return false;
    if (!this.#skip(bytes, SESSION)) return false;
    const session = this.#word(bytes);
    if (session === null || !this.#skip(bytes, OPERATION)) return false;
    row.session = session;
    const operation = this.#word(bytes);
    if (operation === null) return false;
    row.operation = operation;
    return true;
  }

  #readTexts(row: ScannedRow, bytes: Uint8Array): boolean {
    if (!this.#skip(bytes, MESSAGE)) return false;
    row.messageStart = this.#at;
    this.#at = stringEnd(bytes, this.#at);
    if (this.#at < 0) return false;
    row.messageEnd = this.#at - 1;
    if (!this.#skip(bytes, CONTEXT)) return false;
    row.contextStart = this.#at - 1;
    this.#at = objectEnd(bytes, this.#at, 0);
    row.contextEnd = this.#at;
    return this.#at >= 0;
  }

  /** What comes after the context. */
  #readRest(row: ScannedRow, bytes: Uint8Array): boolean {
    if (!this.#skip(bytes, DURATION)) return false;
    if (!this.#skip(bytes, NULL)) {
      const end = numberEnd(bytes, this.#at);
      if (end < 0) return false;
      row.duration_ms = numberAt(bytes, this.#at, end);
      this.#at = end;
    }
    row.restStart = row.eventStart = row.eventEnd = this.#at;
    while (bytes[this.#at] === 0x2c) {
      const start = this.#at;
      if (row.event === null && this.#skip(bytes, EVENT)) {
        row.event = this.#word(bytes);
        if (row.event === null) return false;
        this.#at++;
        row.eventStart = start;
        row.eventEnd = this.#at;
        continue;
      }
      if (KNOWN.some((key) => startsWith(bytes, start, key))) return false;
      const value = keyEnd(bytes, start + 1);
      this.#at = value < 0 ? -1 : valueEnd(bytes, value);
      if (this.#at < 0) return false;
    }
    row.end = this.#at + 1;
    return bytes[this.#at] === 0x7d && bytes[row.end] === 0x0a;
  }

  /** Goes behind some bytes, where they are next. */
  #skip(bytes: Uint8Array, wanted: Uint8Array): boolean {
    if (!startsWith(bytes, this.#at, wanted)) return false;
    this.#at += wanted.length;
    return true;
  }

  /** The word up to the next quotation mark. */
  #word(bytes: Uint8Array): string | null {
    const word = this.#words.read(bytes, this.#at);
    if (word === undefined) return null;
    this.#at = this.#words.end;
    return word;
  }
}

/** The level whose name stands there, as an index into `levels`; -1 for none. */
function levelAt(bytes: Uint8Array, at: number): number {
  for (let level = 0; level < LEVELS.length; level++) {
    if (startsWith(bytes, at, LEVELS[level]!)) return level;
  }
  return -1;
}

/** The number that stands there as JSON: digits as whole numbers, so that the quotient is exact. */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === 0x2d;
  let number = 0;
  let scale = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    if (bytes[at] === 0x2e) scale = 1;
    else {
      number = number * 10 + bytes[at]! - 0x30;
      scale *= 10;
    }
  }
  if (scale > 1) number /= scale;
  return isNegative ? -number : number;
}
