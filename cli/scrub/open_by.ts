/**
 * Which process writes to a file.
 *
 * @module
 */

import fs from "node:fs";

/**
 * The id of another process that has the file open for writing, as far as the system tells: null also where it
 * does not (anywhere but on Linux, and for other users' processes).
 */
export function whoHasOpen(file: { dev: number; ino: number }, ownPid: number): number | null {
  for (const pid of list("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === ownPid) continue;
    for (const descriptor of list(`/proc/${pid}/fd`)) {
      try {
        const stat = fs.statSync(`/proc/${pid}/fd/${descriptor}`);
        if (stat.dev !== file.dev || stat.ino !== file.ino) continue;
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

function list(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
