/**
 * One request for the lock.
 *
 * @module
 */

import type { LockEventName, LockQueueEntry } from "../format/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { onProcessExit } from "./exit_cleanup.ts";
import { ownStart } from "./liveness.ts";
import { type Holder, LockFile } from "./lock_file.ts";
import type { LockLog, LockNotice } from "./notice.ts";
import { LockQueue } from "./queue.ts";
import { LockTimeoutError } from "./timeout_error.ts";

/** The id on the `lock_broken` event of a holder whose request is unknown. */
export const unknownEntryId = "00000000-0000-0000-0000-000000000000";

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
  readonly entry: LockQueueEntry;
  readonly lock: LockFile;
  readonly queue: LockQueue;
  readonly runtime: Runtime;
  readonly #log: LockLog;
  readonly #sessionPath: string;
  readonly #start: number;

  /** Enters the queue. */
  constructor(options: RequestOptions) {
    const { sessionPath, operation, runtime } = options;
    const { process, clock, random } = runtime;
    const start = ownStart(runtime);
    this.runtime = runtime;
    this.lock = new LockFile(sessionPath, runtime);
    this.queue = new LockQueue(sessionPath, runtime);
    this.#sessionPath = sessionPath;
    this.#log = options.log;
    this.#start = clock.monotonic();
    this.entry = {
      id: random.uuid(),
      agent: options.agent ?? (process.env()["PLANLOOP_AGENT_NAME"] || `pid:${process.pid}`),
      operation,
      requested_at: clock.now() / 1000,
      pid: process.pid,
      ...(start === undefined ? {} : { pid_start: start }),
      host: process.hostname,
    };
    this.queue.add(this.entry);
    this.tell("lock_requested");
  }

  /** How long the request has existed, in milliseconds. */
  get waited_ms(): number {
    return this.runtime.clock.monotonic() - this.#start;
  }

  /** Takes the lock, where it is this request's turn and the lock is free or its owner dead. */
  tryTake(): boolean {
    const isFree = this.lock.isFree();
    if (this.queue.head(this.entry, isFree).id !== this.entry.id) return false;
    if (!isFree && !this.#breakDead()) return false;
    return this.lock.take(this.entry);
  }

  /** Leaves the queue without having had the lock. */
  withdraw(): void {
    this.queue.remove(this.entry.id);
  }

  /** Leaves the queue because the wait took too long, and says who was in the way. */
  timeout(): LockTimeoutError {
    const error = this.#timeoutError();
    this.giveUp(error.holder);
    return error;
  }

  /** Leaves the queue and logs that the request ended without the lock. */
  giveUp(holder: string | null): void {
    this.withdraw();
    this.tell("lock_timeout", {
      wait_ms: this.waited_ms,
      ...(holder === null ? {} : { holder }),
    });
  }

  /** Hands an event of this request to the log. */
  tell(event: LockEventName, further: Partial<LockNotice> = {}): void {
    const { id, operation, agent } = this.entry;
    this.#log({ event, lock_entry_id: id, operation, agent, ...further });
  }

  /** Calls `cleanUp` when the process ends by itself. */
  onExit(cleanUp: () => void): () => void {
    return onProcessExit(this.runtime, cleanUp);
  }

  #breakDead(): boolean {
    const holder = this.lock.holder();
    if (holder === undefined) return true; // released meanwhile
    if (holder.liveness !== "dead" || !this.lock.breakDead(holder)) return false;
    this.tell("lock_broken", {
      lock_entry_id: holder.entry?.id ?? unknownEntryId,
      operation: holder.operation ?? "unknown",
      ...(holder.name === null ? {} : { holder: holder.name }),
    });
    return true;
  }

  #timeoutError(): LockTimeoutError {
    const holder: Holder | undefined = this.lock.holder();
    const next = holder ? undefined : this.queue.head(this.entry, false);
    const inTheWay = next && next.id !== this.entry.id ? next : undefined;
    const { process, clock } = this.runtime;
    return new LockTimeoutError({
      sessionPath: this.#sessionPath,
      operation: this.entry.operation,
      holder: holder?.name ?? inTheWay?.agent ?? null,
      holder_operation: holder?.operation ?? inTheWay?.operation ?? null,
      held_ms: holder?.since == null ? null : Math.max(0, clock.now() - holder.since),
      waited_ms: this.waited_ms,
      own_process: holder?.entry?.pid === process.pid && holder.entry.host === process.hostname,
    });
  }
}
