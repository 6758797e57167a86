/**
 * What the system lets this process do with a file.
 *
 * @module
 */

import fs from "node:fs";
import process from "node:process";
import { errorCode } from "../lib/runtime/mod.ts";

const { W_OK, X_OK } = fs.constants;

/** Whether files may be made, replaced and removed in a folder. */
export function isWritableFolder(path: string): boolean {
  const reason = refusal(path, W_OK | X_OK);
  // Deno goes by the mode alone, which is no hindrance to root.
  return reason === undefined || (reason === "EACCES" && isRootOfDeno());
}

/** Whether a file may be run as a program. */
export function isRunnableFile(path: string): boolean {
  return refusal(path, X_OK) === undefined &&
    fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function refusal(path: string, mode: number): string | undefined {
  try {
    fs.accessSync(path, mode);
    return undefined;
  } catch (error) {
    return errorCode(error) ?? "unknown";
  }
}

function isRootOfDeno(): boolean {
  return "Deno" in globalThis && process.getuid?.() === 0;
}
