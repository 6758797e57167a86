/**
 * A list of rows in the order in which they happened, whatever order their files were read in.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";
import { JsonText } from "./json_text.ts";

/** Anything that happened at a moment, or at an unknown one. */
export interface Timed {
  time: EpochMs | null;
}

/** Orders by time; unknown times come last, equal ones keep their order. */
export function byTime(a: EpochMs | null, b: EpochMs | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
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
