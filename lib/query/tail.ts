/**
 * The last few of many.
 *
 * @module
 */

/** Keeps the last items that it was given. */
export class Tail<T> {
  /** How many are kept at most. */
  readonly size: number;
  readonly #items: T[] = [];
  /** Where the oldest one is, once there are as many as are kept. */
  #oldest = 0;
  #added = 0;

  /** @param size How many are kept; 0 or more. */
  constructor(size: number) {
    this.size = checkedCount(size);
  }

  /** How many are kept now. */
  get length(): number {
    return this.#items.length;
  }

  /** How many were given and are not kept any more. */
  get dropped(): number {
    return this.#added - this.#items.length;
  }

  /** Takes one more. */
  add(item: T): void {
    this.#added++;
    if (this.#items.length < this.size) this.#items.push(item);
    else if (this.size > 0) {
      this.#items[this.#oldest] = item;
      this.#oldest = (this.#oldest + 1) % this.size;
    }
  }

  /** Those that are kept, oldest first. */
  items(): T[] {
    return [...this.#items.slice(this.#oldest), ...this.#items.slice(0, this.#oldest)];
  }
}

/**
 * How many of the last are wanted.
 *
 * @throws {RangeError} If it is no whole number from 0 on.
 */
export function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot take the last ${count}: expected a whole number, 0 or more`);
}
