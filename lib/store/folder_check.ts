/**
 * Whether a folder can be looked into, and why not.
 *
 * @module
 */

import { errorCode, joinPath, type Runtime } from "../runtime/mod.ts";

/**
 * Looks whether what a folder holds can be reached.
 *
 * @param name A name to look up in the folder; nothing of that name need be there.
 * @returns Words that go on after the folder's path and a colon, without a final stop; null where
 * it can.
 */
export function folderObstacle(
  path: string,
  name: string,
  runtime: Pick<Runtime, "files">,
): string | null {
  const { files } = runtime;
  try {
    const stat = files.stat(path);
    if (stat === undefined) {
      const isLink = files.lstat(path) !== undefined;
      return isLink ? "it is a link that leads nowhere" : "it does not exist";
    }
    if (stat.kind !== "directory") {
      return stat.kind === "file" ? "it is a file, not a folder" : "it is not a folder";
    }
    // Entering a folder is a right of its own, apart from listing it.
    files.lstat(joinPath(path, name));
    return null;
  } catch (error) {
    return `the system refuses to read it (${reasonOf(error)})`;
  }
}

/** The system's code of an error, after its meaning where that is a common one. */
function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return code === "EACCES" || code === "EPERM" ? `permission denied, ${code}` : code;
}
