/**
 * Folders for tests that make very many files and measure something else than the disk.
 *
 * @module
 */

import { accessSync, constants, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder, in memory where the system has such a place. */
export function memoryFolder(prefix: string): string {
  const inMemory = "/dev/shm";
  try {
    accessSync(inMemory, constants.W_OK | constants.X_OK);
    return mkdtempSync(join(inMemory, prefix));
  } catch {
    return mkdtempSync(join(tmpdir(), prefix));
  }
}
