/**
 * A line of a log, read only as far as it is needed.
 *
 * @module
 */

import type { EpochMs, Level } from "../format/mod.ts";
import type { LogRecord } from "./log_record.ts";

/** What every row knows of its record; texts and further keys only the record has. */
export type LogRowValues = Pick<
  LogRecord,
  "time" | "level" | "operation" | "trace_id" | "duration_ms" | "event" | "file" | "line"
>;

/**
 * Where the texts of a line are that stands in memory as planloop writes it. All of it is JSON as
 * `JSON.stringify` writes it, and UTF-8.
 */
export interface LineText {
  /** Not to be changed, and not to be kept for longer than needed: many lines share it. */
  bytes: Uint8Array;
  /** The line's first byte. */
  start: number;
  /** Behind the message's opening quotation mark. */
  messageStart: number;
  /** Its closing one. */
  messageEnd: number;
  contextStart: number;
  contextEnd: number;
  /**
   * From here to `end` stand the further keys that follow the session's id: `}`, or a comma, the
   * members and `}`; but of these the event's member is no further key.
   */
  restStart: number;
  /** The event's member with its comma; both are `restStart` where there is none. */
  eventStart: number;
  eventEnd: number;
  /** Behind the line's closing brace. */
  end: number;
  /** The `session_id`, which is the first further key. */
  session: string;
}

/** A line of a log. */
export interface LogRow extends LogRowValues {
  /** Null where the line is not as planloop writes it; then only the record has its texts. */
  readonly text: LineText | null;
  /** The line's record. A line that stands in memory is parsed now, each time. */
  record(): LogRecord;
  /** The row for keeping: it holds the memory of its own line, not of the lines around it. */
  kept(): LogRow;
}

/** A row of a record that was read whole. */
export function rowOfRecord(record: LogRecord): LogRow {
  return new RecordRow(record);
}

class RecordRow implements LogRow {
  readonly time: EpochMs | null;
  readonly level: Level;
  readonly operation: string;
  readonly trace_id: string | null;
  readonly duration_ms: number | null;
  readonly event: string | null;
  readonly file: string;
  readonly line: number;
  readonly text = null;
  readonly #record: LogRecord;

  constructor(record: LogRecord) {
    this.time = record.time;
    this.level = record.level;
    this.operation = record.operation;
    this.trace_id = record.trace_id;
    this.duration_ms = record.duration_ms;
    this.event = record.event;
    this.file = record.file;
    this.line = record.line;
    this.#record = record;
  }

  record(): LogRecord {
    return this.#record;
  }

  kept(): LogRow {
    return this;
  }
}
