/**
 * Paths of the machine that this runs on.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Joins parts of a path; `..` is resolved, so parts from outside are checked before. */
export function joinPath(...parts: string[]): string {
  return join(...parts);
}

/** The directory that a path is in. */
export function parentPath(path: string): string {
  return dirname(path);
}

/** The last part of a path. */
export function lastPathPart(path: string): string {
  return basename(path);
}

/** The path, absolute: relative ones start at the working directory. */
export function absolutePath(...parts: string[]): string {
  return resolve(...parts);
}

/** Whether a path is absolute. */
export function isAbsolutePath(path: string): boolean {
  return isAbsolute(path);
}

/** The way from one path to another, with `/` on every system. */
export function relativePath(from: string, to: string): string {
  return relative(from, to).replaceAll("\\", "/");
}

/** The path of a `file:` URL; anything else is returned as it is. */
export function pathOfUrl(urlOrPath: string): string {
  if (!urlOrPath.startsWith("file:")) return urlOrPath;
  try {
    return fileURLToPath(urlOrPath);
  } catch {
    return urlOrPath;
  }
}
