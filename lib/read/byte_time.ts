/**
 * Times in bytes, as planloop writes them.
 *
 * @module
 */

import { parseTime } from "../format/mod.ts";

/** Reads times in a log, where neighbouring lines share their date. */
export class ByteTimeReader {
  /** The last date's digits as one number, and when that day began. */
  #date = -1;
  #day = 0;
  /** Behind the last time that was read. */
  end = 0;

  /**
   * The moment `2025-11-18T08:14:17.585Z`, or one with six digits behind the point.
   *
   * @returns NaN for any other form, and where there is no such day or hour.
   */
  read(bytes: Uint8Array, at: number): number {
    if (bytes[at + 10] !== 0x54 || bytes[at + 19] !== 0x2e) return NaN;
    const seconds = this.#dayAt(bytes, at) + timeOfDay(bytes, at + 11);
    const isLong = bytes[at + 23] !== 0x5a;
    const end = at + (isLong ? 26 : 23);
    if (bytes[end] !== 0x5a) return NaN;
    const micros = digits(bytes, at + 20, 3) * 1000 + (isLong ? digits(bytes, at + 23, 3) : 0);
    this.end = end + 1;
    return seconds + micros / 1000;
  }

  #dayAt(bytes: Uint8Array, at: number): number {
    if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return NaN;
    const date = digits(bytes, at, 4) * 10_000 + digits(bytes, at + 5, 2) * 100 +
      digits(bytes, at + 8, 2);
    if (date !== this.#date) {
      this.#date = date;
      const text = String.fromCharCode(...bytes.subarray(at, at + 10));
      this.#day = Number.isNaN(date) ? NaN : parseTime(text) ?? NaN;
    }
    return this.#day;
  }
}

/** Milliseconds of `08:14:17`. */
function timeOfDay(bytes: Uint8Array, at: number): number {
  if (bytes[at + 2] !== 0x3a || bytes[at + 5] !== 0x3a) return NaN;
  const hour = digits(bytes, at, 2);
  const minute = digits(bytes, at + 3, 2);
  const second = digits(bytes, at + 6, 2);
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  return (hour * 3600 + minute * 60 + second) * 1000;
}

/** NaN where one of so many bytes is no digit. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let index = 0; index < count; index++) {
    const digit = bytes[at + index]! - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}
