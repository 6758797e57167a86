/**
 * The order in which things happened.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";

/** Orders by time; unknown times come last, equal ones keep their order. */
export function byTime(a: EpochMs | null, b: EpochMs | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}
