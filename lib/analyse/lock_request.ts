/**
 * A request for the session lock, from its first event to its last.
 *
 * @module
 */

/**
 * How a request ended. `held` and `waiting` are requests without a last event: their process was
 * killed, or still ran when the session was read.
 */
export type LockOutcome = "released" | "held" | "waiting" | "timeout" | "broken";

/** One request for the lock. Times are in milliseconds since the epoch, null where unknown. */
export interface LockRequest {
  lock_entry_id: string;
  operation: string;
  /** Who asked: an agent's name or `pid:<n>`; null where the events do not say. */
  agent: string | null;
  trace_id: string | null;
  requested: number | null;
  acquired: number | null;
  released: number | null;
  wait_ms: number | null;
  hold_ms: number | null;
  outcome: LockOutcome;
  /** The request that held the lock while this one waited, where one overlaps; its entry id. */
  blocked_by: string | null;
  /** Who held it at a timeout or break, as the event says. */
  holder: string | null;
  /** The first event's line in the log, from 1. */
  line: number;
}
