/**
 * Promises of model providers' clients, which have methods of their own, such as `withResponse()`.
 *
 * @module
 */

import { isThenable } from "./settle.ts";

/** How what a promise gives is followed. */
export interface ThenableFollower {
  /** Gives what the caller gets in the place of a value. */
  value(value: unknown): unknown;
  /** Is told what the promise was rejected with. */
  failed(error: unknown): void;
}

/**
 * The same promise with all its methods; what it gives, by any of them, is followed. Such promises
 * begin their work, or read the answer, when they are asked: they are not asked before the caller
 * does.
 */
export function followThenable<T extends PromiseLike<unknown>>(
  source: T,
  follower: ThenableFollower,
): T {
  let raw: unknown;
  let given: { value: unknown } | undefined;
  /** One value is followed once, by whichever method it comes. */
  const exchange = (value: unknown): unknown => {
    if (given && value === raw) return given.value;
    raw = value;
    given = { value: follower.value(value) };
    return given.value;
  };
  const follow = (promise: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(promise.then(
      (value) => hasData(value) ? { ...value, data: exchange(value.data) } : exchange(value),
      (error) => {
        follower.failed(error);
        throw error;
      },
    ));
  let own: Promise<unknown> | undefined;
  const proxy: T = new Proxy(source, {
    get(target, key) {
      if (key === "then" || key === "catch" || key === "finally") {
        own ??= follow(target);
        return own[key].bind(own);
      }
      // The target is the receiver: private members do not work through a proxy.
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result = Reflect.apply(value, target, args) as unknown;
        if (result === target) return proxy;
        return isThenable(result) ? follow(result) : result;
      };
    },
  });
  return proxy;
}

/** `{ data, response, … }`, as the clients of OpenAI and Anthropic give with the response. */
function hasData(value: unknown): value is { data: unknown } {
  try {
    return typeof value === "object" && value !== null && "data" in value &&
      (value as { response?: unknown }).response instanceof Response;
  } catch {
    // A proxy that throws: the caller gets it as it is.
    return false;
  }
}
