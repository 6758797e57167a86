/**
 * How many traces a limited report leaves out of those that a whole one lists.
 *
 * @module
 */

import { tallyTracesMax } from "./trace_tally.ts";

/** Counts a session's traces and those of them that are shown. */
export class LeftOutTraces {
  readonly #all = new TraceCount();
  /** The same as long as everything is shown: ids of a long log take memory. */
  #shown = this.#all;

  /** Counts the file of a trace. */
  addFile(id: string, isShown: boolean): void {
    if (!isShown) this.#part();
    this.#all.addFile(id);
    if (isShown && this.#shown !== this.#all) this.#shown.addFile(id);
  }

  /** Counts the trace of a record; nothing where the id is null. */
  addId(id: string | null, isShown: boolean): void {
    if (!isShown) this.#part();
    this.#all.addId(id);
    if (isShown && this.#shown !== this.#all) this.#shown.addId(id);
  }

  /** The traces of the session so far that are not shown. */
  get count(): number {
    return this.#all.count - this.#shown.count;
  }

  #part(): void {
    if (this.#shown === this.#all) this.#shown = this.#all.copy();
  }
}

/** Counts as `TraceTally` lists: each trace file, and each other id that anything carries. */
class TraceCount {
  readonly #filed: Set<string>;
  readonly #ids: Set<string>;
  #files: number;
  #last: string | null = null;

  constructor(filed: Iterable<string> = [], ids: Iterable<string> = [], files = 0) {
    this.#filed = new Set(filed);
    this.#ids = new Set(ids);
    this.#files = files;
  }

  copy(): TraceCount {
    return new TraceCount(this.#filed, this.#ids, this.#files);
  }

  addFile(id: string): void {
    this.#files++;
    this.#filed.add(id);
  }

  addId(id: string | null): void {
    if (id === null || id === this.#last) return;
    this.#last = id;
    if (this.#ids.size < tallyTracesMax) this.#ids.add(id);
  }

  get count(): number {
    let count = this.#files;
    for (const id of this.#ids) if (!this.#filed.has(id)) count++;
    return count;
  }
}
