/**
 * The home folder: where it is, and its registry of sessions.
 *
 * @module
 */

import {
  homeLayout,
  type IndexEntry,
  type SessionIndex,
  sessionLayout,
  type SessionState,
} from "../format/mod.ts";
import { absolutePath, joinPath, type Runtime } from "../runtime/mod.ts";
import { formatPythonTime, repeatTime } from "./python_time.ts";

/** The home folder, absolute: as given, else `PLANLOOP_HOME`, else `.planloop` in the user's home. */
export function resolveHome(runtime: Runtime, given?: string): string {
  const { process } = runtime;
  const path = given ?? process.env()["PLANLOOP_HOME"];
  const user = process.homeDirectory();
  if (!path) return joinPath(user, ".planloop");
  const expanded = path === "~" || /^~[\\/]/.test(path) ? joinPath(user, path.slice(1)) : path;
  return absolutePath(process.cwd(), expanded);
}

/** A session's folder. The id must have been checked. */
export function sessionPath(home: string, id: string): string {
  return joinPath(home, homeLayout.sessions, id);
}

/** Makes a session the current one. */
export function writeCurrentSession(runtime: Runtime, home: string, id: string): void {
  runtime.files.writeFileAtomic(joinPath(home, homeLayout.currentSession), id);
}

/**
 * Enters a session into the registry, or renews its row. A damaged registry is made anew from the
 * sessions' own files.
 */
export function registerSession(runtime: Runtime, home: string, state: SessionState): void {
  const path = joinPath(home, homeLayout.index);
  const rows = readRows(runtime, path) ?? rowsFromSessions(runtime, home);
  const sessions = [entryOf(state), ...rows.filter((row) => row.session !== state.session)];
  const newest = (a: IndexEntry, b: IndexEntry) =>
    a.last_updated_at < b.last_updated_at ? 1 : a.last_updated_at > b.last_updated_at ? -1 : 0;
  const index: SessionIndex = {
    sessions: sessions.sort(newest),
    updated_at: formatPythonTime(runtime.clock.now()),
  };
  runtime.files.writeFileAtomic(path, pythonJson(index));
}

function entryOf(state: SessionState): IndexEntry {
  return {
    session: state.session,
    name: state.name,
    title: state.title,
    tags: state.tags,
    project_root: state.project_root,
    created_at: repeatTime(state.created_at),
    last_updated_at: repeatTime(state.last_updated_at),
    done: state.done,
  };
}

/** The registry's rows; none where it is absent, nothing where it is damaged. */
function readRows(runtime: Runtime, path: string): IndexEntry[] | undefined {
  if (!runtime.files.exists(path)) return undefined;
  try {
    const { sessions } = JSON.parse(runtime.files.readText(path)) as SessionIndex;
    const isRow = (row: unknown) =>
      typeof (row as IndexEntry | null)?.session === "string" &&
      typeof (row as IndexEntry).last_updated_at === "string";
    return Array.isArray(sessions) && sessions.every(isRow) ? sessions : undefined;
  } catch {
    // Damaged, or cut by a writer that died: the sessions themselves still know everything.
    return undefined;
  }
}

function rowsFromSessions(runtime: Runtime, home: string): IndexEntry[] {
  const { files } = runtime;
  const folder = joinPath(home, homeLayout.sessions);
  if (!files.exists(folder)) return [];
  return files.readDirectory(folder).flatMap(({ name }) => {
    try {
      const text = files.readText(joinPath(folder, name, sessionLayout.state));
      const state = JSON.parse(text) as SessionState;
      return typeof state.last_updated_at === "string" && state.session === name
        ? [entryOf(state)]
        : [];
    } catch {
      // A session without a readable state has no row.
      return [];
    }
  });
}

/** JSON as Python's `json.dumps(…, indent=2)` writes it, nothing but printable ASCII, and a newline. */
function pythonJson(value: unknown): string {
  const ascii = JSON.stringify(value, null, 2).replace(
    /[^\n -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${ascii}\n`;
}

/** A new session's `deadlock.json`, as the Python planloop writes it. */
export const newDeadlockText: string =
  '{"last_state_hash": "", "no_progress_counter": 0, "queue_head": null, "queue_stall_counter": 0}\n';
