/**
 * `logs/diffs/<trace id>_diff.json`: what an operation changed in the session's state.
 *
 * @module
 */

/** One changed path. An added path has no `old`, a removed one no `new`. */
export interface StateChange {
  /** The value before; absent where the path was added. */
  old?: unknown;
  /** The value after; absent where the path was removed. */
  new?: unknown;
}

/** What one operation changed. */
export interface StateDiff {
  /** The trace that changed the state. */
  trace_id: string;
  /** What was being done, such as `update`. */
  operation: string;
  /** When the new state was saved: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** The copy of the state before, relative to the session folder. */
  before_file: string;
  /** The copy of the state after, relative to the session folder. */
  after_file: string;
  /** Keyed by path, such as `tasks[4].status`. */
  changes: Record<string, StateChange>;
  /** The session's id. */
  session_id?: string;
}
