/**
 * Following what a function gives to the errors that come out of it later.
 *
 * @module
 */

import { isNodeStream, onStreamError } from "../runtime/mod.ts";
import { isRunning, watchIterable } from "./capture_iterator.ts";
import { watchReadable } from "./capture_stream.ts";
import { isPlainPromise } from "./settle.ts";
import { watchThenable } from "./thenable.ts";

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
      followThenable(value, threw);
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

/** Thenables that are followed already: a kept one may be given many times. */
const followed = new WeakSet<object>();

function followThenable(value: object, threw: (error: unknown) => void): void {
  if (followed.has(value)) return;
  followed.add(value);
  watchThenable(value, { given: (given) => followResult(given, threw), threw });
}
