/**
 * Time: the wall clock for when, the monotonic clock for how long.
 *
 * @module
 */

import { clearTimeout, setTimeout } from "node:timers";

/** Two clocks, and a timer. */
export interface Clock {
  /** The moment, in milliseconds since the epoch, with a fraction. May jump. */
  now(): number;
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
  return {
    now: () => {
      const whole = Date.now();
      const fine = timeOrigin + performance.now();
      // The fine clock does not follow corrections of the wall clock: it only adds the fraction.
      return Math.floor(fine) === whole ? fine : whole;
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
