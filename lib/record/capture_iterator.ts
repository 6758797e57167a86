/**
 * Following generators and async iterables to what they throw.
 *
 * @module
 */

import { isThenable } from "./settle.ts";

/** Something that is stepped through. */
type Stepper = Record<string | symbol, unknown>;

/** Whether a function's result goes on running when it is iterated. Lists do not. */
export function isRunning(value: object): boolean {
  const iterator = value as {
    next?: unknown;
    [Symbol.iterator]?: unknown;
    [Symbol.asyncIterator]?: unknown;
  };
  return typeof iterator[Symbol.asyncIterator] === "function" ||
    (typeof iterator.next === "function" && typeof iterator[Symbol.iterator] === "function");
}

/**
 * The same generator or async iterable; what comes out of it as an error is told first, and then
 * thrown on. Its other members stay.
 *
 * @param threw Must not throw.
 */
export function watchIterable<T extends object>(source: T, threw: (error: unknown) => void): T {
  const steps = new Map<string | symbol, unknown>();
  const proxy: T = new Proxy(source, {
    get(target, key) {
      // The target is the receiver: private members do not work through a proxy.
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== "function" || isFixed(target, key)) return value;
      let step = steps.get(key);
      if (!step) {
        steps.set(key, step = member(target, key, value as (...args: unknown[]) => unknown));
      }
      return step;
    },
  });
  const member = (target: T, key: string | symbol, value: (...args: unknown[]) => unknown) => {
    if (key === "next" || key === "return" || key === "throw") {
      return (...args: unknown[]) => watched(() => value.apply(target, args), threw);
    }
    if (key !== Symbol.iterator && key !== Symbol.asyncIterator) return value.bind(target);
    return () => {
      const made = watched(() => value.call(target), threw) as Stepper;
      return made === (target as unknown) ? proxy : watchIterable(made, threw);
    };
  };
  return proxy;
}

/** A proxy must give such a member as it is. */
function isFixed(target: object, key: string | symbol): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return own !== undefined && own.configurable === false && own.writable === false;
}

function watched(step: () => unknown, threw: (error: unknown) => void): unknown {
  let result: unknown;
  try {
    result = step();
  } catch (error) {
    threw(error);
    throw error;
  }
  if (!isThenable(result)) return result;
  return result.then(undefined, (error) => {
    threw(error);
    throw error;
  });
}
