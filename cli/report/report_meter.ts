/**
 * How far a report is, over all passes that making it takes.
 *
 * @module
 */

/** How far a report is. */
export interface ReportProgress {
  /** What is being done; `survey`: finding out what to show. */
  stage: "survey" | "log" | "records" | "page";
  /** How much is done, from 0 to 1, and never less than before; within the log an estimate. */
  fraction: number;
  /** Log lines that the pass has read so far. */
  rows: number;
}

/**
 * Adds up steps, of which nobody knows in advance how many there will be: each takes its share of
 * what is left.
 */
export class ReportMeter {
  readonly #listener: ((progress: ReportProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  #start = 0;
  #end = 0;
  #at = 0;

  constructor(
    listener: ((progress: ReportProgress) => void) | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#listener = listener;
    this.#signal = signal;
  }

  /**
   * Begins a step.
   *
   * @param share Of what is left of the whole; 1 for a step that is the last.
   */
  begin(share: number): void {
    this.#start = this.#at = this.#end;
    this.#end = share === 1 ? 1 : this.#start + (1 - this.#start) * share;
  }

  /**
   * @param fraction How much of the step is done, from 0 to 1.
   * @throws The signal's reason, if the work is to stop.
   */
  tell(stage: ReportProgress["stage"], fraction: number, rows: number): void {
    this.#signal?.throwIfAborted();
    const done = this.#start + (this.#end - this.#start) * Math.min(1, fraction);
    this.#at = Math.max(this.#at, fraction >= 1 ? this.#end : done);
    this.#listener?.({ stage, fraction: this.#at, rows });
  }

  /** Everything is written. */
  finish(rows: number): void {
    this.#at = this.#end = 1;
    this.#listener?.({ stage: "page", fraction: 1, rows });
  }
}
