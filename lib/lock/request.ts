/**
 * One request for the lock.
 *
 * @module
 */

import type { LockEventName, LockQueueEntry } from "../format/mod.ts";
import { errorCode, lacksLinks, type Runtime } from "../runtime/mod.ts";
import { onProcessExit } from "./exit_cleanup.ts";
import { ownStart } from "./liveness.ts";
import type { LockLog, LockNotice } from "./notice.ts";
import { entryText, type QueueWatch } from "./queue.ts";
import { clockStepMs, type SessionLock, sessionLock, ticketStepSeconds } from "./session_lock.ts";
import type { Ticket } from "./ticket.ts";
import { LockTimeoutError } from "./timeout_error.ts";

/** The id on the `lock_broken` event of a holder whose request is unknown. */
export const unknownEntryId = "00000000-0000-0000-0000-000000000000";

/**
 * How often an entry is written: without its folder, without links, then as it should be; and again
 * where the process stood still in the middle, so that others took its file for an abandoned one.
 */
const publishAttemptsMax = 8;

/** What a request is made of. */
export interface RequestOptions {
  sessionPath: string;
  operation: string;
  agent: string | undefined;
  runtime: Runtime;
  log: LockLog;
}

/** One request: its place in the queue, and the lock that it wants. */
export class LockRequestState {
  readonly runtime: Runtime;
  readonly #shared: SessionLock;
  readonly #log: LockLog;
  readonly #sessionPath: string;
  readonly #start: number;
  readonly #watch: QueueWatch = {};
  readonly #addAgain = () => this.#publishAgain();
  #entry: LockQueueEntry;
  #ticket: Ticket;
  /** The queue as it was found on entering, for the first attempt. */
  #found: LockQueueEntry[] | undefined;

  /** Enters the queue. */
  constructor(options: RequestOptions) {
    const { sessionPath, operation, runtime } = options;
    const { process, clock, random } = runtime;
    const start = ownStart(runtime);
    this.runtime = runtime;
    this.#shared = sessionLock(sessionPath, runtime);
    this.#sessionPath = sessionPath;
    this.#log = options.log;
    this.#start = clock.monotonic();
    this.#entry = {
      id: random.uuid(),
      agent: options.agent ?? this.#shared.agent,
      operation,
      requested_at: this.#shared.ticketTime(clock.now()),
      pid: process.pid,
      ...(start === undefined ? {} : { pid_start: start }),
      host: process.hostname,
    };
    this.#ticket = this.#publish();
    try {
      this.#goBehind();
    } catch (error) {
      this.withdraw();
      throw error;
    }
    this.tell("lock_requested");
  }

  /** The request, as it stands in the queue. */
  get entry(): LockQueueEntry {
    return this.#entry;
  }

  /** The queue's folder, to be watched. */
  get queuePath(): string {
    return this.#shared.queue.path;
  }

  /** How long the request has existed, in milliseconds. */
  get waited_ms(): number {
    return this.runtime.clock.monotonic() - this.#start;
  }

  /** Takes the lock, where it is this request's turn and the lock is free or its owner dead. */
  tryTake(): boolean {
    const { lock, queue } = this.#shared;
    const entries = this.#found ?? queue.list(this.#entry, this.#addAgain);
    this.#found = undefined;
    const head = queue.head(entries, this.#entry, this.#watch, () => lock.isFree());
    if (head.id !== this.#entry.id) return false;
    if (this.#take()) return true;
    return this.breakDead(true) && this.#take();
  }

  /**
   * Whether a change in the queue's folder calls for another attempt. Only the next in line wakes
   * when the lock is given back: were all of them to look, most of the time would go into that.
   *
   * @param name The file that changed; null where the system does not tell.
   */
  concerns(name: string | null): boolean {
    const { behind } = this.#watch;
    return behind === undefined || name === null || name === `${behind}.json` ||
      name === `${this.#entry.id}.json`;
  }

  /**
   * Removes the lock of a dead owner. Any waiter does so, whoever is next: the Python planloop waits
   * for a dead owner until its time is up. But a lock that does not say whose it is may be that of a
   * living one who stands still just now: it is removed only where nobody who could have taken it is
   * left in the queue.
   *
   * @param isNext Whether it is this request's turn.
   */
  breakDead(isNext = false): boolean {
    const { lock } = this.#shared;
    const holder = lock.holder();
    if (holder === undefined) return true; // released meanwhile
    if (holder.liveness !== "dead" || (holder.name === null && !isNext)) return false;
    if (!lock.breakDead(holder)) return false;
    this.tell("lock_broken", {
      lock_entry_id: holder.entry?.id ?? unknownEntryId,
      operation: holder.operation ?? "unknown",
      ...(holder.name === null ? {} : { holder: holder.name }),
    });
    return true;
  }

  /** Gives the lock back and leaves the queue. */
  release(hold_ms: number): void {
    let wasOurs = false;
    try {
      wasOurs = this.#shared.lock.release(this.#entry.id);
      // The entry still stands in the queue: nobody can take the lock before this line.
      this.tell("lock_released", { hold_ms });
    } finally {
      this.#leave(wasOurs);
    }
  }

  /** Leaves the queue after a failure; the request's files are not used again. */
  withdraw(): void {
    this.#leave(false);
  }

  /** Leaves the queue because the wait took too long, and says who was in the way. */
  timeout(): LockTimeoutError {
    const error = this.#timeoutError();
    this.giveUp(error.holder);
    return error;
  }

  /** Leaves the queue and logs that the request ended without the lock. */
  giveUp(holder: string | null): void {
    this.#leave(true);
    this.tell("lock_timeout", {
      wait_ms: this.waited_ms,
      ...(holder === null ? {} : { holder }),
    });
  }

  /** Hands an event of this request to the log. */
  tell(event: LockEventName, further: Partial<LockNotice> = {}): void {
    const { id, operation, agent } = this.#entry;
    this.#log({ event, lock_entry_id: id, operation, agent, ...further });
  }

  /** Calls `cleanUp` when the process ends by itself. */
  onExit(cleanUp: () => void): () => void {
    return onProcessExit(this.runtime, cleanUp);
  }

  /** Makes the entry appear in the queue, whole. */
  #publish(): Ticket {
    const { queue, tickets } = this.#shared;
    for (let attempt = 1;; attempt++) {
      try {
        return this.#publishOnce();
      } catch (error) {
        if (attempt >= publishAttemptsMax) throw error;
        if (lacksLinks(error)) tickets.usePlainFiles();
        // The folder is missing at a session's first lock, or somebody removed it since.
        else if (errorCode(error) === "ENOENT") queue.create(error);
        else throw error;
      }
    }
  }

  #publishAgain(): void {
    this.#unlessRemoved(() => this.#ticket.entry.publish(this.#shared.queue.file(this.#entry.id)));
  }

  #take(): boolean {
    return this.#unlessRemoved(() => this.#shared.lock.take(this.#ticket, this.#entry));
  }

  /**
   * Does something with the request's files. Where somebody removed them, with the whole folder or
   * as those of a dead process (a container sees no processes of another one), there are new ones.
   */
  #unlessRemoved(action: () => boolean): boolean {
    try {
      return action();
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      this.#ticket.giveBack(false);
      this.#ticket = this.#publish();
      return false;
    }
  }

  #publishOnce(): Ticket {
    const ticket = this.#shared.tickets.take();
    try {
      ticket.entry.write(entryText(this.#entry));
      ticket.entry.publish(this.#shared.queue.file(this.#entry.id));
      return ticket;
    } catch (error) {
      ticket.giveBack(false);
      throw error;
    }
  }

  /**
   * Where the clock was set back, requests from before have later times: this one must not overtake
   * them. It enters once more, as another entry, since others may have read the first one.
   */
  #goBehind(): void {
    const { queue } = this.#shared;
    this.#found = queue.list(this.#entry, this.#addAgain);
    if (this.#found.length === 1) return;
    const latest = Math.max(...this.#found.map((entry) => entry.requested_at));
    if (latest * 1000 <= this.runtime.clock.now() + clockStepMs) return;
    this.#leave(true);
    const { random } = this.runtime;
    this.#entry = { ...this.#entry, id: random.uuid(), requested_at: latest + ticketStepSeconds };
    this.#ticket = this.#publish();
    this.#found = undefined;
  }

  #leave(clean: boolean): void {
    let gone = false;
    try {
      this.#shared.queue.remove(this.#entry.id);
      gone = true;
    } finally {
      this.#ticket.giveBack(clean && gone);
    }
  }

  #timeoutError(): LockTimeoutError {
    const { lock, queue } = this.#shared;
    const { process, clock } = this.runtime;
    const holder = lock.holder();
    const entries = holder ? [] : queue.list(this.#entry, this.#addAgain);
    const next = queue.head(entries, this.#entry, {}, () => false);
    const inTheWay = holder?.entry ?? (next.id === this.#entry.id ? undefined : next);
    const own = holder?.entry?.pid === process.pid && holder.entry.host === process.hostname;
    const host = inTheWay?.host;
    return new LockTimeoutError({
      sessionPath: this.#sessionPath,
      operation: this.#entry.operation,
      holder: holder ? holder.name : inTheWay?.agent ?? null,
      holder_operation: holder ? holder.operation : inTheWay?.operation ?? null,
      holder_host: host === undefined || host === process.hostname ? null : host,
      held_ms: holder?.since == null ? null : Math.max(0, clock.now() - holder.since),
      waited_ms: this.waited_ms,
      own_process: own,
    });
  }
}
