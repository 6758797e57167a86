/**
 * The files of a request: its entry, and what `.lock_info` says while it holds the lock.
 *
 * To make and to remove a file costs ten times as much as to give a file a further name. So a
 * process keeps the two files of a finished request under names that nobody looks for, writes the
 * next request into them, and only then gives them the names that others read. The names appear and
 * go away at once; no reader ever finds half a file.
 *
 * @module
 */

import { joinPath, type RewriteHandle, type Runtime } from "../runtime/mod.ts";

/** Most pairs of files that are kept for one session's next requests. */
export const keptTicketsMax = 2;

/** How the kept files end; the Python planloop looks at `.json` only. */
export const entryEnd = ".entry.tmp";
/** How the kept file for `.lock_info` ends. */
export const infoEnd = ".info.tmp";

/** A file that gets its content first and its name afterwards. */
export interface PublishedFile {
  /** Sets the content. The file must have no published name at this moment. */
  write(text: string): void;
  /** Gives the content a name; `false` where something has that name. */
  publish(name: string): boolean;
}

/** The files of one request. */
export interface Ticket {
  readonly entry: PublishedFile;
  readonly info: PublishedFile;
  /** @param clean Whether every published name is gone, so that the files can be used again. */
  giveBack(clean: boolean): void;
}

interface KeptPair {
  entry: KeptFile;
  info: KeptFile;
}

/** The kept files of one session and process. */
export class Tickets {
  readonly #folder: string;
  readonly #runtime: Runtime;
  readonly #free: KeptPair[] = [];
  #closed = false;
  /** Where the file system has no links, each request has files of its own. */
  #plain = false;

  /** @param folder The queue's folder. */
  constructor(folder: string, runtime: Runtime) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /**
   * Takes a pair that is kept, or makes one.
   *
   * @throws {Error} The system's, such as `ENOENT` where the folder is missing.
   */
  take(): Ticket {
    if (this.#plain) return this.#plainTicket();
    const pair = this.#free.pop() ?? this.#make();
    let open = true;
    return {
      entry: pair.entry,
      info: pair.info,
      giveBack: (clean) => {
        if (!open) return;
        open = false;
        if (clean && !this.#closed && this.#free.length < keptTicketsMax) this.#free.push(pair);
        else discard(pair);
      },
    };
  }

  /** Makes all further requests use files of their own, which need no links. */
  usePlainFiles(): void {
    this.#plain = true;
    this.#discardFree();
  }

  /** Removes the files that are kept. Those in use go when they are given back. */
  close(): void {
    this.#closed = true;
    this.#discardFree();
  }

  #discardFree(): void {
    for (const pair of this.#free.splice(0)) discard(pair);
  }

  #make(): KeptPair {
    const name = joinPath(this.#folder, this.#runtime.random.uuid());
    const entry = new KeptFile(`${name}${entryEnd}`, this.#runtime);
    try {
      return { entry, info: new KeptFile(`${name}${infoEnd}`, this.#runtime) };
    } catch (error) {
      entry.discard();
      throw error;
    }
  }

  #plainTicket(): Ticket {
    return {
      entry: new PlainFile(this.#runtime),
      info: new PlainFile(this.#runtime),
      giveBack() {},
    };
  }
}

function discard(pair: KeptPair): void {
  pair.entry.discard();
  pair.info.discard();
}

class KeptFile implements PublishedFile {
  readonly #path: string;
  readonly #runtime: Runtime;
  readonly #handle: RewriteHandle;

  constructor(path: string, runtime: Runtime) {
    this.#path = path;
    this.#runtime = runtime;
    this.#handle = runtime.files.openRewrite(path);
  }

  write(text: string): void {
    this.#handle.write(text);
  }

  publish(name: string): boolean {
    return this.#runtime.files.link(this.#path, name);
  }

  /** Never throws: a file that stays behind is removed by the next process that finds it. */
  discard(): void {
    try {
      this.#handle.close();
      this.#runtime.files.remove(this.#path);
    } catch {
      // The session's folder may be gone or read-only; the lock itself is not concerned.
    }
  }
}

class PlainFile implements PublishedFile {
  readonly #runtime: Runtime;
  #text = "";

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  write(text: string): void {
    this.#text = text;
  }

  publish(name: string): boolean {
    return this.#runtime.files.writeFileExclusive(name, this.#text);
  }
}
