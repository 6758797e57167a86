/**
 * Times of log lines, read fast.
 *
 * @module
 */

import { type EpochMs, parseTime } from "../format/mod.ts";

/** Farthest moment that a `Date` can hold, in milliseconds from the epoch. */
const timeMax = 8.64e15;

/**
 * Reads times as `parseTime` does, but much faster for `YYYY-MM-DDTHH:MM:SS[.fraction]` with `Z` or
 * `+00:00`: neighbouring lines share their date, which is then not parsed again.
 */
export class TimeReader {
  #date = "";
  #day = 0;

  /** The moment, or null where the value is no time. */
  read(value: unknown): EpochMs | null {
    if (typeof value === "string" && value.length >= 20 && value.charCodeAt(10) === 0x54) {
      const time = this.#fast(value);
      if (time >= 0) return time;
    }
    const time = parseTime(value);
    return time === undefined || Math.abs(time) > timeMax ? null : time;
  }

  /** -1 where the text is not of the fast form. */
  #fast(text: string): number {
    if (this.#date === "" || !text.startsWith(this.#date)) {
      const day = parseTime(text.slice(0, 10));
      if (day === undefined) return -1;
      this.#date = text.slice(0, 10);
      this.#day = day;
    }
    if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return -1;
    const hour = twoDigits(text, 11);
    const minute = twoDigits(text, 14);
    const second = twoDigits(text, 17);
    if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59) return -1;
    const seconds = this.#day + (hour * 3600 + minute * 60 + second) * 1000;
    let at = 19;
    let micros = 0;
    if (text.charCodeAt(at) === 0x2e) {
      let unit = 100_000;
      for (at++; at < text.length; at++) {
        const digit = text.charCodeAt(at) - 0x30;
        if (digit < 0 || digit > 9) break;
        micros += digit * unit;
        unit = unit >= 10 ? unit / 10 : 0;
      }
      if (at === 20 || at > 29) return -1;
    }
    const zone = text.length - at;
    const isUtc = (zone === 1 && text.charCodeAt(at) === 0x5a) ||
      (zone === 6 && text.endsWith("+00:00"));
    return isUtc ? seconds + micros / 1000 : -1;
  }
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}
