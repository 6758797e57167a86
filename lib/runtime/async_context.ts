/**
 * A value that follows the flow of calls, also across `await`, timers and promises.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";

/** A value bound to the flow of calls. */
export interface AsyncContext<T> {
  /** Calls `fn` with the value in place; also what it starts sees it. */
  run<R, A extends unknown[]>(value: T, fn: (...given: A) => R, ...given: A): R;
  /** The value in place, or `undefined`. */
  get(): T | undefined;
  /** Puts the value in place for the rest of the present flow. */
  enter(value: T): void;
}

/** Makes a new context, empty everywhere. */
export function createAsyncContext<T>(): AsyncContext<T> {
  const storage = new AsyncLocalStorage<T>();
  return {
    run: (value, fn, ...given) => storage.run(value, fn, ...given),
    get: () => storage.getStore(),
    enter: (value) => storage.enterWith(value),
  };
}
