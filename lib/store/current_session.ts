/**
 * Which session of a home is the current one.
 *
 * @module
 */

import { homeLayout, isSessionId, type ProblemSink } from "../format/mod.ts";
import { readUtf8 } from "../read/mod.ts";
import { joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";
import { SessionFiles } from "./session_files.ts";

/** What a home's `current_session` says. */
export interface CurrentSession {
  /** What stands there without blanks around it, whatever it is; null where none is set. */
  readonly id: string | null;
  /** Whether it is a session id, and the home has a folder of that name. */
  readonly exists: boolean;
}

/**
 * Reads which session is the current one. An absent or empty file, as the Python planloop leaves
 * one, means that none is set.
 *
 * @param home The home's path, absolute.
 * @param problem Is told why the file cannot be read, where it is there. Default: nobody is.
 * @param runtime The machine. Default: the one that this runs on.
 *
 * @example
 * ```ts
 * import { readCurrentSession, resolveHome } from "planloop/store";
 *
 * const { id, exists } = readCurrentSession(resolveHome(undefined, {}));
 * ```
 */
export function readCurrentSession(
  home: string,
  problem: ProblemSink = () => {},
  runtime: Runtime = systemRuntime(),
): CurrentSession {
  const file = homeLayout.currentSession;
  const bytes = new SessionFiles(home, runtime).read(file, problem);
  const id = (bytes && readUtf8(bytes, file, problem).trim()) || null;
  return { id, exists: id !== null && isSessionId(id) && hasFolder(home, id, runtime) };
}

function hasFolder(home: string, id: string, { files }: Runtime): boolean {
  try {
    return files.stat(joinPath(home, homeLayout.sessions, id))?.kind === "directory";
  } catch {
    return false;
  }
}
