/**
 * Following thenables that are no plain promises: queries of databases, promises of providers'
 * clients.
 *
 * @module
 */

/** What is told of a thenable, each time that somebody who waited is told. Must not throw. */
export interface ThenableWatcher {
  /** @returns What the one who waits is given. */
  given(value: unknown): unknown;
  threw(error: unknown): void;
}

type Then = (ok?: (value: unknown) => unknown, bad?: (error: unknown) => unknown) => unknown;

const watchers = new WeakMap<object, Set<ThenableWatcher>>();

/**
 * Follows a thenable from the moment that somebody waits for it: many only begin their work then,
 * and begin it again for each who asks. So nothing here ever asks. It stays the identical object.
 *
 * @returns The way to stop; nothing for one that cannot be followed, as it is frozen.
 */
export function watchThenable(
  value: object,
  watcher: ThenableWatcher,
): (() => void) | undefined {
  const known = watchers.get(value) ?? patch(value as { then: Then });
  known?.add(watcher);
  return known && (() => void known.delete(watcher));
}

/** Puts a `then` on it that tells the watchers before the one who waits. */
function patch(value: { then: Then }): Set<ThenableWatcher> | undefined {
  const told = new Set<ThenableWatcher>();
  const { then } = value;
  const isSet = Reflect.defineProperty(value, "then", {
    value(this: unknown, ...[ok, bad]: Parameters<Then>): unknown {
      return then.call(
        this,
        (given) => {
          const passed = [...told].reduce((value, watcher) => watcher.given(value), given);
          return typeof ok === "function" ? ok(passed) : passed;
        },
        (error) => {
          for (const watcher of [...told]) watcher.threw(error);
          if (typeof bad === "function") return bad(error);
          throw error;
        },
      );
    },
    configurable: true,
    enumerable: false,
    writable: true,
  });
  if (!isSet) return undefined;
  watchers.set(value, told);
  return told;
}
