/**
 * Taking a session away for good. It is renamed first, so that it is there whole or not at all.
 *
 * @module
 */

import { homeLayout, isSessionId, sessionLayout } from "../lib/format/mod.ts";
import { joinPath, type Runtime } from "../lib/runtime/mod.ts";
import { unregisterSessions, writeCurrentSession } from "../lib/session/home.ts";
import { readCurrentSession } from "../lib/store/mod.ts";
import { sessionUse } from "./session_use.ts";
import { systemReason } from "./system_reason.ts";

/** The name of a session that is being removed: hidden, so that nobody reads it. */
export const removedName: RegExp = /^\.removed-[0-9a-f]{12}$/;

/** What became of a session that was to be removed. */
export interface Removal {
  /** Why it is still there, in words that go on after its name and a colon; null where it is gone. */
  kept: string | null;
  /** Why some of its files, which nobody reads any more, are still there; null where they are gone. */
  leftover: string | null;
}

/**
 * Removes a session: its folder, its row in the registry, and that it is the current one. A link in
 * the place of its folder goes, what it leads to stays; links in it are not followed.
 *
 * @param home The home's path, absolute.
 * @param id A session's id, checked.
 * @param force Whether one that is in use goes, too.
 * @throws {Error} If the system refuses before the session is gone.
 */
export function removeSession(
  home: string,
  id: string,
  { force, runtime }: { force: boolean; runtime: Runtime },
): Removal {
  const { files, random } = runtime;
  const path = joinPath(home, homeLayout.sessions, id);
  const use = force ? null : sessionUse(path, runtime);
  if (use !== null) return { kept: use, leftover: null };
  const aside = joinPath(home, homeLayout.sessions, `.removed-${random.hex(12)}`);
  const isLink = files.lstat(path)?.kind === "link";
  files.rename(path, aside);
  // Somebody may have begun to use it since it was looked at.
  const lateUse = force || isLink ? null : sessionUse(aside, runtime);
  if (lateUse !== null && !files.exists(path)) {
    files.rename(aside, path);
    return { kept: lateUse, leftover: null };
  }
  forgetSessions(home, new Set([id]), runtime);
  return { kept: null, leftover: clear(aside, runtime) };
}

/** Finishes what a killed `sessions remove` has left, as far as the system lets it. */
export function clearLeftovers(home: string, runtime: Runtime): void {
  const { files } = runtime;
  const folder = joinPath(home, homeLayout.sessions);
  for (const name of removedFolders(home, runtime)) {
    const aside = joinPath(folder, name);
    try {
      const text = files.readStart(joinPath(aside, sessionLayout.state), stateStartBytes);
      const id = text === undefined ? undefined : /"session":\s*"([^"\\]+)"/.exec(text)?.[1];
      // Its state goes only after its row has gone.
      if (isSessionId(id) && !files.exists(joinPath(folder, id))) {
        forgetSessions(home, new Set([id]), runtime);
      }
    } catch {
      // Its row stays, and is a problem that `sessions list` names.
    }
    clear(aside, runtime);
  }
}

/** Enough of a state to find the session's id in, in bytes. */
const stateStartBytes = 64 * 1024;

/** The names of the folders that a killed `sessions remove` has left. */
export function removedFolders(home: string, { files }: Runtime): string[] {
  try {
    return files.listNames(joinPath(home, homeLayout.sessions))
      .filter((name) => removedName.test(name));
  } catch {
    return [];
  }
}

function forgetSessions(home: string, ids: ReadonlySet<string>, runtime: Runtime): void {
  unregisterSessions(runtime, home, ids);
  const { id } = readCurrentSession(home, () => {}, runtime);
  if (id !== null && ids.has(id)) writeCurrentSession(runtime, home, "");
}

/** Removes a folder that nobody reads any more; gives the system's reason where it cannot. */
function clear(aside: string, { files }: Runtime): string | null {
  try {
    if (files.lstat(aside)?.kind === "link") files.remove(aside);
    else {
      // The Python planloop takes every folder with a state for a session.
      files.remove(joinPath(aside, sessionLayout.state));
      files.removeTree(aside);
    }
    return null;
  } catch (error) {
    return `${aside} could not be removed: ${systemReason(error)}`;
  }
}
