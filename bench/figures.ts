/**
 * What was measured in several rounds, by subject and figure.
 *
 * @module
 */

/** Samples and their medians. */
export class Figures {
  readonly #samples = new Map<string, number[]>();

  /** Notes samples of a subject; one that is no number is left out. */
  add(subject: string, samples: Readonly<Record<string, number | undefined>>): void {
    for (const [name, value] of Object.entries(samples)) {
      if (value === undefined || !Number.isFinite(value)) continue;
      const key = `${subject}\n${name}`;
      const list = this.#samples.get(key);
      if (list) list.push(value);
      else this.#samples.set(key, [value]);
    }
  }

  /** The median; NaN where there is no sample. Of an even number, the mean of the middle two. */
  median(subject: string, name: string): number {
    const list = [...this.#samples.get(`${subject}\n${name}`) ?? []].sort((a, b) => a - b);
    return (list[(list.length - 1) >> 1]! + list[list.length >> 1]!) / 2;
  }
}
