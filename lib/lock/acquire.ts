/**
 * Acquiring the session's lock.
 *
 * @module
 */

import type { Runtime } from "../runtime/mod.ts";
import { createHandle, type LockHandle } from "./handle.ts";
import type { LockLog } from "./notice.ts";
import { LockRequestState } from "./request.ts";

/** How long a request waits where the caller does not say, in milliseconds. */
export const defaultTimeoutMs = 30_000;

/**
 * How often a waiter looks without having been told of a change, in milliseconds: a process that
 * was killed tells nobody, and not every file system tells of changes at all.
 */
export const pollMs = 150;

/** What to lock, and how long to wait for it. */
export interface AcquireLockOptions {
  /** The session's folder; it must exist. */
  sessionPath: string;
  /** What the lock is for, such as `update`. */
  operation: string;
  /** Who asks. Default: `PLANLOOP_AGENT_NAME`, else `pid:<n>`. */
  agent?: string | undefined;
  /** Longest wait in milliseconds, 0 or more. Default {@linkcode defaultTimeoutMs}. */
  timeout_ms?: number | undefined;
  /** Ends the wait; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  runtime: Runtime;
  /** Takes the lock's events. */
  log: LockLog;
}

/**
 * Waits for the session's lock, in the order in which it was asked for by all processes, those of
 * the Python planloop included. The lock of a process that died on this host is taken over.
 *
 * @throws {LockTimeoutError} After `timeout_ms`; it says who is in the way.
 * @throws The signal's reason, when it aborts.
 * @throws {RangeError} If `timeout_ms` is no duration.
 * @throws {Error} If the session's folder does not exist, or the system refuses the lock's files.
 *
 * @example
 * ```ts
 * import { openSession } from "planloop";
 * import { systemRuntime } from "../runtime/mod.ts";
 *
 * const { path: sessionPath } = openSession({ name: "example" });
 * const options = { sessionPath, operation: "update", runtime: systemRuntime(), log: () => {} };
 * await using lock = await acquireLock(options);
 * // read, change and write the state; the lock is released at the end of the block
 * ```
 */
export async function acquireLock(options: AcquireLockOptions): Promise<LockHandle> {
  const { timeout_ms = defaultTimeoutMs, signal } = options;
  if (!(timeout_ms >= 0)) {
    throw new RangeError(
      `Cannot wait ${timeout_ms} ms for the lock: expected 0 or more milliseconds in timeout_ms`,
    );
  }
  signal?.throwIfAborted();
  const request = new LockRequestState({ ...options, agent: options.agent });
  let waited: number;
  try {
    if (!request.tryTake()) await waitForTurn(request, timeout_ms, signal);
    waited = request.waited_ms;
  } catch (error) {
    request.withdraw();
    throw error;
  }
  const handle = createHandle(request, waited);
  request.tell("lock_acquired", { wait_ms: waited });
  return handle;
}

async function waitForTurn(
  request: LockRequestState,
  timeout_ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const alarm = createAlarm();
  const stopWatching = request.runtime.files.watch(request.queuePath, (name) => {
    if (request.concerns(name)) alarm.ring();
  });
  const stopCleanUp = request.onExit(() => request.withdraw());
  signal?.addEventListener("abort", alarm.ring);
  try {
    for (;;) {
      if (signal?.aborted) {
        request.giveUp(null);
        throw signal.reason;
      }
      // Looked at after watching began, so that no change falls between the two.
      if (request.tryTake()) return;
      const left = timeout_ms - request.waited_ms;
      if (left <= 0) throw request.timeout();
      if (!(await alarm.wait(Math.min(left, pollMs)))) request.breakDead();
    }
  } finally {
    signal?.removeEventListener("abort", alarm.ring);
    stopCleanUp();
    stopWatching();
  }
}

/** A sleep that can be ended early, also before it begins; it tells whether it was. */
function createAlarm(): { ring: () => void; wait: (ms: number) => Promise<boolean> } {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      const early = rung;
      rung = false;
      return early;
    },
  };
}
