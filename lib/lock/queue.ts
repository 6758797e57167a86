/**
 * The queue: one file for each request that waits or holds.
 *
 * @module
 */

import type { LockQueueEntry } from "../format/mod.ts";
import { sessionLayout } from "../format/mod.ts";
import { errorCode, joinPath, type Runtime } from "../runtime/mod.ts";
import { livenessOfEntry } from "./liveness.ts";

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

/** The requests of one session, as one waiter sees them. */
export class LockQueue {
  readonly path: string;
  readonly #sessionPath: string;
  readonly #runtime: Runtime;
  /** Entries do not change, so each file is read once. */
  readonly #known = new Map<string, LockQueueEntry>();
  /** When the first entry of an unknown process was first seen in front of a free lock. */
  #idle: { id: string; since: number } | undefined;

  constructor(sessionPath: string, runtime: Runtime) {
    this.path = joinPath(sessionPath, sessionLayout.lockQueue);
    this.#sessionPath = sessionPath;
    this.#runtime = runtime;
  }

  /**
   * Writes an entry. It appears whole: other implementations delete what they cannot parse.
   *
   * @throws {Error} If the session's folder does not exist, or the system refuses the file.
   */
  add(entry: LockQueueEntry): void {
    const { files } = this.#runtime;
    const path = this.#file(entry.id);
    const text = entryText(entry);
    this.#known.set(entry.id, entry);
    try {
      files.writeFileAtomic(path, text);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      if (!files.exists(this.#sessionPath)) {
        throw new Error(
          `Cannot lock ${this.#sessionPath}: there is no such folder, expected a session's`,
          { cause: error },
        );
      }
      files.createDirectory(this.path);
      files.writeFileAtomic(path, text);
    }
  }

  /** Removes an entry; does nothing where it is gone. */
  remove(id: string): void {
    this.#known.delete(id);
    this.#runtime.files.remove(this.#file(id));
  }

  /**
   * The entry whose turn it is. Entries of dead processes in front of it are removed.
   *
   * @param own The caller's entry. Where another implementation pruned it for its age, it is
   * written again with its old place in the order.
   * @param lockIsFree Whether the lock can be taken now.
   */
  head(own: LockQueueEntry, lockIsFree: boolean): LockQueueEntry {
    const entries = this.#list();
    if (!entries.some((entry) => entry.id === own.id)) {
      this.add(own);
      entries.push(own);
    }
    entries.sort(inOrder);
    for (const entry of entries) {
      if (entry.id === own.id) return own;
      if (!this.#isGone(entry, lockIsFree)) return entry;
      this.remove(entry.id);
    }
    return own;
  }

  #isGone(entry: LockQueueEntry, lockIsFree: boolean): boolean {
    const liveness = livenessOfEntry(entry, this.#runtime);
    if (liveness !== "unknown") return liveness === "dead";
    if (!lockIsFree) {
      this.#idle = undefined;
      return false;
    }
    const now = this.#runtime.clock.monotonic();
    if (this.#idle?.id !== entry.id) this.#idle = { id: entry.id, since: now };
    return now - this.#idle.since > idleHeadMs;
  }

  #list(): LockQueueEntry[] {
    const found: LockQueueEntry[] = [];
    for (const { name, kind } of this.#names().slice(0, queueFilesMax)) {
      if (kind !== "file" || !name.endsWith(".json")) continue;
      const id = name.slice(0, -".json".length);
      const entry = this.#known.get(id) ?? this.#read(id);
      if (entry) found.push(entry);
    }
    return found;
  }

  #names(): { name: string; kind: string }[] {
    try {
      return this.#runtime.files.readDirectory(this.path);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  #read(id: string): LockQueueEntry | undefined {
    const { files, clock } = this.#runtime;
    const path = this.#file(id);
    const text = readSmall(path, this.#runtime);
    if (text === undefined) return undefined;
    const entry = parseEntry(text);
    if (entry) {
      // The file's name is what is removed and compared, whatever the text inside says.
      const named = { ...entry, id };
      this.#known.set(id, named);
      return named;
    }
    const age = clock.now() - (files.stat(path)?.modified ?? clock.now());
    if (age > unreadableEntryAgeMs) files.remove(path);
    return undefined;
  }

  /** Names of other writers are taken as the folder lists them, so none can lead out of it. */
  #file(id: string): string {
    return joinPath(this.path, `${id}.json`);
  }
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

/** The beginning of a file as text; `undefined` where it is missing or went away meanwhile. */
export function readSmall(path: string, runtime: Runtime): string | undefined {
  try {
    return new TextDecoder().decode(runtime.files.readRange(path, 0, entryBytesMax));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
