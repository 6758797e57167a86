/**
 * Time: the wall clock for when, the monotonic clock for how long.
 *
 * @module
 */

/** Two clocks. */
export interface Clock {
  /** The moment, in milliseconds since the epoch, with a fraction. May jump. */
  now(): number;
  /** Milliseconds from an unknown moment, never going back. For durations only. */
  monotonic(): number;
}

/** The clocks of the machine that this runs on. */
export function systemClock(): Clock {
  return {
    now: () => {
      const whole = Date.now();
      const fine = performance.timeOrigin + performance.now();
      // The fine clock does not follow corrections of the wall clock: it only adds the fraction.
      return Math.floor(fine) === whole ? fine : whole;
    },
    monotonic: () => performance.now(),
  };
}
