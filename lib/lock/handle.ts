/**
 * A lock that is held.
 *
 * @module
 */

import type { LockRequestState } from "./request.ts";

/** A lock that is held, until it is released. */
export interface LockHandle {
  /** The request's UUID. */
  readonly entryId: string;
  /** What the lock is for. */
  readonly operation: string;
  /** Since when, in milliseconds since the epoch. */
  readonly acquired: number;
  /** How long it was waited for, in milliseconds. */
  readonly wait_ms: number;
  /**
   * Gives the lock back. Doing so again does nothing.
   *
   * @throws {Error} If the system refuses to remove the lock's files.
   */
  release(): void;
  /** Releases at the end of a `using` block. */
  [Symbol.dispose](): void;
  /** Releases at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes the handle of a request that has just taken the lock. */
export function createHandle(request: LockRequestState, wait_ms: number): LockHandle {
  const { clock } = request.runtime;
  const start = clock.monotonic();
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    stopCleanUp();
    request.release(clock.monotonic() - start);
  };
  const stopCleanUp = request.onExit(release);
  return {
    entryId: request.entry.id,
    operation: request.entry.operation,
    acquired: clock.now(),
    wait_ms,
    release,
    [Symbol.dispose]: release,
    [Symbol.asyncDispose]() {
      release();
      return Promise.resolve();
    },
  };
}
