/**
 * The files beside a page. `data` is a common name, so each report has a folder of its own in it,
 * and only files that begin as planloop's do are ever replaced or removed.
 *
 * @module
 */

import { sideFolder, sideName } from "../../lib/bundle/mod.ts";
import { joinPath, type Runtime } from "../../lib/runtime/mod.ts";
import { sideFileStart } from "../../templates/mod.ts";
import { ReportFolderError } from "./report_folder_error.ts";

/** A report's own folder in `data`. */
const KEY = /^[0-9a-f]{16}$/;

const SIDE_NAME = /^(\d{4,9})\.js$/;

/** The side files in a report's folder. */
export class SideFolder {
  readonly #report: string;
  readonly #path: string;
  readonly #runtime: Runtime;
  /** What was put there and belongs to no page yet: files, then folders, in the order to remove. */
  #files: string[] = [];
  #folders: string[] = [];

  /** @param report The report's folder. */
  constructor(report: string, runtime: Runtime) {
    this.#report = report;
    this.#path = joinPath(report, sideFolder);
    this.#runtime = runtime;
  }

  /**
   * Puts finished files in their place, beside those of an earlier report.
   *
   * @param paths The files as they are called now, in the order of their numbers. Each is taken out
   * of the list once it is in its place.
   * @throws {ReportFolderError} If something that planloop did not make is in the way.
   */
  place(key: string, paths: string[]): void {
    const { files } = this.#runtime;
    const folder = joinPath(this.#path, key);
    for (const path of [this.#path, folder]) {
      const kind = files.lstat(path)?.kind;
      if (kind !== undefined && kind !== "directory") this.#refuse(path, `a ${kind}`);
      if (kind === undefined) this.#folders.unshift(path);
    }
    files.createDirectory(folder);
    for (let number = 0; paths.length > 0; number++) {
      const place = joinPath(folder, sideName(number));
      const isThere = files.lstat(place) !== undefined;
      if (isThere && !this.#isOurs(place, key, number)) {
        this.#refuse(place, "something that planloop did not make");
      }
      files.rename(paths[0]!, place);
      paths.shift();
      if (!isThere) this.#files.push(place);
    }
  }

  /** Says that the page is in its place: what was put here stays. */
  keep(): void {
    this.#files = [];
    this.#folders = [];
  }

  /** Takes away what was put here for a page that did not come, as far as it was not there before. */
  undo(): void {
    const { files } = this.#runtime;
    for (const file of this.#files) files.remove(file);
    for (const folder of this.#folders) {
      if (files.exists(folder) && files.readDirectory(folder).length === 0) {
        files.removeTree(folder);
      }
    }
    this.keep();
  }

  /**
   * Removes what earlier reports left.
   *
   * @param kept The key of the page's own files, which stay; null where it has none.
   */
  removeOthers(kept: string | null): void {
    const { files } = this.#runtime;
    if (files.lstat(this.#path)?.kind !== "directory") return;
    let removed = 0;
    for (const { name, kind } of files.readDirectory(this.#path)) {
      if (kind === "directory" && KEY.test(name) && name !== kept) removed += this.#remove(name);
    }
    this.#removeEmptied(this.#path, removed);
  }

  #remove(key: string): number {
    const { files } = this.#runtime;
    const folder = joinPath(this.#path, key);
    let removed = 0;
    for (const { name, kind } of files.readDirectory(folder)) {
      const number = SIDE_NAME.exec(name)?.[1];
      const path = joinPath(folder, name);
      if (number === undefined || kind !== "file") continue;
      if (this.#isOurs(path, key, Number(number) - 1) && files.remove(path)) removed++;
    }
    this.#removeEmptied(folder, removed);
    return removed;
  }

  #removeEmptied(folder: string, removed: number): void {
    const { files } = this.#runtime;
    if (removed > 0 && files.readDirectory(folder).length === 0) files.removeTree(folder);
  }

  #isOurs(path: string, key: string, number: number): boolean {
    const { files } = this.#runtime;
    if (files.lstat(path)?.kind !== "file") return false;
    const start = sideFileStart(key, number);
    const found = files.readRange(path, 0, start.length);
    return found.length === start.length && found.every((byte, i) => byte === start[i]);
  }

  #refuse(path: string, what: string): never {
    throw new ReportFolderError(
      this.#report,
      `Cannot write ${path}: there is ${what} of that name. Remove it, or name another folder ` +
        "with --out.",
    );
  }
}
