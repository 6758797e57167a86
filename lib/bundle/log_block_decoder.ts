/**
 * Blocks of bytes → columns and records: the report's side of the log codec.
 *
 * @module
 */

import { levels } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LogColumns } from "./data_source.ts";
import { dictionarySizeMax } from "./dictionaries.ts";
import { readExtra } from "./extra_text.ts";
import {
  blockRowsMax,
  durationRaw,
  fieldSeparator,
  headBytes,
  planeBytesPerRow,
  planes,
  timeNone,
  timeRaw,
} from "./log_block_layout.ts";
import type { LogDictionaries } from "./sections.ts";

/**
 * Where each row's text lies in its block. Rows are numbered from 0 within the block; *positions*
 * are numbered in text order, so that a place in the text can be found by halving `starts`.
 */
export interface TextLayout {
  readonly rows: number;
  /** First byte of each position; one more entry, the text's size, at the end. */
  readonly starts: Uint32Array;
  /** The position of each row. */
  readonly positions: Uint16Array;
  /** The row at each position. */
  readonly order: Uint16Array;
}

/** The words a full dictionary had no number for, kept with the row's text. */
interface Overflow {
  operation?: string;
  trace_id?: string;
  event?: string;
  file?: string;
}

/** Columns for so many rows, as {@linkcode decodeColumns} fills them. */
export function createLogColumns(rows: number): LogColumns {
  return {
    time: new Float64Array(rows),
    level: new Uint8Array(rows),
    operation: new Uint16Array(rows),
    trace: new Uint32Array(rows),
    duration: new Float64Array(rows),
    event: new Uint8Array(rows),
    file: new Uint8Array(rows),
    line: new Uint32Array(rows),
  };
}

/**
 * Fills the columns of one block's rows.
 *
 * @param columns The block's inflated columns.
 * @param rows How many rows the block has, from the header.
 * @param into Columns of the whole log.
 * @param firstRow The block's first row in `into`.
 * @returns Where each row's text lies.
 * @throws {RangeError} If the bytes are not columns of so many rows, or `into` is too short.
 */
export function decodeColumns(
  columns: Uint8Array,
  rows: number,
  into: LogColumns,
  firstRow: number,
): TextLayout {
  const view = new DataView(columns.buffer, columns.byteOffset, columns.byteLength);
  const planesAt = checkSize(view, rows, into, firstRow);
  const bytes = columns.subarray(planesAt);
  const rawDurationsAt = headBytes + 8 * view.getUint32(8, true);
  const layout = decodeOrder(bytes, rows);
  decodeTimes(view, bytes, rows, into.time, firstRow);
  decodeLines(bytes, rows, into, firstRow);
  decodeDurations(view, rawDurationsAt, bytes, layout, into.duration, firstRow);
  const { trace, level, operation, event } = planes;
  for (let row = 0; row < rows; row++) {
    into.trace[firstRow + row] = u24(bytes, trace * rows + row, rows);
  }
  for (let at = 0; at < rows; at++) {
    const row = firstRow + layout.order[at]!;
    into.level[row] = bytes[level * rows + at]!;
    into.operation[row] = u16(bytes, operation * rows + at, rows);
    into.event[row] = bytes[event * rows + at]!;
  }
  return layout;
}

/**
 * One row's bytes out of its block's text, without copying.
 *
 * @param row The row's number within the block.
 * @throws {RangeError} If the block has no such row.
 */
export function rowText(text: Uint8Array, layout: TextLayout, row: number): Uint8Array {
  if (!(row >= 0 && row < layout.rows)) {
    throw new RangeError(`Cannot read row ${row}: expected 0 to ${layout.rows - 1}`);
  }
  const at = layout.positions[row]!;
  return text.subarray(layout.starts[at]!, layout.starts[at + 1]!);
}

/**
 * Rebuilds a whole record.
 *
 * @param text The row's own bytes, from {@linkcode rowText}.
 * @param columns The log's columns.
 * @param row The row's number in `columns`.
 * @param dictionaries The words behind the columns' numbers.
 * @throws {RangeError} If the bytes are not a row's text.
 */
export function decodeRecord(
  text: Uint8Array,
  columns: LogColumns,
  row: number,
  dictionaries: LogDictionaries,
): LogRecord {
  const fields = splitFields(text, row);
  const overflow: Overflow = fields.length > 3 ? JSON.parse(fields[3]!) : {};
  const trace = columns.trace[row]!;
  const event = columns.event[row]!;
  return {
    time: orNull(columns.time[row]!),
    level: levels[columns.level[row]!] ?? "INFO",
    operation: overflow.operation ?? dictionaries.operations[columns.operation[row]!] ?? "",
    trace_id: trace === 0 ? null : overflow.trace_id ?? dictionaries.traces[trace] ?? null,
    message: fields[0]!,
    duration_ms: orNull(columns.duration[row]!),
    event: event === 0 ? null : overflow.event ?? dictionaries.events[event] ?? null,
    context: JSON.parse(fields[1]!),
    extra: readExtra(fields[2]!, dictionaries.session_id),
    file: overflow.file ?? dictionaries.files[columns.file[row]!] ?? "",
    line: columns.line[row]!,
  };
}

/** Whether a number stands for "another word", which the row's text holds. */
export function isOtherWord(dictionary: keyof typeof dictionarySizeMax, number: number): boolean {
  return number === dictionarySizeMax[dictionary];
}

function checkSize(view: DataView, rows: number, into: LogColumns, firstRow: number): number {
  if (!(rows >= 0 && rows <= blockRowsMax)) {
    throw new RangeError(`Cannot decode a block of ${rows} rows: expected 0 to ${blockRowsMax}`);
  }
  if (firstRow + rows > into.time.length) {
    throw new RangeError(
      `Cannot decode rows ${firstRow} to ${firstRow + rows} into columns of ${into.time.length}`,
    );
  }
  const head = view.byteLength >= headBytes;
  const raw = head ? view.getUint32(8, true) + view.getUint32(12, true) : 0;
  const expected = headBytes + 8 * raw + planeBytesPerRow * rows;
  if (!head || view.byteLength !== expected) {
    throw new RangeError(
      `Cannot decode a block of ${rows} rows: found ${view.byteLength} bytes, expected ${expected}`,
    );
  }
  return headBytes + 8 * raw;
}

/** Rows sorted by group, stably: a counting sort, as the encoder did. */
function decodeOrder(bytes: Uint8Array, rows: number): TextLayout {
  const groups = new Uint16Array(rows);
  const next = new Uint32Array(blockRowsMax + 1);
  for (let row = 0; row < rows; row++) {
    const group = u16(bytes, planes.group * rows + row, rows);
    groups[row] = group;
    next[group + 1]!++;
  }
  for (let group = 1; group < next.length; group++) next[group]! += next[group - 1]!;
  const positions = new Uint16Array(rows);
  const order = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = next[groups[row]!]!++;
    positions[row] = at;
    order[at] = row;
  }
  const starts = new Uint32Array(rows + 1);
  for (let at = 0; at < rows; at++) {
    starts[at + 1] = starts[at]! + u32(bytes, planes.length * rows + at, rows);
  }
  return { rows, starts, positions, order };
}

function decodeTimes(
  view: DataView,
  bytes: Uint8Array,
  rows: number,
  time: Float64Array,
  firstRow: number,
): void {
  let micros = view.getFloat64(0, true);
  const step = view.getUint32(16, true);
  let raw = headBytes;
  for (let row = 0; row < rows; row++) {
    const low = u32(bytes, planes.time * rows + row, rows);
    const code = low + u16(bytes, (planes.time + 4) * rows + row, rows) * 0x1_0000_0000;
    if (code === timeNone) {
      time[firstRow + row] = NaN;
    } else if (code === timeRaw) {
      time[firstRow + row] = view.getFloat64(raw, true);
      raw += 8;
    } else {
      micros += (low & 1 ? -(code + 1) / 2 : code / 2) * step;
      time[firstRow + row] = micros / 1000;
    }
  }
}

/** Lines count on from the last line of the same file. */
function decodeLines(bytes: Uint8Array, rows: number, into: LogColumns, firstRow: number): void {
  const last = new Uint32Array(dictionarySizeMax.files + 1);
  for (let row = 0; row < rows; row++) {
    const file = bytes[planes.file * rows + row]!;
    const code = u32(bytes, planes.line * rows + row, rows);
    const line = last[file]! + 1 + ((code >>> 1) ^ -(code & 1));
    last[file] = line;
    into.file[firstRow + row] = file;
    into.line[firstRow + row] = line;
  }
}

function decodeDurations(
  view: DataView,
  rawAt: number,
  bytes: Uint8Array,
  layout: TextLayout,
  duration: Float64Array,
  firstRow: number,
): void {
  const { rows, order } = layout;
  let raw = rawAt;
  for (let at = 0; at < rows; at++) {
    const code = u32(bytes, planes.duration * rows + at, rows);
    const row = firstRow + order[at]!;
    if (code === 0) duration[row] = NaN;
    else if (code !== durationRaw) duration[row] = (code - 1) / 1000;
    else {
      duration[row] = view.getFloat64(raw, true);
      raw += 8;
    }
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function splitFields(text: Uint8Array, row: number): string[] {
  const fields: string[] = [];
  let start = 0;
  while (start <= text.length && fields.length < 4) {
    const found = text.indexOf(fieldSeparator, start);
    const end = found < 0 ? text.length : found;
    fields.push(decoder.decode(text.subarray(start, end)));
    start = end + 1;
  }
  if (fields.length < 3) {
    throw new RangeError(`Cannot read row ${row}: found ${fields.length} fields, expected 3 or 4`);
  }
  return fields;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function u16(bytes: Uint8Array, at: number, rows: number): number {
  return bytes[at]! | bytes[at + rows]! << 8;
}

function u24(bytes: Uint8Array, at: number, rows: number): number {
  return bytes[at]! | bytes[at + rows]! << 8 | bytes[at + 2 * rows]! << 16;
}

function u32(bytes: Uint8Array, at: number, rows: number): number {
  return (u24(bytes, at, rows) | bytes[at + 3 * rows]! << 24) >>> 0;
}
