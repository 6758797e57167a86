/**
 * Moments on the command line: `2h` ago, or a date and time.
 *
 * @module
 */

import { InvalidArgumentError } from "commander";

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const duration = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/;
const date =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Reads a moment.
 *
 * @param text `90s`, `15m`, `2h`, `3d` or `1w` before now; or `2026-11-22`, `2026-11-22T08:14`, with
 * seconds and a zone where wanted. Without a zone it is this machine's time.
 * @param now Epoch milliseconds.
 * @returns Epoch milliseconds; undefined where it is neither.
 */
export function parseWhen(text: string, now: number): number | undefined {
  const [, amount, unit] = duration.exec(text.trim()) ?? [];
  if (amount !== undefined) return now - Number(amount) * unitsMs[unit!]!;
  if (!date.test(text.trim())) return undefined;
  // A date alone is UTC to Date, but a day of this machine's to its user.
  const moment = text.trim().replace(" ", "T");
  const time = Date.parse(moment.length === 10 ? `${moment}T00:00` : moment);
  return Number.isNaN(time) ? undefined : time;
}

/** A moment as an option's value. */
export function when(text: string): number {
  const time = parseWhen(text, Date.now());
  if (time !== undefined) return time;
  throw new InvalidArgumentError(
    "Expected how long ago, such as 90s, 15m, 2h, 3d or 1w, or a moment, such as 2026-11-22T08:14.",
  );
}
