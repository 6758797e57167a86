/**
 * A line of a session's log, whichever file and program it comes from.
 *
 * @module
 */

import type { EpochMs, Level } from "../format/mod.ts";

/** One log record: the documented keys in one shape, the others kept as they were. */
export interface LogRecord {
  /** Null where the line has no readable time. */
  time: EpochMs | null;
  /** `INFO` where the line has none, as in the Python planloop's lock events. */
  level: Level;
  /** Empty where the line has none. */
  operation: string;
  trace_id: string | null;
  /** Empty where the line has none. */
  message: string;
  duration_ms: number | null;
  /** The kind of event, such as `lock_acquired`; null for an ordinary line. */
  event: string | null;
  context: Record<string, unknown>;
  /** Every other key of the line, such as `session_id` or `wait_ms`, as it was read. */
  extra: Record<string, unknown>;
  /** The file, relative to the session folder. */
  file: string;
  /** The line in that file, from 1. */
  line: number;
}
