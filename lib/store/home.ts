/**
 * A home: the folder that holds all sessions.
 *
 * @module
 */

import {
  homeLayout,
  type IndexEntry,
  isSessionId,
  type Problem,
  type ProblemSink,
  sessionIdTime,
  type SessionIndex,
  sessionLayout,
} from "../format/mod.ts";
import { ProblemList, readIndex, readJsonDocument } from "../read/mod.ts";
import {
  absolutePath,
  type FileKind,
  isAbsolutePath,
  joinPath,
  lastPathPart,
  relativePath,
  type Runtime,
  systemRuntime,
} from "../runtime/mod.ts";
import { readCurrentSession } from "./current_session.ts";
import { folderObstacle } from "./folder_check.ts";
import { nearestIds } from "./nearest.ts";
import { AmbiguousSessionError, SessionNotFoundError } from "./session_errors.ts";
import { SessionFiles } from "./session_files.ts";
import { StoredSession } from "./stored_session.ts";

/**
 * Opens a home for reading. Touches nothing, and reads nothing yet.
 *
 * @param path The home's path, see {@linkcode resolveHome}.
 * @param runtime The machine. Default: the one that this runs on.
 */
export function openHome(path: string, runtime: Runtime = systemRuntime()): Home {
  return new Home(absolutePath(path), runtime);
}

/** A home, read only. The folders below `sessions` count; `index.json` is only compared to them. */
export class Home {
  /** Absolute path. */
  readonly path: string;
  readonly #runtime: Runtime;
  readonly #files: SessionFiles;
  readonly #problems = new ProblemList();
  #index: SessionIndex | null | undefined;
  #entries: ReadonlyMap<string, IndexEntry> | undefined;

  /** @param path Absolute. Use {@linkcode openHome}. */
  constructor(path: string, runtime: Runtime) {
    this.path = path;
    this.#runtime = runtime;
    this.#files = new SessionFiles(path, runtime);
  }

  /** What is damaged or doubtful in the home's own files; grows as they are read. */
  get problems(): readonly Problem[] {
    return this.#problems.list;
  }

  /** Every session, newest first by the moment in its id (else by its folder's last change). */
  sessions(): StoredSession[] {
    const ids = this.#ids();
    this.#compareIndex(ids);
    return ids.map((id) => this.#open(id));
  }

  /** Whether anything is at the home's path: readable or not, a folder or not. */
  exists(): boolean {
    try {
      return this.#runtime.files.lstat(this.path) !== undefined;
    } catch {
      return true;
    }
  }

  /**
   * Looks whether sessions can be looked for here. {@linkcode Home.sessions} gives none where not.
   *
   * @throws {SessionNotFoundError} If the home does not exist, is no folder, or cannot be read.
   */
  checkReadable(): void {
    this.#checkReadable("");
  }

  /** The current session's id, whether or not it exists; null where none is set. */
  currentSession(): string | null {
    return readCurrentSession(this.path, this.#add, this.#runtime).id;
  }

  /**
   * Finds a session.
   *
   * @param given A session id; the start of exactly one id, also with the `…` behind it where a
   * table cut it; or the path of a session folder, absolute or starting with `./`. Default: the
   * current session.
   * @throws {SessionNotFoundError} If there is none, its folder or the home cannot be read, or
   * `given` must not become a path. Its message names the home and what comes near.
   * @throws {AmbiguousSessionError} If several ids start with `given`.
   */
  findSession(given?: string): StoredSession {
    if (given && isPath(given)) return this.#openFolder(given);
    const wanted = given?.replace(/(?<=.)…$/u, "");
    this.#checkReadable(wanted ?? "");
    const ids = this.#ids();
    if (wanted && isSessionId(wanted)) this.#checkNoFile(wanted, ids);
    if (ids.length === 0) {
      throw this.#notFound(
        wanted ?? "",
        `The home ${this.path} holds no sessions: record one, or name another home with --home ` +
          "or PLANLOOP_HOME",
      );
    }
    if (!wanted) return this.#openCurrent(ids);
    if (!isSessionId(wanted)) {
      throw this.#notFound(
        wanted,
        `Cannot use ${quoted(wanted)} as a session id: expected letters, digits, "-", "_" and "."` +
          '; a folder is given by its absolute path, or one that starts with "./"',
      );
    }
    const id = this.#match(wanted, ids);
    if (id === null) {
      throw this.#notFound(
        wanted,
        `No session ${quoted(wanted)} in ${this.path}`,
        nearestIds(wanted, ids),
      );
    }
    return this.#openReadable(id);
  }

  readonly #add: ProblemSink = (problem) => this.#problems.add(problem);

  #match(wanted: string, ids: readonly string[]): string | null {
    if (ids.includes(wanted)) return wanted;
    const candidates = ids.filter((id) => id.startsWith(wanted));
    if (candidates.length <= 1) return candidates[0] ?? null;
    const shown = candidates.slice(0, 5).join(", ");
    const more = candidates.length > 5 ? ` and ${candidates.length - 5} more` : "";
    throw new AmbiguousSessionError(
      `${candidates.length} sessions in ${this.path} start with ${quoted(wanted)}: ${shown}${more}`,
      this.path,
      wanted,
      candidates,
    );
  }

  #openCurrent(ids: readonly string[]): StoredSession {
    const id = this.currentSession();
    const newest = ids.slice(0, 3);
    if (id === null) {
      const message = `The home ${this.path} has no current session: name one`;
      throw this.#notFound("", message, newest, "Newest");
    }
    if (ids.includes(id)) return this.#openReadable(id);
    const message = `The current session ${quoted(id)} is not in ${this.path}`;
    throw this.#notFound(id, message, nearestIds(id, ids));
  }

  #openFolder(wanted: string): StoredSession {
    const path = absolutePath(wanted);
    const obstacle = folderObstacle(path, sessionLayout.state, this.#runtime);
    if (obstacle) {
      throw this.#notFound(wanted, `Cannot read a session from ${path}: ${obstacle}`);
    }
    const has = (name: string) => this.#runtime.files.exists(joinPath(path, name));
    if (has(sessionLayout.state) || has(sessionLayout.logs)) {
      return new StoredSession(lastPathPart(path), path, { runtime: this.#runtime });
    }
    const reason = `it has neither ${sessionLayout.state} nor ${sessionLayout.logs}/`;
    throw this.#notFound(wanted, `Cannot read a session from ${path}: ${reason}`);
  }

  #openReadable(id: string): StoredSession {
    const session = this.#open(id);
    const obstacle = folderObstacle(session.path, sessionLayout.state, this.#runtime);
    if (!obstacle) return session;
    const message = `Cannot read the session ${quoted(id)} from ${session.path}`;
    throw this.#notFound(id, `${message}: ${obstacle}`);
  }

  #open(id: string): StoredSession {
    return new StoredSession(id, joinPath(this.path, homeLayout.sessions, id), {
      entry: this.#indexEntry(id),
      runtime: this.#runtime,
    });
  }

  #indexEntry(id: string): IndexEntry | undefined {
    this.#entries ??= new Map((this.#readIndex()?.sessions ?? []).map((row) => [row.session, row]));
    return this.#entries.get(id);
  }

  #readIndex(): SessionIndex | null {
    if (this.#index !== undefined) return this.#index;
    const file = homeLayout.index;
    const bytes = this.#files.read(file, this.#add);
    if (!bytes) return this.#index = null;
    const { value } = readJsonDocument(bytes, file, this.#add);
    return this.#index = readIndex(value, file, this.#add);
  }

  /** Ids of the folders below `sessions`, newest first. */
  #ids(): string[] {
    const found: { id: string; time: number }[] = [];
    for (const { name, kind } of this.#files.list(homeLayout.sessions, this.#add)) {
      if (name.startsWith(".")) continue;
      const file = `${homeLayout.sessions}/${name}`;
      const problem = this.#whyNoSession(name, kind);
      if (problem) this.#add({ file, ...problem, lost: true });
      else found.push({ id: name, time: sessionIdTime(name) ?? this.#changed(file) });
    }
    return found.sort((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  }

  /** What keeps an entry of `sessions` from being a session: a folder, or a link to one in here. */
  #whyNoSession(name: string, kind: FileKind): Pick<Problem, "kind" | "reason"> | null {
    if (kind !== "directory") {
      const path = joinPath(this.path, homeLayout.sessions, name);
      const obstacle = folderObstacle(path, sessionLayout.state, this.#runtime);
      if (obstacle) {
        const reason = `Expected a session folder, but ${obstacle}`;
        return { kind: "unreadable", reason };
      }
      if (!this.#staysInside(path)) {
        return { kind: "unsafe", reason: "The link leads out of the home: not read" };
      }
    }
    if (isSessionId(name)) return null;
    return { kind: "unsafe", reason: "The folder's name is no session id: not read" };
  }

  #staysInside(path: string): boolean {
    const { files } = this.#runtime;
    try {
      const way = relativePath(files.realPath(this.path), files.realPath(path));
      return way !== ".." && !way.startsWith("../") && !isAbsolutePath(way);
    } catch {
      // It was there a moment ago: whatever replaces it is not trusted.
      return false;
    }
  }

  /** Says what it is where no folder but something else has exactly the wanted name. */
  #checkNoFile(wanted: string, ids: readonly string[]): void {
    if (ids.some((id) => id.startsWith(wanted))) return;
    const entries = this.#files.list(homeLayout.sessions, this.#add);
    const entry = entries.find(({ name }) => name === wanted);
    const found = entry && this.#whyNoSession(wanted, entry.kind);
    if (!found) return;
    const path = joinPath(this.path, homeLayout.sessions, wanted);
    throw this.#notFound(wanted, `Cannot read a session from ${path}. ${found.reason}`);
  }

  #changed(file: string): number {
    try {
      return this.#runtime.files.stat(joinPath(this.path, file))?.modified ?? 0;
    } catch {
      return 0;
    }
  }

  #compareIndex(ids: readonly string[]): void {
    const file = homeLayout.index;
    const index = this.#readIndex();
    if (!index) {
      if (ids.length > 0 && !this.#files.has(file)) {
        const reason = "The file is missing: the session folders were read instead";
        this.#add({ file, kind: "missing", reason, lost: false });
      }
      return;
    }
    const listed = new Set(index.sessions.map(({ session }) => session));
    const existing = new Set(ids);
    const report = (reason: string) =>
      this.#add({ file, kind: "inconsistent", reason, lost: false });
    for (const id of listed) {
      if (!existing.has(id)) report(`The index lists session ${quoted(id)}, which has no folder`);
    }
    for (const id of ids) {
      if (!listed.has(id)) report(`The index does not list session ${quoted(id)}, which exists`);
    }
  }

  #checkReadable(wanted: string): void {
    const { sessions } = homeLayout;
    let why = folderObstacle(this.path, sessions, this.#runtime);
    if (why === null) {
      this.#files.list(sessions, ({ reason }) => why = `its folder ${sessions}: ${reason}`);
    }
    if (why === null) return;
    throw this.#notFound(
      wanted,
      `Cannot look for sessions in the home ${this.path}: ${why}; name another one with --home ` +
        "or PLANLOOP_HOME",
    );
  }

  #notFound(
    wanted: string,
    message: string,
    nearest: readonly string[] = [],
    title = "Nearest",
  ): SessionNotFoundError {
    const hint = nearest.length > 0 ? `. ${title}: ${nearest.join(", ")}` : "";
    return new SessionNotFoundError(`${message}${hint}`, this.path, wanted, nearest);
  }
}

/** Whether a text names a folder and not an id. `../x` is neither: it is refused. */
function isPath(wanted: string): boolean {
  return isAbsolutePath(wanted) || wanted === "." || /^\.[\\/]/.test(wanted);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
