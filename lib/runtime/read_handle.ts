/**
 * A file that is open for reading.
 *
 * @module
 */

import * as fs from "node:fs";
import type { ReadHandle } from "./files.ts";

/** Opens a file for reading. */
export function openRead(path: string): ReadHandle {
  const descriptor = fs.openSync(path, "r");
  let open = true;
  return {
    read(start, length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = fs.readSync(descriptor, bytes, filled, length - filled, start + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
    size: () => fs.fstatSync(descriptor).size,
    isAt: (named) => isAt(descriptor, named),
    close() {
      if (!open) return;
      open = false;
      fs.closeSync(descriptor);
    },
  };
}

/** Whether a path names the file that is open. */
export function isAt(descriptor: number, path: string): boolean {
  const there = fs.statSync(path, { throwIfNoEntry: false });
  const here = fs.fstatSync(descriptor);
  return there !== undefined && there.ino === here.ino && there.dev === here.dev;
}
