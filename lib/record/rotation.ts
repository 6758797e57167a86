/**
 * Log files that have grown too large: renamed, and the oldest ones removed.
 *
 * @module
 */

import { joinPath, lastPathPart, parentPath, type Runtime } from "../runtime/mod.ts";

/** How many full files are kept by default. */
export const logFilesMaxDefault = 10;

/** Smallest size at which a file may be called full, in bytes. */
export const logBytesMaxFloor = 4096;

/** A process that holds the right to rename for longer than this has died, in milliseconds. */
export const rotationGuardMs = 10_000;

/** When a file is full, and how many full ones are kept. */
export interface Rotation {
  /** Size from which on a file is renamed, in bytes. */
  readonly bytesMax: number;
  /** Full files that are kept, the newest ones. */
  readonly filesMax: number;
}

/**
 * Renames a full file `name.jsonl` to `name.<n>.jsonl`, with the next number, and removes those
 * that are too many, lowest numbers first. Does nothing where another process is at it, or has
 * just done it. Processes that still write to the renamed file lose nothing.
 *
 * @returns The names of the files that were removed.
 * @throws {Error} The system's error.
 */
export function rotate(runtime: Runtime, path: string, { bytesMax, filesMax }: Rotation): string[] {
  const { files, clock } = runtime;
  const guard = `${path}.rotating`;
  if (!files.createExclusive(guard)) {
    const held = files.stat(guard);
    if (held && clock.now() - held.modified > rotationGuardMs) files.remove(guard);
    return [];
  }
  try {
    if ((files.stat(path)?.sizeBytes ?? 0) < bytesMax) return [];
    const folder = parentPath(path);
    const stem = lastPathPart(path).replace(/\.jsonl$/, "");
    const numbers = files.readDirectory(folder)
      .map(({ name }) => numberOf(name, stem))
      .filter((number) => number > 0)
      .sort((a, b) => a - b);
    const next = (numbers.at(-1) ?? 0) + 1;
    const named = (number: number) => joinPath(folder, `${stem}.${number}.jsonl`);
    files.rename(path, named(next));
    numbers.push(next);
    const removed = numbers.slice(0, Math.max(0, numbers.length - filesMax)).map(named);
    for (const old of removed) files.remove(old);
    return removed.map(lastPathPart);
  } finally {
    files.remove(guard);
  }
}

/** The number in `stem.<n>.jsonl`; 0 for other names. */
function numberOf(name: string, stem: string): number {
  if (!name.startsWith(`${stem}.`) || !name.endsWith(".jsonl")) return 0;
  const digits = name.slice(stem.length + 1, -".jsonl".length);
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0;
}
