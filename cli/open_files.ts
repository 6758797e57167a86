/**
 * Which processes write to the files of a folder.
 *
 * @module
 */

import fs from "node:fs";
import process from "node:process";

/**
 * The id of another process that has a file below the folder open for writing, as far as the system
 * tells: null also where it does not (anywhere but on Linux, and for other users' processes).
 */
export function whoWritesBelow(folder: string): number | null {
  const start = `${realPath(folder)}/`;
  for (const pid of list("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    for (const descriptor of list(`/proc/${pid}/fd`)) {
      try {
        if (!fs.readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith(start)) continue;
        const info = fs.readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8");
        // Octal; the two lowest bits say how it was opened, and 0 is for reading only.
        const flags = parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? "1", 8);
        if ((flags & 3) !== 0) return Number(pid);
      } catch {
        // Closed meanwhile.
      }
    }
  }
  return null;
}

/** Whether this system tells which files are open. */
export function tellsOpenFiles(): boolean {
  return list("/proc/self/fd").length > 0;
}

function realPath(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

function list(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
