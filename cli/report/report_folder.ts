/**
 * The folder that a report goes to. `report` is a common name, so a folder is only ever written to
 * if it is empty or planloop made it.
 *
 * @module
 */

import { type FileStat, joinPath, parentPath, type Runtime } from "../../lib/runtime/mod.ts";
import { isOutOfRoom, systemReason } from "../system_reason.ts";
import { ReportFolderError } from "./report_folder_error.ts";
import { SideFolder } from "./side_folder.ts";

/** The file that says who made the folder. */
export const markerFile = ".planloop-report";

/** The report's page in the folder. */
export const pageFile = "index.html";

/** The page as an archive, where one was asked for. */
export const zipFile = "report.zip";

const MARKER_TEXT = "Made by `planloop report`, which may overwrite this folder.\n";

const TEMPORARY = /^\.planloop-(\d+)-[0-9a-f]+\.tmp$/;

/** A folder that may be written to, and the temporary files in it. */
export class ReportFolder {
  readonly path: string;
  readonly #runtime: Runtime;
  readonly #sides: SideFolder;
  /** The folders that were missing, the report's own first, then those above it. */
  readonly #missing: readonly string[];
  readonly #hadMarker: boolean;
  readonly #temporary = new Set<string>();
  #refusal: unknown;

  private constructor(
    path: string,
    runtime: Runtime,
    missing: readonly string[],
    hadMarker: boolean,
  ) {
    this.path = path;
    this.#runtime = runtime;
    this.#sides = new SideFolder(path, runtime);
    this.#missing = missing;
    this.#hadMarker = hadMarker;
  }

  /**
   * Checks a folder, creates it where it is missing, and marks it.
   *
   * @throws {ReportFolderError} If there is a file of that name, a folder with other things in it,
   * or the system refuses.
   */
  static open(path: string, runtime: Runtime): ReportFolder {
    const { files } = runtime;
    let folder: ReportFolder | undefined;
    try {
      const hasMarker = checkFolder(path, files.stat(path), runtime);
      folder = new ReportFolder(path, runtime, missingFolders(path, runtime), hasMarker);
      files.createDirectory(path);
      if (!hasMarker) files.writeFileAtomic(folder.#inside(markerFile), MARKER_TEXT);
      folder.#removeLeftovers();
      return folder;
    } catch (error) {
      folder?.abandon();
      if (error instanceof ReportFolderError) throw error;
      const reason = systemReason(error);
      const message = `Cannot write a report to ${path}: ${reason}. ${adviceFor(error)}`;
      throw new ReportFolderError(path, message, { cause: error });
    }
  }

  /** The page's final path. */
  get page(): string {
    return this.#inside(pageFile);
  }

  /** Does something that writes into the folder; a failure of it is one that `explain` knows. */
  writing<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      this.#refusal ??= error;
      throw error;
    }
  }

  /** A part of a temporary file; a failure, as where the folder vanished, is one of writing. */
  readBack(path: string, start: number, length: number): Uint8Array {
    return this.writing(() => this.#runtime.files.readRange(path, start, length));
  }

  /**
   * The error to end with.
   *
   * @param isClean Whether everything of the report was removed.
   * @returns A {@linkcode ReportFolderError} for the system's refusal to take what was written;
   * any other error as it is.
   */
  explain(error: unknown, isClean: boolean): unknown {
    if (error === undefined || error !== this.#refusal) return error;
    const left = isClean ? "Nothing of it was left behind. " : "";
    const reason = systemReason(error);
    const message = `Cannot write the report ${this.page}: ${reason}. ${left}${adviceFor(error)}`;
    return new ReportFolderError(this.path, message, { cause: error });
  }

  /** A path for a temporary file; {@linkcode ReportFolder.discard} removes it. */
  temporary(): string {
    const { process, random } = this.#runtime;
    const path = this.#inside(`.planloop-${process.pid}-${random.hex(8)}.tmp`);
    this.#temporary.add(path);
    return path;
  }

  /**
   * Puts a finished temporary file in its place.
   *
   * @param name The page's name, or the archive's.
   * @returns Its path.
   * @throws {ReportFolderError} If something that is no file has that name.
   */
  publish(path: string, name: string = pageFile): string {
    const place = this.#inside(name);
    const kind = this.#runtime.files.lstat(place)?.kind;
    if (kind !== undefined && kind !== "file" && kind !== "link") {
      throw new ReportFolderError(
        this.path,
        `Cannot write ${place}: there is a ${kind} of that name. Remove it, or name another ` +
          "folder with --out.",
      );
    }
    this.writing(() => this.#runtime.files.rename(path, place));
    this.#temporary.delete(path);
    if (name === pageFile) this.#sides.keep();
    return place;
  }

  /**
   * Puts finished temporary files in their place beside the page, which is to follow.
   *
   * @throws {ReportFolderError} If something that planloop did not make is in the way.
   */
  publishSides(key: string, paths: readonly string[]): void {
    const waiting = [...paths];
    try {
      this.writing(() => this.#sides.place(key, waiting));
    } finally {
      for (const path of paths) if (!waiting.includes(path)) this.#temporary.delete(path);
    }
  }

  /**
   * Removes what an earlier report left and this one, which is in its place, does not have.
   *
   * @param sides The key of this report's side files; null where it has none.
   * @param names Files of the folder itself.
   */
  finish(sides: string | null, names: readonly string[]): void {
    attempt(() => this.#sides.removeOthers(sides));
    for (const name of names) attempt(() => this.#runtime.files.remove(this.#inside(name)));
    this.discard();
  }

  /** Removes a temporary file that is not needed any more. */
  drop(path: string): void {
    if (attempt(() => this.#runtime.files.remove(path))) this.#temporary.delete(path);
  }

  /** Removes the temporary files, and says whether that succeeded. Never throws. */
  discard(): boolean {
    let isDone = true;
    for (const path of this.#temporary) {
      isDone = attempt(() => this.#runtime.files.remove(path)) && isDone;
    }
    this.#temporary.clear();
    return isDone;
  }

  /**
   * Removes the temporary files, and what `open` made if it is still empty; says whether that
   * succeeded. Never throws.
   */
  abandon(): boolean {
    const isUndone = attempt(() => this.#sides.undo());
    const isDiscarded = this.discard() && isUndone;
    const { files } = this.#runtime;
    const isRemoved = attempt(() => {
      if (this.#hadMarker || !files.exists(this.path)) return;
      const others = files.readDirectory(this.path).filter(({ name }) => name !== markerFile);
      if (others.length > 0) return;
      files.remove(this.#inside(markerFile));
      for (const folder of this.#missing) {
        if (files.readDirectory(folder).length > 0) return;
        files.removeTree(folder);
      }
    });
    return isDiscarded && isRemoved;
  }

  /** Files of earlier runs that were killed; those of running ones stay. */
  #removeLeftovers(): void {
    const { files, process } = this.#runtime;
    for (const { name, kind } of files.readDirectory(this.path)) {
      const pid = TEMPORARY.exec(name)?.[1];
      if (pid === undefined || kind !== "file" || process.isAlive(Number(pid))) continue;
      attempt(() => files.remove(this.#inside(name)));
    }
  }

  #inside(name: string): string {
    return joinPath(this.path, name);
  }
}

/** The folder and those above it that do not exist, from below. */
function missingFolders(path: string, { files }: Runtime): string[] {
  const missing: string[] = [];
  for (let at = path; files.stat(at) === undefined; at = parentPath(at)) {
    if (parentPath(at) === at) break;
    missing.push(at);
  }
  return missing;
}

function adviceFor(error: unknown): string {
  return isOutOfRoom(error)
    ? "Free some space, or name a folder on another disk with --out."
    : "Name another folder with --out.";
}

/** Whether the folder has our marker; throws where it may not be written to. */
function checkFolder(path: string, stat: FileStat | undefined, runtime: Runtime): boolean {
  if (stat === undefined) {
    if (runtime.files.lstat(path) === undefined) return false;
    throw new ReportFolderError(
      path,
      `Cannot write a report to ${path}: it is a link that leads nowhere. Remove the link, make ` +
        "the folder that it leads to, or name another one with --out.",
    );
  }
  if (stat.kind !== "directory") {
    throw new ReportFolderError(
      path,
      `Cannot write a report to ${path}: it is a file, expected a folder. Name another one with ` +
        "--out.",
    );
  }
  const entries = runtime.files.readDirectory(path);
  const hasMarker = entries.some(({ name, kind }) => name === markerFile && kind === "file");
  if (!hasMarker && entries.length > 0) {
    throw new ReportFolderError(
      path,
      `Cannot write a report to ${path}: the folder was not made by planloop and holds other ` +
        `things, such as "${entries[0]!.name}". Name another folder with --out, or empty this one.`,
    );
  }
  return hasMarker;
}

/** Tidies up and says whether that succeeded: it must not hide why it was needed. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
