/**
 * The first and the last moment of a session.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";

/** Widens to every moment it is given. */
export class TimeRange {
  #start = Infinity;
  #end = -Infinity;

  add(time: EpochMs | null | undefined): void {
    if (time === null || time === undefined) return;
    if (time < this.#start) this.#start = time;
    if (time > this.#end) this.#end = time;
  }

  get start(): EpochMs | null {
    return Number.isFinite(this.#start) ? this.#start : null;
  }

  get end(): EpochMs | null {
    return Number.isFinite(this.#end) ? this.#end : null;
  }
}
