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
import { Claim } from "../lock/mod.ts";
import { absolutePath, joinPath, pause, type Runtime } from "../runtime/mod.ts";
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

/** Makes a session the current one; with an empty id, none is. */
export function writeCurrentSession(runtime: Runtime, home: string, id: string): void {
  runtime.files.writeFileAtomic(joinPath(home, homeLayout.currentSession), id);
}

/** How often the registry is asked for while another process writes it, and how long between. */
const registryAttempts = { max: 40, pauseMs: 2 };

/** How often the registry is written again where it could not be had alone. */
const registryRepairsMax = 3;

/**
 * Enters a session into the registry, or renews its row. Sessions that have no row, because the
 * other implementation wrote the registry at the same moment or damaged it, get theirs back.
 *
 * Processes do this one after the other. One that cannot get its turn, since another stands still
 * just then, does it all the same after a tenth of a second, and looks whether a row got lost.
 */
export function registerSession(runtime: Runtime, home: string, state: SessionState): void {
  changeRegistry(runtime, home, (rows) => {
    const others = rows.filter((row) => row.session !== state.session);
    return [entryOf(state), ...others];
  }, (rows) => rows.some((row) => row.session === state.session));
}

/**
 * Takes sessions out of the registry, where there is one that can be read; their folders must be gone
 * already, else they get their rows back. Waits for other processes as {@linkcode registerSession}.
 */
export function unregisterSessions(runtime: Runtime, home: string, ids: ReadonlySet<string>): void {
  if (!readRows(runtime, joinPath(home, homeLayout.index))) return;
  const isGone = (row: IndexEntry) => !ids.has(row.session);
  changeRegistry(runtime, home, (rows) => rows.filter(isGone), (rows) => rows.every(isGone));
}

/**
 * @param change What becomes of the rows.
 * @param isDone Whether they are as they should be; asked only where the change could not be alone.
 */
function changeRegistry(
  runtime: Runtime,
  home: string,
  change: (rows: IndexEntry[]) => IndexEntry[],
  isDone: (rows: readonly IndexEntry[]) => boolean,
): void {
  const claim = new Claim(home, homeLayout.indexClaim, "index", runtime);
  if (enterSoon(claim)) {
    try {
      writeRows(runtime, home, change);
    } finally {
      claim.leave();
    }
    return;
  }
  for (let repair = 0; repair < registryRepairsMax; repair++) {
    writeRows(runtime, home, change);
    const rows = readRows(runtime, joinPath(home, homeLayout.index));
    if (rows && isDone(rows) && missingRows(runtime, home, rows).length === 0) return;
  }
}

function enterSoon(claim: Claim): boolean {
  for (let attempt = 1; !claim.enter(); attempt++) {
    if (attempt >= registryAttempts.max) return false;
    pause(registryAttempts.pauseMs);
  }
  return true;
}

function writeRows(
  runtime: Runtime,
  home: string,
  change: (rows: IndexEntry[]) => IndexEntry[],
): void {
  const path = joinPath(home, homeLayout.index);
  const sessions = change(readRows(runtime, path) ?? []);
  const newest = (a: IndexEntry, b: IndexEntry) =>
    a.last_updated_at < b.last_updated_at ? 1 : a.last_updated_at > b.last_updated_at ? -1 : 0;
  const index: SessionIndex = {
    sessions: [...sessions, ...missingRows(runtime, home, sessions)].sort(newest),
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

/** The rows of sessions that the registry does not know. */
function missingRows(runtime: Runtime, home: string, rows: readonly IndexEntry[]): IndexEntry[] {
  const { files } = runtime;
  const folder = joinPath(home, homeLayout.sessions);
  const known = new Set(rows.map((row) => row.session));
  let names;
  try {
    names = files.listNames(folder).filter((name) => !known.has(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
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
