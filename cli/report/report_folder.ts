/**
 * The folder that a report goes to. `report` is a common name, so a folder is only ever written to
 * if it is empty or planloop made it.
 *
 * @module
 */

import { errorCode, type FileStat, joinPath, type Runtime } from "../../lib/runtime/mod.ts";

/** The file that says who made the folder. */
export const markerFile = ".planloop-report";

/** The report's page in the folder. */
export const pageFile = "index.html";

const MARKER_TEXT = "Made by `planloop report`, which may overwrite this folder.\n";

const TEMPORARY = /^\.planloop-(\d+)-[0-9a-f]+\.tmp$/;

/** A report cannot go where it was asked to. Nothing was changed there. */
export class ReportFolderError extends Error {
  override readonly name = "ReportFolderError";
  /** The folder that was asked for. */
  readonly folder: string;

  constructor(folder: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.folder = folder;
  }
}

/** A folder that may be written to, and the temporary files in it. */
export class ReportFolder {
  readonly path: string;
  readonly #runtime: Runtime;
  readonly #isNew: boolean;
  readonly #hadMarker: boolean;
  readonly #temporary = new Set<string>();

  private constructor(path: string, runtime: Runtime, isNew: boolean, hadMarker: boolean) {
    this.path = path;
    this.#runtime = runtime;
    this.#isNew = isNew;
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
    try {
      const stat = files.stat(path);
      const hasMarker = checkFolder(path, stat, runtime);
      const folder = new ReportFolder(path, runtime, stat === undefined, hasMarker);
      files.createDirectory(path);
      if (!hasMarker) files.writeFileAtomic(folder.#inside(markerFile), MARKER_TEXT);
      folder.#removeLeftovers();
      return folder;
    } catch (error) {
      if (error instanceof ReportFolderError) throw error;
      throw new ReportFolderError(
        path,
        `Cannot write a report to ${path}: the system refuses it (${errorCode(error) ?? error}). ` +
          "Name another folder with --out.",
        { cause: error },
      );
    }
  }

  /** The page's final path. */
  get page(): string {
    return this.#inside(pageFile);
  }

  /** A path for a temporary file; {@linkcode ReportFolder.discard} removes it. */
  temporary(): string {
    const { process, random } = this.#runtime;
    const path = this.#inside(`.planloop-${process.pid}-${random.hex(8)}.tmp`);
    this.#temporary.add(path);
    return path;
  }

  /**
   * Puts a finished temporary file in the page's place.
   *
   * @throws {ReportFolderError} If something that is no file has the page's name.
   */
  publish(path: string): void {
    const kind = this.#runtime.files.lstat(this.page)?.kind;
    if (kind !== undefined && kind !== "file" && kind !== "link") {
      throw new ReportFolderError(
        this.path,
        `Cannot write ${this.page}: there is a ${kind} of that name. Remove it, or name another ` +
          "folder with --out.",
      );
    }
    this.#runtime.files.rename(path, this.page);
    this.#temporary.delete(path);
  }

  /** Removes the temporary files. Never throws. */
  discard(): void {
    for (const path of this.#temporary) attempt(() => this.#runtime.files.remove(path));
    this.#temporary.clear();
  }

  /** Removes the temporary files, and what `open` made if it is still empty. Never throws. */
  abandon(): void {
    this.discard();
    const { files } = this.#runtime;
    attempt(() => {
      const others = files.readDirectory(this.path).filter(({ name }) => name !== markerFile);
      if (others.length > 0 || this.#hadMarker) return;
      files.remove(this.#inside(markerFile));
      if (this.#isNew) files.removeTree(this.path);
    });
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

/** Whether the folder has our marker; throws where it may not be written to. */
function checkFolder(path: string, stat: FileStat | undefined, runtime: Runtime): boolean {
  if (stat === undefined) return false;
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

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Tidying up must not hide why it was needed.
  }
}
