/**
 * Following what a function gives to the errors that come out of it later.
 *
 * @module
 */

import { isNodeStream, onStreamError } from "../runtime/mod.ts";
import { isRunning, watchIterable } from "./capture_iterator.ts";
import { watchReadable } from "./capture_stream.ts";

/**
 * What a function gave, followed. A plain promise is replaced by its follower, a generator, an async
 * iterable and a web stream by one that passes everything on; all else stays the identical object.
 *
 * @param threw Told of each error before whoever reads or waits. Must not throw.
 */
export function followResult(value: unknown, threw: (error: unknown) => void): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return value;
  try {
    if (isPlainPromise(value)) {
      return value.then((given) => followResult(given, threw), (error) => {
        threw(error);
        throw error;
      });
    }
    if (typeof (value as { then?: unknown }).then === "function") {
      watchThenable(value as Thenable, threw);
      return value;
    }
    if (typeof ReadableStream === "function" && value instanceof ReadableStream) {
      return watchReadable(value, threw);
    }
    if (isNodeStream(value)) {
      onStreamError(value, threw);
      return value;
    }
    return isRunning(value) ? watchIterable(value, threw) : value;
  } catch {
    // A value that cannot be looked at is the caller's affair alone.
    return value;
  }
}

function isPlainPromise(value: object): value is Promise<unknown> {
  return value instanceof Promise && Object.getPrototypeOf(value) === Promise.prototype;
}

/** Something with a `then` of its own, such as a database's query or a provider's promise. */
interface Thenable {
  then(ok?: (value: unknown) => unknown, bad?: (error: unknown) => unknown): unknown;
}

/** Thenables that are followed already: a kept one may be given many times. */
const watched = new WeakSet<object>();

/**
 * Follows a thenable from the moment that somebody waits for it: many of them only begin their work
 * then, and begin it again for each who asks. So nothing here ever asks.
 */
function watchThenable(value: Thenable, threw: (error: unknown) => void): void {
  if (watched.has(value)) return;
  const { then } = value;
  // A frozen one cannot be followed.
  const isSet = Reflect.defineProperty(value, "then", {
    value(
      this: unknown,
      ok?: (value: unknown) => unknown,
      bad?: (error: unknown) => unknown,
    ): unknown {
      return then.call(
        this as Thenable,
        (given) => {
          const followed = followResult(given, threw);
          return typeof ok === "function" ? ok(followed) : followed;
        },
        (error) => {
          threw(error);
          if (typeof bad === "function") return bad(error);
          throw error;
        },
      );
    },
    configurable: true,
    enumerable: false,
    writable: true,
  });
  if (isSet) watched.add(value);
}
