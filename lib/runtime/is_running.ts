/**
 * Whether a process that somebody noted still runs.
 *
 * @module
 */

import type { ProcessInfo } from "./process.ts";

/**
 * Whether a process of this host runs and is the one that was meant: its number may have been given
 * to another since. Where the system does not say when it started, the number decides.
 *
 * @param start What `startTime` said of it when it was noted. Default: unknown.
 */
export function isRunning(
  process: Pick<ProcessInfo, "isAlive" | "startTime">,
  pid: number,
  start?: string,
): boolean {
  if (!process.isAlive(pid)) return false;
  if (start === undefined) return true;
  const now = process.startTime(pid);
  return now === undefined || now === start;
}
