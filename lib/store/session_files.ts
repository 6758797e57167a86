/**
 * The files of one session folder: nothing outside of it is ever read, and what cannot be read
 * becomes a problem.
 *
 * @module
 */

import type { ProblemSink } from "../format/mod.ts";
import { documentBytesMax } from "../read/mod.ts";
import {
  type DirectoryEntry,
  errorCode,
  type FileStat,
  isAbsolutePath,
  joinPath,
  type ReadHandle,
  relativePath,
  type Runtime,
} from "../runtime/mod.ts";
import type { StoredFile } from "./stored_record.ts";

/** Size of the pieces in which files are read, in bytes. */
export const storeChunkBytes: number = 256 * 1024;

/** How many files of a session are listed. */
export const filesMax = 100_000;

/** How deep the folders of a session are listed. */
export const folderDepthMax = 16;

/** A file that may be read. */
export interface ReadableFile {
  path: string;
  bytes: number;
}

/** What is done about a file that is not there. */
export type Absence = "quiet" | "missing";

/** Reads inside of one folder. */
export class SessionFiles {
  readonly root: string;
  readonly #runtime: Runtime;
  #realRoot: string | undefined;

  /** @param root The folder, absolute. */
  constructor(root: string, runtime: Runtime) {
    this.root = root;
    this.#runtime = runtime;
  }

  /**
   * Where a file is, where it may be read: a regular file in the folder, links followed.
   *
   * @param file Relative to the folder, with `/`.
   * @returns null, and a problem, where it may not.
   */
  find(file: string, problem: ProblemSink, absence: Absence = "quiet"): ReadableFile | null {
    const path = this.#inside(file, problem);
    if (path === null) return null;
    try {
      const { files } = this.#runtime;
      const first = files.stat(path);
      const named = first ?? files.lstat(path);
      // What came between the two looks is there; a link that leads nowhere still does.
      const stat = first ?? (named && files.stat(path));
      if (!stat) {
        if (absence === "missing" || named) {
          const reason = "The file is missing";
          problem({ file, kind: "missing", reason, lost: true });
        }
        return null;
      }
      if (stat.kind !== "file") {
        const found = stat.kind === "directory" ? "a folder" : "neither a file nor a folder";
        const reason = `Here is ${found}, expected a file: left out`;
        problem({ file, kind: "unreadable", reason, lost: true });
        return null;
      }
      return this.#staysInside(path, file, problem) ? { path, bytes: stat.sizeBytes } : null;
    } catch (error) {
      if (absence === "missing" || !isGone(error)) this.#unreadable(file, error, problem);
      return null;
    }
  }

  /** Whether anything of that name is in the folder. */
  has(file: string): boolean {
    try {
      return this.#runtime.files.lstat(joinPath(this.root, file)) !== undefined;
    } catch {
      return false;
    }
  }

  /** A whole file's bytes; null, and a problem, where it cannot be read or is too long. */
  read(file: string, problem: ProblemSink, absence: Absence = "quiet"): Uint8Array | null {
    const found = this.find(file, problem, absence);
    if (!found) return null;
    if (found.bytes > documentBytesMax) {
      const reason = `The file has ${found.bytes} bytes, expected at most ${documentBytesMax}: ` +
        "left out";
      problem({ file, kind: "too_long", reason, lost: true });
      return null;
    }
    try {
      return this.#runtime.files.read(found.path);
    } catch (error) {
      this.#unreadable(file, error, problem);
      return null;
    }
  }

  /** Opens a file, for those who come back to it; null where it is not there, or cannot be read. */
  open(file: string, problem: ProblemSink): ReadHandle | null {
    const found = this.find(file, problem);
    if (!found) return null;
    try {
      return this.#runtime.files.openRead(found.path);
    } catch (error) {
      if (!isGone(error)) this.#unreadable(file, error, problem);
      return null;
    }
  }

  /** A file's first bytes, at most `length`; empty where it cannot be read. */
  readStart(file: string, length: number): Uint8Array {
    const found = this.find(file, () => {});
    if (!found) return new Uint8Array();
    try {
      return this.#runtime.files.readRange(found.path, 0, Math.min(length, found.bytes));
    } catch {
      return new Uint8Array();
    }
  }

  /**
   * A file in pieces, up to where it ends now: who writes it faster than it is read would otherwise
   * be followed forever. A problem, and no further piece, where it cannot be read.
   *
   * @param endMax The byte at which to end at the latest.
   * @param shared Whether each piece is gone when the next one is asked for.
   */
  async *chunks(
    file: string,
    problem: ProblemSink,
    absence: Absence = "quiet",
    endMax: number = Infinity,
    shared = false,
  ): AsyncGenerator<Uint8Array, void, void> {
    const found = this.find(file, problem, absence);
    if (!found) return;
    const { path, bytes } = found;
    const end = Math.min(bytes, endMax);
    // A small file's one piece is there sooner than anybody could wait for it.
    if (end <= storeChunkBytes) return yield* this.#piecesNow(file, path, end, problem);
    const range = { end, chunkBytes: storeChunkBytes, shared };
    const chunks = this.#runtime.files.readChunks(path, range);
    try {
      for (;;) {
        const next = await nextChunk(chunks);
        if ("error" in next) {
          this.#unreadable(file, next.error, problem);
          return;
        }
        if (next.chunk === null) return;
        yield next.chunk;
      }
    } finally {
      await chunks.return();
    }
  }

  /** A file in pieces, without waiting; otherwise like {@linkcode chunks}. */
  *chunksNow(file: string, problem: ProblemSink): Generator<Uint8Array, void, void> {
    const found = this.find(file, problem);
    if (found) yield* this.#piecesNow(file, found.path, found.bytes, problem);
  }

  /** The entries of a folder, sorted; none where it is missing. */
  list(folder: string, problem: ProblemSink): DirectoryEntry[] {
    const path = this.#inside(folder, problem);
    if (path === null) return [];
    try {
      const stat = this.#runtime.files.stat(path);
      if (!stat) return [];
      if (stat.kind !== "directory") {
        const reason = "Here is a file, expected a folder: left out";
        problem({ file: folder, kind: "unreadable", reason, lost: true });
        return [];
      }
      if (!this.#staysInside(path, folder, problem)) return [];
      return this.#runtime.files.readDirectory(path);
    } catch (error) {
      this.#unreadable(folder || ".", error, problem);
      return [];
    }
  }

  /** Every regular file but those in `.git`, sorted by path in code unit order. */
  walk(problem: ProblemSink): StoredFile[] {
    const found: StoredFile[] = [];
    const folders = [{ path: "", depth: 0 }];
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      for (const { name, kind } of this.list(folder.path, problem)) {
        const file = folder.path === "" ? name : `${folder.path}/${name}`;
        if (kind === "directory") {
          const isHistory = name === ".git";
          if (!isHistory && this.#isShallow(file, folder.depth, problem)) {
            folders.push({ path: file, depth: folder.depth + 1 });
          }
          continue;
        }
        const bytes = this.#listed(file, kind, problem);
        if (bytes === null) continue;
        if (found.length === filesMax) {
          const reason =
            `The session has more than ${filesMax} files: the further ones are not listed`;
          problem({ file: ".", kind: "too_long", reason, lost: true });
          return found.sort(byFile);
        }
        found.push({ file, bytes });
      }
    }
    return found.sort(byFile);
  }

  *#piecesNow(
    file: string,
    path: string,
    end: number,
    problem: ProblemSink,
  ): Generator<Uint8Array, void, void> {
    for (let at = 0; at < end;) {
      let chunk: Uint8Array;
      try {
        const length = Math.min(storeChunkBytes, end - at);
        chunk = this.#runtime.files.readRange(path, at, length);
      } catch (error) {
        this.#unreadable(file, error, problem);
        return;
      }
      if (chunk.length === 0) return;
      at += chunk.length;
      yield chunk;
    }
  }

  /** A file's size; null where it is none, or may not be read. */
  #listed(file: string, kind: DirectoryEntry["kind"], problem: ProblemSink): number | null {
    // Its folder was found to be inside, so is what is no link: to resolve each path takes longest.
    if (kind === "file") {
      const stat = this.#statOf(file);
      if (stat?.kind === "file") return stat.sizeBytes;
    }
    // A link to a folder is no file of the session, and no damage.
    if (kind === "link" && this.#statOf(file)?.kind === "directory") return null;
    return this.find(file, problem)?.bytes ?? null;
  }

  #statOf(file: string): FileStat | undefined {
    try {
      return this.#runtime.files.stat(joinPath(this.root, file));
    } catch {
      return undefined;
    }
  }

  #isShallow(folder: string, depth: number, problem: ProblemSink): boolean {
    if (depth < folderDepthMax) return true;
    const reason = `The folder lies deeper than ${folderDepthMax} folders: not listed`;
    problem({ file: folder, kind: "too_long", reason, lost: true });
    return false;
  }

  /** The path of a relative name, or null where it would leave the folder. */
  #inside(file: string, problem: ProblemSink): string | null {
    const parts = file.split(/[\\/]/);
    const isSafe = !file.includes("\0") && !isAbsolutePath(file) && !/^[A-Za-z]:/.test(file) &&
      !parts.includes("..");
    if (isSafe) return joinPath(this.root, file);
    const reason = "The path leaves the session folder: not read";
    problem({ file, kind: "unsafe", reason, lost: true });
    return null;
  }

  /** Whether the file is still in the folder once all links are resolved. */
  #staysInside(path: string, file: string, problem: ProblemSink): boolean {
    this.#realRoot ??= this.#runtime.files.realPath(this.root);
    const way = relativePath(this.#realRoot, this.#runtime.files.realPath(path));
    if (way !== ".." && !way.startsWith("../") && !isAbsolutePath(way)) return true;
    const reason = "The link leads out of the session folder: not read";
    problem({ file, kind: "unsafe", reason, lost: true });
    return false;
  }

  #unreadable(file: string, error: unknown, problem: ProblemSink): void {
    const code = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
    const reason = `The system refused to read it (${code})`;
    problem({ file, kind: "unreadable", reason, lost: true });
  }
}

/** Whether a file lost its name since it was looked at, as a log does that is rotated. */
function isGone(error: unknown): boolean {
  return errorCode(error) === "ENOENT";
}

async function nextChunk(
  chunks: AsyncGenerator<Uint8Array, void, void>,
): Promise<{ chunk: Uint8Array | null } | { error: unknown }> {
  try {
    const { done, value } = await chunks.next();
    return { chunk: done ? null : value };
  } catch (error) {
    return { error };
  }
}

function byFile(a: StoredFile, b: StoredFile): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}
