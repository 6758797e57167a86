/**
 * What the lock tells about itself.
 *
 * @module
 */

import type { LockEventName } from "../format/mod.ts";

/** One event in a request's life. The keys are those of the log line that it becomes. */
export interface LockNotice {
  event: LockEventName;
  /** The request's id, the same on all of its events. On `lock_broken` that of the dead holder. */
  lock_entry_id: string;
  operation: string;
  /** How long the request waited, in milliseconds; on `lock_acquired` and `lock_timeout`. */
  wait_ms?: number;
  /** How long the lock was held, in milliseconds; on `lock_released`. */
  hold_ms?: number;
  /** Who asked; on `lock_broken` who removed the dead holder's lock. */
  agent?: string;
  /** Who held the lock; on `lock_timeout` and `lock_broken`, where known. */
  holder?: string;
}

/** Takes a lock's events. It must not throw. */
export type LockLog = (notice: LockNotice) => void;
