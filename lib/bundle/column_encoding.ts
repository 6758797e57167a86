/**
 * The values of a block's rows → its columns, plane by plane.
 *
 * @module
 */

import { dictionarySizeMax } from "./dictionaries.ts";
import {
  durationRaw,
  headBytes,
  planeBytesPerRow,
  planes,
  timeDeltaMax,
  timeNone,
  timeRaw,
} from "./log_block_layout.ts";

/** The values of a block's rows before they are spread over planes. */
export class RowValues {
  /** Milliseconds since the epoch; NaN where unknown. */
  readonly time: Float64Array;
  /** Milliseconds; NaN where there is none. */
  readonly duration: Float64Array;
  readonly level: Uint8Array;
  readonly operation: Uint16Array;
  readonly trace: Uint32Array;
  readonly event: Uint8Array;
  readonly file: Uint8Array;
  readonly line: Uint32Array;
  readonly group: Uint16Array;

  constructor(rows: number) {
    this.time = new Float64Array(rows);
    this.duration = new Float64Array(rows);
    this.level = new Uint8Array(rows);
    this.operation = new Uint16Array(rows);
    this.trace = new Uint32Array(rows);
    this.event = new Uint8Array(rows);
    this.file = new Uint8Array(rows);
    this.line = new Uint32Array(rows);
    this.group = new Uint16Array(rows);
  }

  /** The same values with room for twice as many. */
  grown(): RowValues {
    const larger = new RowValues(2 * this.time.length);
    for (const key of Object.keys(this) as (keyof RowValues & "time")[]) larger[key].set(this[key]);
    return larger;
  }
}

/**
 * One block's columns.
 *
 * @param values The rows', in row order.
 * @param order The row at each position of the text.
 * @param lengths The bytes of text at each position.
 */
export function encodeColumns(
  values: RowValues,
  order: Uint16Array,
  lengths: Uint32Array,
): Uint8Array<ArrayBuffer> {
  const rows = order.length;
  const bytes = new Uint8Array(planeBytesPerRow * rows);
  const { base, step, raw: rawTimes } = writeTimes(bytes, rows, values.time);
  const last = new Uint32Array(dictionarySizeMax.files + 1);
  for (let row = 0; row < rows; row++) {
    const file = values.file[row]!;
    const line = values.line[row]!;
    const delta = (line - last[file]! - 1) | 0;
    last[file] = line;
    put(bytes, rows, planes.trace, row, values.trace[row]!, 3);
    bytes[planes.file * rows + row] = file;
    put(bytes, rows, planes.line, row, ((delta << 1) ^ (delta >> 31)) >>> 0, 4);
    put(bytes, rows, planes.group, row, values.group[row]!, 2);
  }
  const rawDurations: number[] = [];
  for (let at = 0; at < rows; at++) {
    const row = order[at]!;
    const duration = values.duration[row]!;
    const code = durationCode(duration);
    if (code === durationRaw) rawDurations.push(duration);
    bytes[planes.level * rows + at] = values.level[row]!;
    put(bytes, rows, planes.operation, at, values.operation[row]!, 2);
    bytes[planes.event * rows + at] = values.event[row]!;
    put(bytes, rows, planes.duration, at, code, 4);
    put(bytes, rows, planes.length, at, lengths[at]!, 4);
  }
  return withHead(base, step, rawTimes, rawDurations, bytes);
}

/**
 * @returns The time from which the deltas count and their unit, in microseconds, and the times that
 * are no delta.
 */
function writeTimes(
  bytes: Uint8Array,
  rows: number,
  times: Float64Array,
): { base: number; step: number; raw: number[] } {
  const step = stepOf(times, rows);
  const raw: number[] = [];
  let base = 0;
  let last = NaN;
  for (let row = 0; row < rows; row++) {
    const time = times[row]!;
    let code: number = timeNone;
    if (!Number.isNaN(time)) {
      const micros = exactMicros(time) ?? NaN;
      if (Number.isNaN(last) && !Number.isNaN(micros)) last = base = micros;
      const delta = (micros - last) / step;
      code = delta < 0 ? -2 * delta - 1 : 2 * delta;
      if (code <= timeDeltaMax) last = micros;
      else {
        code = timeRaw;
        raw.push(time);
      }
    }
    put(bytes, rows, planes.time, row, code >>> 0, 4);
    put(bytes, rows, planes.time + 4, row, Math.floor(code / 0x1_0000_0000), 2);
  }
  return { base, step, raw };
}

/** Of whole milliseconds, the digits behind them would be noise in two planes. */
function stepOf(times: Float64Array, rows: number): number {
  for (let row = 0; row < rows; row++) {
    if (!Number.isInteger(times[row]) && !Number.isNaN(times[row])) return 1;
  }
  return 1000;
}

function durationCode(duration: number): number {
  if (Number.isNaN(duration)) return 0;
  const micros = exactMicros(duration);
  return micros !== undefined && micros >= 0 && micros < durationRaw - 1 ? micros + 1 : durationRaw;
}

/** Spreads a number's lowest bytes over as many planes. */
function put(
  bytes: Uint8Array,
  rows: number,
  plane: number,
  at: number,
  value: number,
  count: number,
): void {
  let index = plane * rows + at;
  for (let byte = 0; byte < count; byte++) {
    bytes[index] = value;
    value >>>= 8;
    index += rows;
  }
}

function withHead(
  base: number,
  step: number,
  rawTimes: readonly number[],
  rawDurations: readonly number[],
  columns: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const planesAt = headBytes + 8 * (rawTimes.length + rawDurations.length);
  const bytes = new Uint8Array(planesAt + columns.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, base, true);
  view.setUint32(8, rawTimes.length, true);
  view.setUint32(12, rawDurations.length, true);
  view.setUint32(16, step, true);
  let at = headBytes;
  for (const value of [...rawTimes, ...rawDurations]) {
    view.setFloat64(at, value, true);
    at += 8;
  }
  bytes.set(columns, planesAt);
  return bytes;
}

/** The microseconds that give back exactly these milliseconds, where whole ones do. */
function exactMicros(milliseconds: number): number | undefined {
  const micros = Math.round(milliseconds * 1000);
  if (!Number.isSafeInteger(micros) || Object.is(micros, -0)) return undefined;
  return micros / 1000 === milliseconds ? micros : undefined;
}
