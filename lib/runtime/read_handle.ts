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
  const readInto = (target: Uint8Array, start: number) => {
    let filled = 0;
    while (filled < target.length) {
      const left = target.length - filled;
      const count = fs.readSync(descriptor, target, filled, left, start + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  };
  return {
    read(start, length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readInto(bytes, start));
    },
    readInto,
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
