/**
 * A list of rows in the order in which they happened, whatever order their files were read in.
 *
 * @module
 */

import { byTime } from "../analyse/time_order.ts";
import type { EpochMs } from "../format/mod.ts";
import { JsonText } from "./json_text.ts";

/** Anything that happened at a moment, or at an unknown one. */
export interface Timed {
  time: EpochMs | null;
}

/** Collects rows as JSON and gives them as one list, earliest first. */
export class TimedList {
  readonly #rows: { time: EpochMs | null; json: string }[] = [];
  #length = 0;

  /** How many rows were added; stays when the list ends. */
  get length(): number {
    return this.#length;
  }

  push(row: Timed): void {
    this.#length++;
    this.#rows.push({ time: row.time, json: JSON.stringify(row) });
  }

  /** The list as UTF-8. Ends it. */
  finish(): Uint8Array<ArrayBuffer> {
    const text = new JsonText();
    text.write("[");
    this.#rows.sort((a, b) => byTime(a.time, b.time));
    this.#rows.forEach(({ json }, i) => text.write(i === 0 ? json : `,${json}`));
    text.write("]");
    this.#rows.length = 0;
    return text.finish();
  }
}
