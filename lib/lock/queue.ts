/**
 * The queue: one file for each request that waits or holds.
 *
 * @module
 */

import type { LockQueueEntry } from "../format/mod.ts";
import { sessionLayout } from "../format/mod.ts";
import { errorCode, joinPath, type Runtime } from "../runtime/mod.ts";
import { livenessOfEntry } from "./liveness.ts";
import { entryEnd, infoEnd } from "./ticket.ts";

/** Most of a queue entry or lock file that is read, in bytes. */
export const entryBytesMax: number = 64 * 1024;

/** An entry that is no JSON is removed only when it is older, in milliseconds. */
export const unreadableEntryAgeMs = 10_000;

/**
 * A first entry of an unknown process that does not take the free lock is removed after this many
 * milliseconds. A living waiter of the Python planloop takes it within 100.
 */
export const idleHeadMs = 5_000;

/** Most queue files that are looked at. */
export const queueFilesMax = 10_000;

/** What one waiter remembers between two looks at the queue. */
export interface QueueWatch {
  /** When the first entry of an unknown process was first seen in front of a free lock. */
  idle?: { id: string; since: number } | undefined;
  /** The entry just in front of the own one: when it goes, it is worth while to look again. */
  behind?: string | undefined;
}

/** The requests of one session, as one process sees them. */
export class LockQueue {
  readonly path: string;
  readonly #sessionPath: string;
  readonly #runtime: Runtime;
  /** The queue's entries by file name. Entries do not change, so each file is read once. */
  #known = new Map<string, LockQueueEntry>();
  /** Kept files of living processes, which need no second look. */
  readonly #inUse = new Set<string>();

  constructor(sessionPath: string, runtime: Runtime) {
    this.path = joinPath(sessionPath, sessionLayout.lockQueue);
    this.#sessionPath = sessionPath;
    this.#runtime = runtime;
  }

  /**
   * Makes the queue's folder.
   *
   * @throws {Error} If the session's folder does not exist, or the system refuses.
   */
  create(cause: unknown): void {
    const { files } = this.#runtime;
    if (!files.exists(this.#sessionPath)) {
      throw new Error(
        `Cannot lock ${this.#sessionPath}: there is no such folder, expected a session's`,
        { cause },
      );
    }
    files.createDirectory(this.path);
  }

  /** Removes an entry; does nothing where it is gone. */
  remove(id: string): void {
    this.#runtime.files.remove(this.file(id));
  }

  /**
   * The entry whose turn it is. Entries of dead processes in front of it are removed.
   *
   * @param entries The queue, as {@linkcode LockQueue.list} found it.
   * @param lockIsFree Tells whether the lock can be taken now.
   */
  head(
    entries: readonly LockQueueEntry[],
    own: LockQueueEntry,
    watch: QueueWatch,
    lockIsFree: () => boolean,
  ): LockQueueEntry {
    watch.behind = undefined;
    if (entries.length <= 1) return own;
    const sorted = [...entries].sort(inOrder);
    for (const entry of sorted) {
      if (entry.id === own.id) return own;
      watch.behind = sorted[sorted.findIndex(({ id }) => id === own.id) - 1]?.id;
      if (!this.#isGone(entry, watch, lockIsFree)) return entry;
      this.remove(entry.id);
    }
    return own;
  }

  #isGone(entry: LockQueueEntry, watch: QueueWatch, lockIsFree: () => boolean): boolean {
    const liveness = livenessOfEntry(entry, this.#runtime);
    if (liveness !== "unknown") return liveness === "dead";
    if (!lockIsFree()) {
      watch.idle = undefined;
      return false;
    }
    const now = this.#runtime.clock.monotonic();
    if (watch.idle?.id !== entry.id) watch.idle = { id: entry.id, since: now };
    return now - watch.idle.since > idleHeadMs;
  }

  /**
   * All entries, the own one among them.
   *
   * @param own The caller's entry.
   * @param addAgain Called where another implementation pruned the own entry for its age: it is
   * written again, with its old place in the order.
   */
  list(own: LockQueueEntry, addAgain: () => void): LockQueueEntry[] {
    const found = [own];
    const known = new Map<string, LockQueueEntry>();
    let hasOwn = false;
    let seen = 0;
    for (const name of this.#names()) {
      if (!name.endsWith(".json")) {
        if (name.endsWith(entryEnd)) this.#removeLeftover(name);
        continue;
      }
      const id = name.slice(0, -".json".length);
      if (id === own.id) {
        hasOwn = true;
        continue;
      }
      if (seen++ >= queueFilesMax) continue;
      const entry = this.#known.get(id) ?? this.#read(id);
      if (!entry) continue;
      known.set(id, entry);
      found.push(entry);
    }
    this.#known = known;
    if (!hasOwn) addAgain();
    return found;
  }

  #names(): string[] {
    try {
      return this.#runtime.files.listNames(this.path);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  #read(id: string): LockQueueEntry | undefined {
    const path = this.file(id);
    const text = readSmall(path, this.#runtime);
    if (text === undefined) return undefined;
    const entry = parseEntry(text);
    // The file's name is what is removed and compared, whatever the text inside says.
    if (entry) return { ...entry, id };
    if (ageOf(path, this.#runtime) > unreadableEntryAgeMs) this.#runtime.files.remove(path);
    return undefined;
  }

  /** Removes the kept files of a process that was killed. */
  #removeLeftover(name: string): void {
    if (this.#inUse.has(name)) return;
    const path = joinPath(this.path, name);
    const entry = parseEntry(readSmall(path, this.#runtime) ?? "");
    const isGone = entry
      ? livenessOfEntry(entry, this.#runtime) === "dead"
      : ageOf(path, this.#runtime) > unreadableEntryAgeMs;
    if (isGone) {
      this.#runtime.files.remove(path);
      this.#runtime.files.remove(`${path.slice(0, -entryEnd.length)}${infoEnd}`);
    } else if (entry) {
      if (this.#inUse.size >= queueFilesMax) this.#inUse.clear();
      this.#inUse.add(name);
    }
  }

  /** Names of other writers are taken as the folder lists them, so none can lead out of it. */
  file(id: string): string {
    return `${this.path}/${id}.json`;
  }
}

/**
 * How old a file is, in milliseconds. One from the future counts as old once it is far enough away:
 * the wall clock was set back since, and may take long to catch up.
 */
export function ageOf(path: string, runtime: Runtime): number {
  const now = runtime.clock.now();
  return Math.abs(now - (runtime.files.stat(path)?.modified ?? now));
}

/** Earliest request first, by name among equals: the order that all implementations share. */
function inOrder(a: LockQueueEntry, b: LockQueueEntry): number {
  return a.requested_at - b.requested_at || (a.id < b.id ? -1 : 1);
}

/** An entry as it is written. */
export function entryText(entry: LockQueueEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** An entry as it is read; `undefined` where the text is none. */
export function parseEntry(text: string): LockQueueEntry | undefined {
  const value = parseObject(text);
  if (!value) return undefined;
  const { id, agent, operation, requested_at, pid, pid_start, host } = value;
  if (typeof requested_at !== "number" || !Number.isFinite(requested_at)) return undefined;
  return {
    id: typeof id === "string" ? id : "",
    agent: typeof agent === "string" ? agent : "unknown",
    operation: typeof operation === "string" ? operation : "unknown",
    requested_at,
    ...(typeof pid === "number" ? { pid } : {}),
    ...(typeof pid_start === "string" ? { pid_start } : {}),
    ...(typeof host === "string" ? { host } : {}),
  };
}

/** A text as a JSON object; `undefined` where it is none. */
export function parseObject(text: string): Partial<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // cut off, or still being written
  }
}

/** The beginning of a file as text; `undefined` where it is missing, or a folder. */
export function readSmall(path: string, runtime: Runtime): string | undefined {
  try {
    return runtime.files.readStart(path, entryBytesMax);
  } catch (error) {
    if (errorCode(error) === "EISDIR") return undefined;
    throw error;
  }
}
