/**
 * The lock of a session that touches no disk: it holds off nobody but the callers in this process.
 *
 * @module
 */

import { type LockHandle, LockTimeoutError } from "../lock/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { SessionLockOptions } from "./session.ts";

/** Longest wait where the caller does not say, in milliseconds. */
const defaultTimeoutMs = 30_000;

/** A lock in memory, first come, first served. */
export class MemoryLock {
  readonly #runtime: Runtime;
  readonly #sessionPath: string;
  /** Settles when everybody who came before has released or given up. */
  #tail: Promise<void> = Promise.resolve();
  #holder: { operation: string; since: number } | undefined;

  constructor(runtime: Runtime, sessionPath: string) {
    this.#runtime = runtime;
    this.#sessionPath = sessionPath;
  }

  /**
   * Waits for the lock.
   *
   * @throws {LockTimeoutError} After `timeout_ms`.
   */
  async acquire(operation: string, options: SessionLockOptions): Promise<LockHandle> {
    const { clock, random } = this.#runtime;
    const start = clock.monotonic();
    options.signal?.throwIfAborted();
    const before = this.#tail;
    let done = () => {};
    const finished = new Promise<void>((resolve) => done = resolve);
    this.#tail = before.then(() => finished);
    try {
      await this.#turn(before, operation, options);
    } catch (error) {
      done();
      throw error;
    }
    this.#holder = { operation, since: clock.monotonic() };
    const release = () => {
      this.#holder = undefined;
      done();
      done = () => {};
    };
    let held = true;
    const releaseOnce = () => {
      if (held) release();
      held = false;
    };
    return {
      entryId: random.uuid(),
      operation,
      acquired: clock.now(),
      wait_ms: clock.monotonic() - start,
      release: releaseOnce,
      [Symbol.dispose]: releaseOnce,
      [Symbol.asyncDispose]() {
        releaseOnce();
        return Promise.resolve();
      },
    };
  }

  /** Waits until everybody before is done, the time is up, or the signal aborts. */
  async #turn(before: Promise<void>, operation: string, options: SessionLockOptions) {
    const { timeout_ms = defaultTimeoutMs, signal } = options;
    const { clock, process } = this.#runtime;
    const start = clock.monotonic();
    let stop = () => {};
    const interrupted = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        const holder = this.#holder;
        reject(
          new LockTimeoutError({
            sessionPath: this.#sessionPath,
            operation,
            holder: holder ? `pid:${process.pid}` : null,
            holder_operation: holder?.operation ?? null,
            holder_host: null,
            held_ms: holder ? clock.monotonic() - holder.since : null,
            waited_ms: clock.monotonic() - start,
            own_process: true,
          }),
        );
      }, timeout_ms);
      const abort = () => reject(signal!.reason);
      signal?.addEventListener("abort", abort);
      stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
    });
    try {
      await Promise.race([before, interrupted]);
    } finally {
      stop();
    }
  }
}
