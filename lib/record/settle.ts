/**
 * Following a call to its end, whether it returns, throws, or gives a promise.
 *
 * @module
 */

import { watchThenable } from "./thenable.ts";

/** How a call ended. */
export type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/**
 * Calls `fn` and reports how it ended. What it returns or throws comes out unchanged.
 *
 * @param end Called once: at the return, at the throw, or when the promise settles, and then before
 * anybody who waits for that promise. Never for another thenable that nobody waits for. Must not
 * throw.
 */
export function settle<T>(fn: () => T, end: (outcome: Outcome) => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    end({ ok: false, error });
    throw error;
  }
  if (!isThenable(result)) {
    end({ ok: true, value: result });
    return result;
  }
  if (!isPlainPromise(result)) return followThenable(result, end);
  // Replaced by its follower, so that a rejection nobody handles is still seen.
  return result.then(
    (value) => {
      end({ ok: true, value });
      return value;
    },
    (error) => {
      end({ ok: false, error });
      throw error;
    },
  ) as T;
}

/** Whether a thenable is the platform's own promise, without methods of its own. */
export function isPlainPromise(value: object): value is Promise<unknown> {
  try {
    return Object.getPrototypeOf(value) === Promise.prototype;
  } catch {
    // A proxy that throws.
    return false;
  }
}

/**
 * Reports how another thenable settles.
 *
 * Others have methods of their own, as the clients of model providers give them: they stay. Many
 * begin their work for each who waits, so this does not: it ends when somebody who waits is told.
 */
export function followThenable<T>(result: T & object, end: (outcome: Outcome) => void): T {
  const stop = watchThenable(result, {
    given(value) {
      stop?.();
      end({ ok: true, value });
      return value;
    },
    threw(error) {
      stop?.();
      end({ ok: false, error });
    },
  });
  if (!stop) end({ ok: true, value: result });
  return result;
}

/** Whether a value can be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === "function";
  } catch {
    // A proxy, or a getter, that throws: whoever waits for it will be told so.
    return false;
  }
}
