/**
 * `logs/planloop.jsonl` to log records.
 *
 * @module
 */

import { parseLevel, type ProblemSink } from "../format/mod.ts";
import { JsonLineReader, type LineMapper, type LinePlace } from "./json_lines.ts";
import type { JsonLineOptions, LineScanner } from "./json_lines.ts";
import { isObject, type JsonObject, setKey } from "./json_value.ts";
import type { LogRecord } from "./log_record.ts";
import { type LineText, type LogRow, rowOfRecord } from "./log_row.ts";
import { KernelLogScanner, type LogScanKernel } from "./log_scan_kernel.ts";
import { LogScanner } from "./log_scanner.ts";
import { describeValue } from "./preview.ts";
import { TimeReader } from "./time_reader.ts";

/**
 * Reads a log of JSON lines, ours or the Python planloop's, from chunks of bytes.
 *
 * @param file The file's name for records and problems, relative to the session folder.
 *
 * @example Two lines, the second cut off
 * ```ts
 * import { createLogReader } from "planloop/read";
 *
 * const reader = createLogReader("logs/planloop.jsonl", console.warn);
 * reader.push(new TextEncoder().encode('{"timestamp":"2025-11-18T08:14:17Z"}\n{"timest')); // 1
 * reader.finish(); // none, and a problem of kind "torn"
 * ```
 */
export function createLogReader(
  file: string,
  problem: ProblemSink,
  options: JsonLineOptions = {},
): JsonLineReader<LogRecord> {
  return new JsonLineReader(file, new LogMapper(), problem, options);
}

/** How a log is read as rows. */
export interface LogRowOptions extends JsonLineOptions {
  /** Recognises lines faster. Default: TypeScript does. */
  kernel?: LogScanKernel | undefined;
}

/**
 * Reads a log as {@linkcode createLogReader} does, but lines that are as planloop writes them only
 * as far as their rows say. The rows' records are those that `createLogReader` gives.
 */
export function createLogRowReader(
  file: string,
  problem: ProblemSink,
  { kernel, ...options }: LogRowOptions = {},
): JsonLineReader<LogRow> {
  return new JsonLineReader(file, new RowMapper(file, kernel), problem, options);
}

/** A record with nothing known but its place. */
export function emptyLogRecord(file: string, line: number): LogRecord {
  return {
    time: null,
    level: "INFO",
    operation: "",
    trace_id: null,
    message: "",
    duration_ms: null,
    event: null,
    context: {},
    extra: {},
    file,
    line,
  };
}

class LogMapper implements LineMapper<LogRecord> {
  readonly #time = new TimeReader();

  other(text: string, place: LinePlace): LogRecord {
    return { ...emptyLogRecord(place.file, place.line), message: text };
  }

  object(value: JsonObject, place: LinePlace): LogRecord {
    const record = emptyLogRecord(place.file, place.line);
    let wrong = "";
    for (const key in value) {
      const item = value[key];
      let fits = true;
      switch (key) {
        case "timestamp":
          record.time = this.#time.read(item);
          fits = record.time !== null;
          break;
        case "level":
          fits = setLevel(record, item);
          break;
        case "message":
          if (typeof item === "string") record.message = item;
          else fits = item === null;
          break;
        case "operation":
          if (typeof item === "string") record.operation = item;
          else fits = item === null;
          break;
        case "trace_id":
          if (typeof item === "string") record.trace_id = item;
          else fits = item === null;
          break;
        case "duration_ms":
          if (Number.isFinite(item)) record.duration_ms = item as number;
          else fits = item === null;
          break;
        case "event":
          if (typeof item === "string") record.event = item;
          else fits = item === null;
          break;
        case "context":
          if (isObject(item)) record.context = item;
          else fits = item === null;
          break;
        default:
          setKey(record.extra, key, item);
      }
      if (!fits) {
        record.extra[key] = item;
        wrong += `${wrong === "" ? "" : "; "}${key} is ${describeValue(item)}`;
      }
    }
    if (record.time === null && !("timestamp" in value)) {
      wrong += `${wrong === "" ? "" : "; "}timestamp is missing`;
    }
    if (record.event === null && record.message === "" && !("message" in value)) {
      wrong += `${wrong === "" ? "" : "; "}message is missing`;
    }
    if (wrong !== "") place.doubt("wrong_shape", `The line has another shape: ${wrong}`);
    return record;
  }
}

class RowMapper implements LineMapper<LogRow> {
  readonly scanner: LineScanner<LogRow & LineText>;
  readonly #records = new LogMapper();

  constructor(file: string, kernel: LogScanKernel | undefined) {
    // Such a line is as it should be in all respects, so there is nothing to report of it.
    const silent = { doubt: () => {}, lose: () => {} };
    const parse = (json: string, line: number) =>
      this.#records.object(JSON.parse(json), { file, line, ...silent });
    this.scanner = kernel ? new KernelLogScanner(kernel, file, parse) : new LogScanner(file, parse);
  }

  object(value: JsonObject, place: LinePlace): LogRow {
    return rowOfRecord(this.#records.object(value, place));
  }

  other(text: string, place: LinePlace): LogRow {
    return rowOfRecord(this.#records.other(text, place));
  }
}

function setLevel(record: LogRecord, value: unknown): boolean {
  if (value === null) return true;
  const level = parseLevel(value);
  if (level === undefined) return false;
  record.level = level;
  return true;
}
