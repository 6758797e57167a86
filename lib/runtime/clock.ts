/**
 * Time: the wall clock for when, the monotonic clock for how long.
 *
 * @module
 */

import { clearTimeout, setTimeout } from "node:timers";

/** Two clocks, and a timer. */
export interface Clock {
  /**
   * The moment, in milliseconds since the epoch, with a fraction. May jump.
   *
   * @param monotonic What the monotonic clock said just before, where that is known: to read a
   * clock takes a noticeable part of a short span.
   */
  now(monotonic?: number): number;
  /** The moment in whole milliseconds: `now()` without its fraction, at half the price. */
  nowWhole(): number;
  /** Milliseconds from an unknown moment, never going back. For durations only. */
  monotonic(): number;
  /**
   * Calls back once, `ms` milliseconds from now; does not keep the process alive.
   *
   * @returns The way to stop it.
   */
  after(ms: number, listener: () => void): () => void;
}

/** The clocks of the machine that this runs on. */
export function systemClock(): Clock {
  const { timeOrigin } = performance;
  const read = (monotonic: number): number => {
    const fine = timeOrigin + monotonic;
    const whole = Date.now();
    // The fine clock does not follow corrections of the wall clock: it only adds the fraction.
    return Math.floor(fine) === whole ? fine : whole;
  };
  /** A moment on both clocks, and how long after it the wall clock's millisecond ends. */
  let last = NaN;
  let lastMonotonic = NaN;
  let restMs = 0;
  return {
    now(monotonic) {
      if (monotonic === undefined) return read(performance.now());
      const since = monotonic - lastMonotonic;
      // Within its millisecond, the wall clock would say nothing new.
      if (since >= 0 && since < restMs) return last + since;
      last = read(monotonic);
      lastMonotonic = monotonic;
      restMs = Math.floor(last) + 1 - last;
      return last;
    },
    nowWhole: () => Date.now(),
    monotonic: () => performance.now(),
    after(ms, listener) {
      const timer = setTimeout(listener, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
