/**
 * `.lock` and `.lock_info`: who has the lock now.
 *
 * The lock is the existence of `.lock`. Ours holds the request that took it, so that only its owner
 * removes it, and a dead owner is known without doubt; the Python planloop leaves it empty and tells
 * its process in `.lock_info`.
 *
 * @module
 */

import type { LockInfo, LockQueueEntry } from "../format/mod.ts";
import { sessionLayout } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";
import { Claim } from "./claim.ts";
import { type Liveness, livenessOfEntry, livenessOfHolder } from "./liveness.ts";
import { ageOf, parseEntry, parseObject, readSmall } from "./queue.ts";
import type { Ticket } from "./ticket.ts";

/** A lock without any sign of its owner counts as abandoned after this many milliseconds. */
export const ownerlessLockAgeMs = 10_000;

/** Who has the lock. */
export interface Holder {
  /** The request that took it; undefined where the lock does not say. */
  entry: LockQueueEntry | undefined;
  /** `pid:<n>` or an agent's name; null where unknown. */
  name: string | null;
  operation: string | null;
  /** Since when, in milliseconds since the epoch; null where unknown. */
  since: number | null;
  liveness: Liveness;
  /** What `.lock` held, for telling whether it still is the same lock. */
  text: string;
}

/** The lock of one session. */
export class LockFile {
  readonly #lock: string;
  readonly #info: string;
  readonly #breaking: Claim;
  readonly #runtime: Runtime;

  constructor(sessionPath: string, runtime: Runtime) {
    this.#lock = joinPath(sessionPath, sessionLayout.lock);
    this.#info = joinPath(sessionPath, sessionLayout.lockInfo);
    this.#breaking = new Claim(sessionPath, sessionLayout.lockBreak, "break", runtime);
    this.#runtime = runtime;
  }

  /** Whether nobody has the lock. */
  isFree(): boolean {
    return !this.#runtime.files.exists(this.#lock);
  }

  /**
   * Takes the lock where it is free.
   *
   * @param ticket The request's files; the entry is written already.
   */
  take(ticket: Ticket, { id, operation }: LockQueueEntry): boolean {
    const { files, clock, process } = this.#runtime;
    const info: LockInfo = { held_by: `pid:${process.pid}`, since: clock.now() / 1000, operation };
    const text = JSON.stringify(info);
    // A network file system may do what it was asked for, lose the answer, be asked again, and say
    // that the name is taken.
    if (!ticket.entry.publish(this.#lock) && !this.#isOf(id)) return false;
    try {
      ticket.info.write(text);
      // One that is still there was left by a dead owner, or is about to be removed by one that
      // has just released: it is replaced, since the latter expects to find a file.
      if (!ticket.info.publish(this.#info)) files.writeFileAtomic(this.#info, text);
    } catch (error) {
      files.remove(this.#lock);
      throw error;
    }
    return true;
  }

  /** Gives the lock back; `false` where it was no longer the request's. */
  release(entryId: string): boolean {
    const { files } = this.#runtime;
    if (!this.#isOf(entryId)) return false;
    // The information goes first: once the lock is gone, it may be the next owner's.
    files.remove(this.#info);
    files.remove(this.#lock);
    return true;
  }

  /** Who has the lock; undefined where nobody has. */
  holder(): Holder | undefined {
    const text = readSmall(this.#lock, this.#runtime);
    if (text === undefined) return undefined;
    const entry = parseEntry(text);
    const info = entry || this.#isInfoOfThisLock() ? this.#readInfo() : undefined;
    const since = typeof info?.since === "number" ? info.since * 1000 : null;
    const operation = typeof info?.operation === "string" ? info.operation : null;
    const heldBy = typeof info?.held_by === "string" ? info.held_by : null;
    if (entry) {
      return {
        entry,
        name: entry.agent,
        operation: entry.operation,
        since,
        liveness: livenessOfEntry(entry, this.#runtime),
        text,
      };
    }
    const liveness = heldBy === null ? this.#ownerless() : livenessOfHolder(heldBy, this.#runtime);
    return { entry, name: heldBy, operation, since, liveness, text };
  }

  /**
   * Removes the lock of a dead owner.
   *
   * Two waiters may find the same dead owner; the slower one must not remove the lock that the
   * faster one took meanwhile. So who checks and removes must have claimed that.
   *
   * @param dead The owner, as {@linkcode LockFile.holder} found it.
   * @returns Whether this call removed it.
   */
  breakDead(dead: Holder): boolean {
    const { files } = this.#runtime;
    if (!this.#breaking.enter()) return false;
    try {
      const now = this.holder();
      if (now?.liveness !== "dead" || now.text !== dead.text || now.name !== dead.name) {
        return false;
      }
      files.remove(this.#info);
      return files.remove(this.#lock);
    } finally {
      this.#breaking.leave();
    }
  }

  /** Whether a request has the lock. */
  #isOf(entryId: string): boolean {
    const text = readSmall(this.#lock, this.#runtime);
    return text !== undefined && parseEntry(text)?.id === entryId;
  }

  #readInfo(): Partial<LockInfo> | undefined {
    const text = readSmall(this.#info, this.#runtime);
    return text === undefined ? undefined : parseObject(text) as Partial<LockInfo> | undefined;
  }

  /**
   * Whether `.lock_info` can be about an empty `.lock`. The Python planloop writes it after taking
   * the lock and removes it after giving it back: where it was killed in between, it stays, and would
   * make the next owner, who has not written his yet, look dead.
   */
  #isInfoOfThisLock(): boolean {
    const { files } = this.#runtime;
    const lock = files.stat(this.#lock)?.modified ?? 0;
    return (files.stat(this.#info)?.modified ?? 0) >= lock;
  }

  /** An empty lock without information: being taken at this moment, or left by a killed process. */
  #ownerless(): Liveness {
    return ageOf(this.#lock, this.#runtime) > ownerlessLockAgeMs ? "dead" : "unknown";
  }
}
