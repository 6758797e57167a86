/**
 * The right to do something while nobody else does it: for a moment, without waiting.
 *
 * @module
 */

import { joinPath, type Runtime } from "../runtime/mod.ts";
import { livenessOfEntry, ownStart } from "./liveness.ts";
import { ageOf, entryText, parseEntry, readSmall } from "./queue.ts";

/** A claim that does not say whose it is counts as abandoned after this many milliseconds. */
export const unreadableClaimAgeMs = 10_000;

/** Most claims on claims: as many processes would have to die, each while it cleared up another's. */
const depthMax = 8;

/**
 * A file that says which process has the right. It has to be given back before the process does
 * anything else that may take long.
 *
 * What a dead process left is removed, and that must not hit what another has put there meanwhile:
 * several may have found the same file, and any of them may be stopped between looking and removing.
 * So who removes it must first claim that, under a name that belongs to the dead claim alone. A
 * living process's claim is never taken away from it, however long it takes: this rests on no time.
 */
export class Claim {
  readonly #folder: string;
  readonly #name: string;
  readonly #operation: string;
  readonly #runtime: Runtime;
  /** The claim that this process has. */
  #id: string | undefined;

  /**
   * @param folder Where the file stands; it must exist.
   * @param name The file's name.
   * @param operation What for, to be read in the file.
   */
  constructor(folder: string, name: string, operation: string, runtime: Runtime) {
    this.#folder = folder;
    this.#name = name;
    this.#operation = operation;
    this.#runtime = runtime;
  }

  /**
   * Takes the right where nobody has it, or who had it is dead.
   *
   * @throws {Error} The system's, where the file cannot be made.
   */
  enter(): boolean {
    return this.#enter(this.#name, 0);
  }

  /** Gives the right back. */
  leave(): void {
    if (this.#id === undefined) return;
    this.#removeIf(joinPath(this.#folder, this.#name), this.#id);
    this.#id = undefined;
  }

  #enter(name: string, depth: number): boolean {
    const id = this.#tryWrite(name) ??
      (this.#clear(name, depth) ? this.#tryWrite(name) : undefined);
    if (id === undefined) return false;
    if (depth === 0) this.#id = id;
    return true;
  }

  /** Writes the file; gives the new claim's id, or nothing where the file exists. */
  #tryWrite(name: string): string | undefined {
    const { files, process, clock, random } = this.#runtime;
    const start = ownStart(this.#runtime);
    const id = random.uuid();
    const text = entryText({
      id,
      agent: `pid:${process.pid}`,
      operation: this.#operation,
      requested_at: clock.now() / 1000,
      pid: process.pid,
      ...(start === undefined ? {} : { pid_start: start }),
      host: process.hostname,
    });
    return files.writeFileExclusive(joinPath(this.#folder, name), text) ? id : undefined;
  }

  /** Removes what a dead process left; `true` where the name is free now, as far as can be told. */
  #clear(name: string, depth: number): boolean {
    const { files } = this.#runtime;
    const path = joinPath(this.#folder, name);
    const text = readSmall(path, this.#runtime);
    if (text === undefined) return true;
    const other = parseEntry(text);
    if (!other || !isUuid(other.id)) {
      // Cut off on a file system where it could not appear at once: there is no other sign but age.
      return ageOf(path, this.#runtime) > unreadableClaimAgeMs && files.remove(path);
    }
    if (depth >= depthMax || livenessOfEntry(other, this.#runtime) !== "dead") return false;
    const clearing = `${this.#name}.${other.id}`;
    if (!this.#enter(clearing, depth + 1)) return false;
    try {
      return this.#removeIf(path, other.id);
    } finally {
      files.remove(joinPath(this.#folder, clearing));
    }
  }

  #removeIf(path: string, id: string): boolean {
    const text = readSmall(path, this.#runtime);
    if (text === undefined) return true;
    return parseEntry(text)?.id === id && this.#runtime.files.remove(path);
  }
}

/** The id becomes part of a file's name: it comes from a file that anybody may have written. */
function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}
