/**
 * Ids of spans: unique in their process by counting, and among processes by a random beginning.
 *
 * @module
 */

/** Largest number whose id has 16 digits. */
export const shortNumberMax = 0xffff_ffff;

/** Counts up the ids of one process's spans. */
export class SpanIds {
  /** How all of them begin. */
  readonly prefix: string;
  #last = 0;

  /** @param prefix Eight random hexadecimal digits. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The number of a new span's id. */
  next(): number {
    return this.#last += 1;
  }

  /** The id of a number: 16 hexadecimal digits, the later the larger. */
  text(number: number): string {
    return this.prefix + number.toString(16).padStart(8, "0");
  }
}
