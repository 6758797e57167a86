/**
 * Locks given back when the process ends: other implementations do not notice a dead holder.
 *
 * @module
 */

import type { Runtime } from "../runtime/mod.ts";

const registered = new WeakMap<Runtime, Set<() => void>>();

/**
 * Calls `cleanUp` when the process ends by itself.
 *
 * @returns The way to stop. One listener serves all, so that many locks cost no more than one.
 */
export function onProcessExit(runtime: Runtime, cleanUp: () => void): () => void {
  let all = registered.get(runtime);
  if (!all) {
    all = new Set();
    registered.set(runtime, all);
    const run = all;
    runtime.process.onExit(() => {
      for (const one of run) one();
    });
  }
  all.add(cleanUp);
  return () => void registered.get(runtime)?.delete(cleanUp);
}
