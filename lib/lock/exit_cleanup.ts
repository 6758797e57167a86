/**
 * Locks given back when the process ends: other implementations do not notice a dead holder.
 *
 * @module
 */

import type { Runtime } from "../runtime/mod.ts";

interface CleanUps {
  all: Set<() => void>;
  /** Stops listening to the process. */
  stop: () => void;
}

const registered = new WeakMap<Runtime, CleanUps>();

/**
 * Calls `cleanUp` when the process ends by itself.
 *
 * @returns The way to stop. One listener serves all, so that many locks cost no more than one.
 */
export function onProcessExit(runtime: Runtime, cleanUp: () => void): () => void {
  let found = registered.get(runtime);
  if (!found) {
    const all = new Set<() => void>();
    const stop = runtime.process.onExit(() => {
      for (const one of all) one();
    });
    registered.set(runtime, found = { all, stop });
  }
  const { all, stop } = found;
  all.add(cleanUp);
  return () => {
    if (!all.delete(cleanUp) || all.size > 0) return;
    stop();
    registered.delete(runtime);
  };
}
