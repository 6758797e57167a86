/**
 * How many traces a report lists.
 *
 * @module
 */

import { tallyTracesMax } from "./trace_tally.ts";

/** Counts as `TraceTally` lists: each trace file, and each other id that anything carries. */
export class TraceCount {
  readonly #filed = new Set<string>();
  readonly #ids = new Set<string>();
  #files = 0;
  #last: string | null = null;

  /** Counts the file of a trace. */
  addFile(id: string): void {
    this.#files++;
    this.#filed.add(id);
  }

  /** Counts the trace of a record; nothing where the id is null. */
  addId(id: string | null): void {
    if (id === null || id === this.#last) return;
    this.#last = id;
    if (this.#ids.size < tallyTracesMax) this.#ids.add(id);
  }

  /** The traces so far. */
  get count(): number {
    let count = this.#files;
    for (const id of this.#ids) if (!this.#filed.has(id)) count++;
    return count;
  }
}
