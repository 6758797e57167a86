/**
 * Chance that is the same every time.
 *
 * @module
 */

/** A seeded source of numbers (xorshift, 32 bits): good enough to vary data. */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** The first items often, the last ones seldom. */
  lean<T>(items: readonly T[]): T {
    return items[Math.min(this.below(items.length), this.below(items.length))]!;
  }

  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.below(0x1000_0000).toString(16).padStart(7, "0");
    return text.slice(0, digits);
  }

  /** A length of time in milliseconds: mostly short, at times very long. */
  duration(): number {
    return Math.round(1000 * 2 ** (this.below(1400) / 100)) / 1000;
  }

  words(count: number): string {
    let text = this.lean(WORDS);
    for (let i = 1; i < count; i++) text += ` ${this.lean(WORDS)}`;
    return text;
  }
}

const WORDS: readonly string[] =
  ("the a of to in and for is it with on that this from be are as by not or test file when at " +
    "state task error call check value path name line read write step next plan model reply token " +
    "tool run result change commit branch module function type list item key record trace span " +
    "lock queue wait retry limit rate timeout process thread memory budget prompt message context " +
    "window session agent loop update suggest alert review merge build lint format deploy release " +
    "cart checkout payment order stock price discount invoice customer address email receipt flaky " +
    "fixture mock assertion coverage snapshot regression refactor cleanup dependency version schema " +
    "migration index cache network socket header body stream chunk parser buffer encoder cursor " +
    "Grüße naïve 在庫 ошибка façade").split(" ");
