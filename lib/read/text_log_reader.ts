/**
 * `logs/planloop.log`, the Python planloop's text log, to log records.
 *
 * @module
 */

import { parseLevel, parseTime, type Problem, type ProblemSink } from "../format/mod.ts";
import { type LineBlock, lineBytesMax, type LinesBefore, LineSplitter } from "./line_splitter.ts";
import { emptyLogRecord } from "./log_reader.ts";
import type { LogRecord } from "./log_record.ts";
import { previewText } from "./preview.ts";
import { type ZoneAnchor, zoneAnchor, type ZoneHints } from "./zone_offset.ts";

/** Longest message, in characters, that a text log's continuation lines may add up to. */
export const textMessageLengthMax: number = 1024 * 1024;

/** Settings of a {@linkcode TextLogReader}. */
export interface TextLogOptions {
  /**
   * The log's zone: minutes to add to UTC to get its local time. `null`, the default, is unknown:
   * the times are taken as UTC, and one problem says so.
   */
  offset_minutes?: number | null;
  /** Longest line, in bytes. Default {@linkcode lineBytesMax}. */
  lineBytesMax?: number;
  /** What stands in the file before the first chunk. Default: nothing. */
  before?: LinesBefore;
}

const lineStart =
  /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[,.]\d{1,6}) \[([A-Za-z]{1,16})\](?: ([^]*))?$/;
const operationIn =
  /^(?:Queue entry ([0-9a-fA-F-]{8,64}) registered for|Lock (?:acquired|released) for|(?:Queue wait|Lock) timeout for) ([^;]+)(?:; held by (.+))?$/;
const entryRemoved = /^Queue entry ([0-9a-fA-F-]{8,64}) removed$/;

/**
 * Reads a text log from chunks of bytes. A line without a time of its own continues the message
 * before it. Operation, queue entry and holder are filled in only where the message states them.
 */
export class TextLogReader {
  readonly #file: string;
  readonly #problem: ProblemSink;
  readonly #lengthMax: number;
  readonly #splitter: LineSplitter;
  readonly #offsetMs: number;
  #zoneKnown: boolean;
  #line: number;
  /** The last record, which further lines may continue. */
  #open: LogRecord | null = null;
  #dropped = 0;

  /** @param file The file's name for records and problems, relative to the session folder. */
  constructor(file: string, problem: ProblemSink, options: TextLogOptions = {}) {
    const offset = options.offset_minutes ?? null;
    this.#file = file;
    this.#problem = problem;
    this.#lengthMax = options.lineBytesMax ?? lineBytesMax;
    this.#line = options.before?.lines ?? 0;
    this.#splitter = new LineSplitter(this.#lengthMax, options.before?.bytes);
    this.#offsetMs = (offset ?? 0) * 60_000;
    this.#zoneKnown = offset !== null;
  }

  /** Takes the next chunk and gives the records that it completes. */
  push(chunk: Uint8Array): LogRecord[] {
    return this.#read(this.#splitter.push(chunk));
  }

  /** Gives the last record. */
  finish(): LogRecord[] {
    const records = this.#read(this.#splitter.finish());
    this.#close(records);
    return records;
  }

  #read(blocks: LineBlock[]): LogRecord[] {
    const records: LogRecord[] = [];
    for (const block of blocks) {
      if (block.bytes) {
        this.#readLines(block.bytes, block.start, records);
      } else {
        this.#line++;
        const bytes = block.end - block.start;
        this.#report("too_long", {
          reason: `The line has ${bytes} bytes, expected at most ${this.#lengthMax}: left out`,
          lost: true,
          byte_start: block.start,
          byte_end: block.end,
        }, block.preview);
      }
    }
    return records;
  }

  #readLines(bytes: Uint8Array, start: number, records: LogRecord[]): void {
    for (let at = 0; at < bytes.length;) {
      let end = bytes.indexOf(0x0a, at);
      if (end < 0) end = bytes.length;
      this.#line++;
      const part = bytes.subarray(at, end);
      this.#readLine(this.#decode(part, start + at), records, start + at);
      at = end + 1;
    }
  }

  #decode(bytes: Uint8Array, start: number): string {
    try {
      return strict.decode(bytes);
    } catch {
      const text = lenient.decode(bytes);
      this.#report("not_utf8", {
        reason: "The line has bytes that are not UTF-8: shown as U+FFFD",
        lost: false,
        byte_start: start,
        byte_end: start + bytes.length,
      }, text);
      return text;
    }
  }

  #readLine(whole: string, records: LogRecord[], start: number): void {
    const text = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const match = lineStart.exec(this.#line === 1 ? text.replace(/^\ufeff/, "") : text);
    if (!match) {
      this.#continue(text, start);
      return;
    }
    this.#close(records);
    const record = emptyLogRecord(this.#file, this.#line);
    const time = parseTime(match[1]);
    const level = parseLevel(match[2]);
    record.message = match[3] ?? "";
    if (time !== undefined) record.time = time - this.#offsetMs;
    if (level !== undefined) record.level = level;
    else record.extra["level"] = match[2];
    if (time === undefined || level === undefined) {
      const wrong = time === undefined ? `time ${match[1]}` : `level ${match[2]}`;
      this.#report("wrong_shape", {
        reason: `The line's ${wrong} is not known: shown without`,
        lost: false,
        byte_start: start,
      }, text);
    }
    if (!this.#zoneKnown && time !== undefined) this.#assumeUtc();
    this.#open = record;
  }

  /** A line without a start of its own. */
  #continue(text: string, start: number): void {
    if (!this.#open) {
      if (text.trim() === "") return;
      this.#open = { ...emptyLogRecord(this.#file, this.#line), message: text };
      this.#report("torn", {
        reason: "The line has no time, and no line before it that it could continue: shown alone",
        lost: false,
        byte_start: start,
      }, text);
    } else if (this.#open.message.length + text.length < textMessageLengthMax) {
      this.#open.message += `\n${text}`;
    } else {
      this.#dropped++;
    }
  }

  #close(records: LogRecord[]): void {
    const record = this.#open;
    if (!record) return;
    this.#open = null;
    // A blank line at the end of a message comes from the file's end, not from the message.
    record.message = withoutFinalNewlines(record.message);
    if (this.#dropped > 0) {
      this.#problem({
        file: this.#file,
        kind: "too_long",
        reason: `The message goes on for ${this.#dropped} further lines beyond ` +
          `${textMessageLengthMax} characters: left out`,
        line: record.line,
        lost: true,
        count: this.#dropped,
      });
      this.#dropped = 0;
    }
    fillFromMessage(record);
    records.push(record);
  }

  #assumeUtc(): void {
    this.#zoneKnown = true;
    this.#problem({
      file: this.#file,
      kind: "assumed",
      reason: "The log has local times without a zone, and nothing in the session tells the zone:" +
        " taken as UTC",
      lost: false,
    });
  }

  #report(
    kind: Problem["kind"],
    rest: Pick<Problem, "reason" | "lost" | "byte_start" | "byte_end">,
    text: string,
  ): void {
    this.#problem({
      file: this.#file,
      kind,
      line: this.#line,
      preview: previewText(text),
      ...rest,
    });
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

function withoutFinalNewlines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

function fillFromMessage(record: LogRecord): void {
  const match = operationIn.exec(record.message);
  if (match) {
    record.operation = match[2]!.trim();
    if (match[1]) record.extra["lock_entry_id"] = match[1];
    if (match[3]) record.extra["holder"] = match[3];
    return;
  }
  const removed = entryRemoved.exec(record.message);
  if (removed) record.extra["lock_entry_id"] = removed[1];
}

/**
 * Collects anchors from the start of a text log, for {@linkcode inferZoneOffset}.
 *
 * @param bytes The log's first bytes; its last line may be cut.
 * @param hints What the session knows in UTC.
 */
export function zoneAnchors(bytes: Uint8Array, hints: ZoneHints): ZoneAnchor[] {
  const reader = new TextLogReader("", () => {}, { offset_minutes: 0 });
  const anchors: ZoneAnchor[] = [];
  for (const record of [...reader.push(bytes), ...reader.finish()]) {
    if (record.time === null) continue;
    const anchor = zoneAnchor(record.time, record.message, hints);
    if (anchor) anchors.push(anchor);
  }
  return anchors;
}
