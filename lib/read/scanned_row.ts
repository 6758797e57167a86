/**
 * A row of a log's line that stands in memory.
 *
 * @module
 */

import type { EpochMs, Level } from "../format/mod.ts";
import type { LogRecord } from "./log_record.ts";
import type { LineText, LogRow } from "./log_row.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads a whole line's record, for those who ask for it. */
export type ParseLine = (json: string, line: number) => LogRecord;

/** A row, filled while its line is recognised. */
export class ScannedRow implements LogRow, LineText {
  readonly file: string;
  readonly line: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly #parse: ParseLine;
  time: EpochMs | null = null;
  level: Level = "INFO";
  operation = "";
  trace_id: string | null = null;
  duration_ms: number | null = null;
  event: string | null = null;
  session = "";
  messageStart = 0;
  messageEnd = 0;
  contextStart = 0;
  contextEnd = 0;
  restStart = 0;
  eventStart = 0;
  eventEnd = 0;
  end = 0;

  constructor(file: string, line: number, bytes: Uint8Array, start: number, parse: ParseLine) {
    this.file = file;
    this.line = line;
    this.bytes = bytes;
    this.start = start;
    this.#parse = parse;
  }

  get text(): LineText {
    return this;
  }

  record(): LogRecord {
    const json = decoder.decode(this.bytes.subarray(this.start, this.end));
    return this.#parse(json, this.line);
  }

  kept(): LogRow {
    // With its newline, as all lines here have one.
    const { start, end } = this;
    const row = new ScannedRow(
      this.file,
      this.line,
      this.bytes.slice(start, end + 1),
      0,
      this.#parse,
    );
    row.time = this.time;
    row.level = this.level;
    row.operation = this.operation;
    row.trace_id = this.trace_id;
    row.duration_ms = this.duration_ms;
    row.event = this.event;
    row.session = this.session;
    row.messageStart = this.messageStart - start;
    row.messageEnd = this.messageEnd - start;
    row.contextStart = this.contextStart - start;
    row.contextEnd = this.contextEnd - start;
    row.restStart = this.restStart - start;
    row.eventStart = this.eventStart - start;
    row.eventEnd = this.eventEnd - start;
    row.end = end - start;
    return row;
  }
}
