/**
 * How much work something is, for tests that hold it to a limit.
 *
 * @module
 */

import process from "node:process";

/**
 * The processor's time that an action takes, in milliseconds. Other programs, and a machine that
 * stands still for a moment, do not lengthen it much, as they do the time on the clock.
 */
export function cpuMsOf(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
