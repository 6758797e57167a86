/**
 * When something last happened in a session.
 *
 * @module
 */

import { joinPath, type Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";

/**
 * The latest of what the state says and of what the file system says about any of the session's
 * files: a program that only writes its log does not change the state.
 *
 * @returns Epoch milliseconds; null where neither says.
 */
export function lastChange(session: StoredSession, { files }: Runtime): number | null {
  let latest = session.summary().updated ?? -Infinity;
  for (const { file } of session.files()) {
    try {
      latest = Math.max(latest, files.stat(joinPath(session.path, file))?.modified ?? latest);
    } catch {
      // Gone meanwhile, or not to be looked at: the others tell.
    }
  }
  return Number.isFinite(latest) ? latest : null;
}
