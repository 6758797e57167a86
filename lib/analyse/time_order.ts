/**
 * The order in which things happened.
 *
 * @module
 */

import type { EpochMs, StateDiff } from "../format/mod.ts";

/** Orders by time; unknown times come last, equal ones keep their order. */
export function byTime(a: EpochMs | null, b: EpochMs | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}

/** When something happened. */
export interface Moment {
  time: EpochMs | null;
  /** Of a change of the state: the version it left. */
  version?: number | null;
}

/**
 * Orders by time, and changes of the state within one millisecond by the versions they left; what
 * else is equal keeps its order.
 */
export function byMoment(a: Moment, b: Moment): number {
  return byTime(a.time, b.time) || (a.version ?? 0) - (b.version ?? 0);
}

/** The version of the state that a change left, if the change says so. */
export function versionLeft({ changes }: StateDiff): number | null {
  const version = changes["version"]?.new;
  return typeof version === "number" && Number.isFinite(version) ? version : null;
}
