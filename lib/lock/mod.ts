/**
 * The session's lock and its queue, shared with the Python planloop.
 *
 * @module
 */

export { acquireLock, defaultTimeoutMs, pollMs } from "./acquire.ts";
export type { AcquireLockOptions } from "./acquire.ts";
export { Claim, unreadableClaimAgeMs } from "./claim.ts";
export type { LockHandle } from "./handle.ts";
export { ownerlessLockAgeMs } from "./lock_file.ts";
export type { LockLog, LockNotice } from "./notice.ts";
export { entryBytesMax, idleHeadMs, queueFilesMax, unreadableEntryAgeMs } from "./queue.ts";
export { unknownEntryId } from "./request.ts";
export { closeSessionLock } from "./session_lock.ts";
export { LockTimeoutError } from "./timeout_error.ts";
export type { LockTimeoutDetails } from "./timeout_error.ts";
