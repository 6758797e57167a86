/**
 * What a process keeps of a session's lock from one request to the next.
 *
 * @module
 */

import type { Runtime } from "../runtime/mod.ts";
import { onProcessExit } from "./exit_cleanup.ts";
import { LockFile } from "./lock_file.ts";
import { LockQueue } from "./queue.ts";
import { Tickets } from "./ticket.ts";

/** Most sessions whose lock is kept ready; the one that was used longest ago goes first. */
export const sessionLocksMax = 16;

/** A request this much later than the present moment is of another time: the clock was set back. */
export const clockStepMs = 1;

/** The least that a time in seconds can tell apart: a microsecond. */
export const ticketStepSeconds = 1e-6;

/** One session's lock in this process. */
export interface SessionLock {
  readonly lock: LockFile;
  readonly queue: LockQueue;
  readonly tickets: Tickets;
  /** Who asks, where the caller does not say. */
  readonly agent: string;
  /**
   * When a request asks, in seconds since the epoch: later than all that this process made before,
   * also where the clock shows the same moment twice. Where it was set back, it is followed.
   *
   * @param now The moment, in milliseconds.
   */
  ticketTime(now: number): number;
  close(): void;
}

const kept = new WeakMap<Runtime, Map<string, SessionLock>>();

/** The lock of a session, as this process knows it. */
export function sessionLock(sessionPath: string, runtime: Runtime): SessionLock {
  let all = kept.get(runtime);
  if (!all) kept.set(runtime, all = new Map());
  const known = all.get(sessionPath);
  if (known) {
    if (all.size > 1) {
      all.delete(sessionPath);
      all.set(sessionPath, known);
    }
    return known;
  }
  const made = makeLock(sessionPath, runtime);
  all.set(sessionPath, made);
  if (all.size > sessionLocksMax) closeSessionLock([...all.keys()][0]!, runtime);
  return made;
}

/**
 * Removes what is kept ready for a session's next lock: two small files in `.lock_queue`. A lock
 * that is held stays so.
 */
export function closeSessionLock(sessionPath: string, runtime: Runtime): void {
  const all = kept.get(runtime);
  all?.get(sessionPath)?.close();
  all?.delete(sessionPath);
}

function makeLock(sessionPath: string, runtime: Runtime): SessionLock {
  const { process } = runtime;
  const queue = new LockQueue(sessionPath, runtime);
  const tickets = new Tickets(queue.path, runtime);
  const close = () => {
    stop();
    tickets.close();
  };
  const stop = onProcessExit(runtime, close);
  let last = 0;
  return {
    lock: new LockFile(sessionPath, runtime),
    queue,
    tickets,
    // To read the environment takes as long as half a lock.
    agent: process.env()["PLANLOOP_AGENT_NAME"] || `pid:${process.pid}`,
    ticketTime(now) {
      const isRepeated = now / 1000 <= last && last * 1000 - now <= clockStepMs;
      return last = isRepeated ? last + ticketStepSeconds : now / 1000;
    },
    close,
  };
}
