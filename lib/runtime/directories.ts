/**
 * Making folders.
 *
 * @module
 */

import * as fs from "node:fs";
import { dirname, resolve } from "node:path";
import { errorCode } from "./files.ts";

/**
 * Level by level, each tried at most twice: Node's own recursive way never ends where the system
 * answers "no such folder" below one that exists, as in `/proc`.
 */
export function createDirectory(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !makeFolder(at); at = dirname(at)) {
    if (dirname(at) === at) break;
    missing.push(at);
  }
  for (const folder of missing.reverse()) {
    if (!makeFolder(folder)) fs.mkdirSync(folder);
  }
}

/** Makes one folder, unless it exists; `false` where the one above it is missing. */
function makeFolder(path: string): boolean {
  if (isFolder(path)) return true;
  try {
    fs.mkdirSync(path);
    return true;
  } catch (error) {
    // Another process may have made it meanwhile.
    if (isFolder(path)) return true;
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
