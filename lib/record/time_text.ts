/**
 * Times as text, for many records of one moment.
 *
 * @module
 */

import { formatTime } from "../format/mod.ts";

/** Writes times as `formatTime` does, and remembers the last second's text. */
export class TimeText {
  #ms = NaN;
  #text = "";
  #second = NaN;
  #secondText = "";

  /**
   * A moment's text.
   *
   * @param time Epoch milliseconds.
   * @throws {RangeError} Where RFC 3339 cannot name the moment.
   */
  of(time: number): string {
    const ms = Math.floor(time);
    if (ms === this.#ms) return this.#text;
    const second = Math.floor(ms / 1000);
    if (second !== this.#second) {
      this.#secondText = formatTime(second * 1000).slice(0, -4);
      this.#second = second;
    }
    const rest = ms - second * 1000;
    this.#text = `${this.#secondText}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}Z`;
    this.#ms = ms;
    return this.#text;
  }
}
