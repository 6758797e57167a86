/**
 * A list of rows in the order in which they happened, whatever order their files were read in.
 *
 * @module
 */

import { byMoment, type Moment } from "../analyse/time_order.ts";
import type { EpochMs } from "../format/mod.ts";
import { jsonPieces, listTexts } from "./json_text.ts";

/** Anything that happened at a moment, or at an unknown one. */
export interface Timed {
  time: EpochMs | null;
}

/** Collects rows as JSON and gives them as one list, earliest first, versions of one moment in turn. */
export class TimedList {
  readonly #rows: (Moment & { json: string })[] = [];
  #length = 0;

  /** How many rows were added; stays when the list ends. */
  get length(): number {
    return this.#length;
  }

  /** @param version Of a change of the state: the version it left. */
  push(row: Timed, version: number | null = null): void {
    this.#length++;
    this.#rows.push({ time: row.time, version, json: JSON.stringify(row) });
  }

  /** The list as UTF-8, in pieces. Ends it. */
  finish(): Iterable<Uint8Array> {
    const rows = this.#rows.splice(0).sort(byMoment);
    return jsonPieces(listTexts(rows, ({ json }) => json));
  }
}
