/**
 * Which records are wanted.
 *
 * @module
 */

import type { EpochMs, Level } from "../format/mod.ts";

/**
 * Which records are wanted: those that fit everything that is given. A kind that lacks what is asked
 * for (only logs have a level, say) is not limited by it.
 */
export interface RecordFilter {
  /** Only what happened at or after this moment. What lasted counts until its end. */
  since?: EpochMs | undefined;
  /** Only what happened, or began, before or at this moment. What has no time is never left out. */
  until?: EpochMs | undefined;
  /** Only lines of a log that are at least as severe. */
  level?: Level | undefined;
  /** Only records of this trace: its whole id. */
  trace?: string | undefined;
  /** Only records of this operation, exactly. For measurements, of the metric of this name. */
  operation?: string | undefined;
  /** Only lines of a log that are this event. */
  event?: string | undefined;
  /**
   * Only records that contain this text, without regard to case: a log line in its message or its
   * context as compact JSON, others anywhere in their compact JSON.
   */
  text?: string | undefined;
}

/** A question to a session. */
export interface RecordQuery extends RecordFilter {
  /** Only the last so many of the records that fit; 0 or more. */
  tail?: number | undefined;
  /** Stops the reading; what was asked for then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}
