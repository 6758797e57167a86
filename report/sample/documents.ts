/**
 * The sample's documents: whole records, behind the same references as in a real payload.
 *
 * @module
 */

import type { DocumentRef } from "../../lib/bundle/sections.ts";

/** Keeps whole records and gives references to them. */
export class SampleDocuments {
  readonly #values: unknown[] = [];

  /** Stores a record and returns its reference. */
  add(value: unknown): DocumentRef {
    this.#values.push(value);
    return [0, this.#values.length - 1, JSON.stringify(value).length];
  }

  /**
   * A copy of a stored record.
   *
   * @throws {RangeError} If the reference is outside the sample.
   */
  get(ref: DocumentRef): unknown {
    const [block, index] = ref;
    if (block !== 0 || !(index in this.#values)) {
      throw new RangeError(
        `Cannot open the document ${ref.join(":")}: the sample has block 0 with ` +
          `${this.#values.length} documents`,
      );
    }
    return structuredClone(this.#values[index]);
  }
}
