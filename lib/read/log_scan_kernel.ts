/**
 * Lines of a log that are exactly as planloop writes them, recognised by WebAssembly.
 *
 * @module
 */

import { levels } from "../format/mod.ts";
import type { LineScanner } from "./json_lines.ts";
import type { LineText, LogRow } from "./log_row.ts";
import { LogScanner } from "./log_scanner.ts";
import { type ParseLine, ScannedRow } from "./scanned_row.ts";

/** What the module has of its exports for lines: `cli/report/wasm/scan.ts` says what they do. */
interface Exports {
  freeFrom(): number;
  prepare(texts: number, words: number): void;
  scan(base: number, start: number, end: number, rows: number, rowsMax: number): number;
}

const pageBytes = 0x10000;

/** The texts that lines have in common; the module knows the lengths of the first nine. */
const texts: readonly string[] = [
  '{"timestamp":"',
  '","level":"',
  '","trace_id":',
  ',"session_id":"',
  '","operation":"',
  '","message":"',
  ',"context":{',
  ',"duration_ms":',
  ',"event":"',
  ...levels.map((level) => `${level}"`),
  ...["timestamp", "level", "trace_id", "session_id", "operation", "message", "context"]
    .map((key) => `,"${key}":`),
  ',"duration_ms":',
  ',"event":',
];

/** Each text's room, its length in the last byte. */
const textBytes = 16;

const placesCount = 4096;
const wordRoom = 136;

/** A row as the module writes it: two numbers of 64 bits, then such of 32. */
const rowBytes = 112;

/** Rows that are read at once. */
const rowsMax = 1024;

/** A row's numbers of 32 bits, by their index. */
const at = {
  level: 4,
  start: 5,
  trace: 6,
  session: 9,
  operation: 12,
  event: 15,
  messageStart: 18,
  messageEnd: 19,
  contextStart: 20,
  contextEnd: 21,
  restStart: 22,
  eventStart: 23,
  eventEnd: 24,
  end: 25,
} as const;

const wordNull = -1;
const wordEmpty = -2;
const wordNew = 0x1_0000;

/** The module reads so far beyond what it is given, at most. */
const slackBytes = 64;

/** Room for lines at first, in bytes; and the largest block that is taken. */
const inputBytesFirst = 320 * 1024;
const inputBytesMax = 16 * 1024 * 1024;

/** A running instance. All readers of a session may share it: each reads a block at a time. */
export class LogScanKernel {
  readonly #exports: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #words: number;
  readonly #rows: number;
  readonly #input: number;
  readonly #decoder = new TextDecoder();
  readonly #known: string[] = new Array(placesCount).fill("");
  #bytes: Uint8Array;
  #numbers: Int32Array;
  #floats: Float64Array;
  /** What lies in the memory. */
  #block: Uint8Array | null = null;
  #count = 0;
  #next = 0;

  private constructor(exports: Exports, memory: WebAssembly.Memory) {
    const from = exports.freeFrom();
    this.#exports = exports;
    this.#memory = memory;
    this.#words = from + texts.length * textBytes;
    this.#rows = aligned(this.#words + placesCount * wordRoom);
    this.#input = aligned(this.#rows + rowsMax * rowBytes);
    this.#bytes = new Uint8Array();
    this.#numbers = new Int32Array();
    this.#floats = new Float64Array();
    this.#grow(inputBytesFirst);
    texts.forEach((text, index) => {
      const start = from + index * textBytes;
      new TextEncoder().encodeInto(text, this.#bytes.subarray(start));
      this.#bytes[start + textBytes - 1] = text.length;
    });
    exports.prepare(from, this.#words);
  }

  /**
   * Starts the module.
   *
   * @returns Null where there is not so much memory.
   */
  static start(module: WebAssembly.Module): LogScanKernel | null {
    try {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const instance = new WebAssembly.Instance(module, { env: { memory } });
      return new LogScanKernel(instance.exports as unknown as Exports, memory);
    } catch {
      return null;
    }
  }

  /**
   * Makes a block the one that lines are read of.
   *
   * @param block Must not change any more.
   * @returns False for a block that there is no room for.
   */
  load(block: Uint8Array): boolean {
    if (block === this.#block) return true;
    if (this.#next < this.#count) this.#forgetWords();
    this.#count = this.#next = 0;
    this.#block = null;
    if (block.length > inputBytesMax || !this.#grow(block.length)) return false;
    this.#bytes.set(block, this.#input);
    const end = this.#input + block.length;
    this.#bytes.fill(0, end, end + slackBytes);
    this.#block = block;
    return true;
  }

  /**
   * The row of the line that begins at `start`; null where it is not as planloop writes it.
   *
   * @param file The file's name in the row.
   * @param line The line's number.
   */
  read(start: number, file: string, line: number, parse: ParseLine): ScannedRow | null {
    const isNext = this.#next < this.#count &&
      this.#numbers[this.#place(this.#next) + at.start] === start;
    if (!isNext && this.#scan(start) === 0) return null;
    return this.#row(this.#place(this.#next++), file, line, parse);
  }

  /** Reads lines, and gives how many. */
  #scan(start: number): number {
    if (this.#next < this.#count) this.#forgetWords();
    const input = this.#input;
    const end = input + this.#block!.length;
    this.#next = 0;
    this.#count = this.#exports.scan(input, input + start, end, this.#rows, rowsMax);
    return this.#count;
  }

  #place(row: number): number {
    return (this.#rows + row * rowBytes) >> 2;
  }

  #row(place: number, file: string, line: number, parse: ParseLine): ScannedRow {
    const numbers = this.#numbers;
    const row = new ScannedRow(file, line, this.#block!, numbers[place + at.start]!, parse);
    const duration = this.#floats[(place >> 1) + 1]!;
    row.time = this.#floats[place >> 1]!;
    row.duration_ms = duration === duration ? duration : null;
    row.level = levels[numbers[place + at.level]!]!;
    row.trace_id = this.#word(place + at.trace);
    row.session = this.#word(place + at.session)!;
    row.operation = this.#word(place + at.operation)!;
    row.event = this.#word(place + at.event);
    row.messageStart = numbers[place + at.messageStart]!;
    row.messageEnd = numbers[place + at.messageEnd]!;
    row.contextStart = numbers[place + at.contextStart]!;
    row.contextEnd = numbers[place + at.contextEnd]!;
    row.restStart = numbers[place + at.restStart]!;
    row.eventStart = numbers[place + at.eventStart]!;
    row.eventEnd = numbers[place + at.eventEnd]!;
    row.end = numbers[place + at.end]!;
    return row;
  }

  /** A word's start, end, and where it is known. */
  #word(place: number): string | null {
    const known = this.#numbers[place + 2]!;
    if (known >= 0 && known < wordNew) return this.#known[known]!;
    if (known === wordNull) return null;
    if (known === wordEmpty) return "";
    const [start, end] = [this.#numbers[place]!, this.#numbers[place + 1]!];
    return this.#known[known - wordNew] = this.#decoder.decode(this.#block!.subarray(start, end));
  }

  /** The words of rows that nobody read are new no more, but not known here. */
  #forgetWords(): void {
    this.#bytes.fill(0, this.#words, this.#words + placesCount * wordRoom);
  }

  /** Makes room for so many bytes of lines; false where there is none. */
  #grow(bytes: number): boolean {
    const missing = this.#input + bytes + slackBytes - this.#memory.buffer.byteLength;
    try {
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    } catch {
      return false;
    }
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#numbers = new Int32Array(this.#memory.buffer);
      this.#floats = new Float64Array(this.#memory.buffer);
    }
    return true;
  }
}

/** Recognises the lines of one file as {@linkcode LogScanner} does. */
export class KernelLogScanner implements LineScanner<LogRow & LineText> {
  /** Where the last line ended that was recognised. */
  end = 0;
  readonly #kernel: LogScanKernel;
  readonly #file: string;
  readonly #parse: ParseLine;
  /** For blocks that the kernel has no room for. */
  readonly #other: LogScanner;

  /** @param file The file's name in the rows. */
  constructor(kernel: LogScanKernel, file: string, parse: ParseLine) {
    this.#kernel = kernel;
    this.#file = file;
    this.#parse = parse;
    this.#other = new LogScanner(file, parse);
  }

  /** A line's row; null where the line is not as planloop writes it. */
  scan(bytes: Uint8Array, start: number, line: number): (LogRow & LineText) | null {
    if (!this.#kernel.load(bytes)) {
      const row = this.#other.scan(bytes, start, line);
      this.end = this.#other.end;
      return row;
    }
    const row = this.#kernel.read(start, this.#file, line, this.#parse);
    if (row) this.end = row.end;
    return row;
  }
}

/** The next place for numbers of 64 bits. */
function aligned(place: number): number {
  return Math.ceil(place / 16) * 16;
}
