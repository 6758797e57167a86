/**
 * Reading one file through a scrubber, and putting the result in its place.
 *
 * @module
 */

import fs from "node:fs";
import { joinPath, parentPath, type Runtime } from "../../lib/runtime/mod.ts";
import { createScrubber, type ScrubTools } from "./scrubber.ts";
import { whoHasOpen } from "./open_by.ts";
import type { ScrubFile } from "./session_walk.ts";

/** How much is read at once, in bytes. */
const chunkBytes = 1024 * 1024;

/** A growing file that changed this recently may still be written to, in milliseconds. */
export const quietMs = 2000;

/** A file must not be replaced now; nothing was changed. */
export class FileInUseError extends Error {
  override readonly name = "FileInUseError";
}

type Tools = Omit<ScrubTools, "read">;

/** Reads a file through its scrubber and hands on what comes out. */
async function pump(
  descriptor: number,
  file: ScrubFile,
  tools: Tools,
  signal: AbortSignal,
  write: (bytes: Uint8Array) => void,
  start = 0,
): Promise<number> {
  const scrubber = createScrubber(file.kind, {
    ...tools,
    *read(from, to) {
      for (let at = start + from; at < start + to;) {
        const bytes = readAt(descriptor, at, Math.min(chunkBytes, start + to - at));
        if (bytes.length === 0) return;
        at += bytes.length;
        yield bytes;
      }
    },
  });
  let at = start;
  for (;;) {
    signal.throwIfAborted();
    const bytes = readAt(descriptor, at, chunkBytes);
    if (bytes.length === 0) break;
    at += bytes.length;
    for (const part of scrubber.push(bytes)) write(part);
    // Lets Ctrl-C in.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  for (const part of scrubber.end()) write(part);
  return at;
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  return buffer.subarray(0, fs.readSync(descriptor, buffer, 0, length, position));
}

/** Looks at a file and changes nothing. Resolves with its size in bytes. */
export async function scanFile(
  path: string,
  file: ScrubFile,
  tools: Tools,
  signal: AbortSignal,
): Promise<number> {
  const descriptor = openFile(path);
  try {
    return await pump(descriptor, file, tools, signal, () => {});
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Replaces a file by its scrubbed copy, at once: readers see the one or the other.
 *
 * @throws {FileInUseError} If another program has it open for appending, or changed it meanwhile.
 */
export async function rewriteFile(
  path: string,
  file: ScrubFile,
  tools: Tools,
  signal: AbortSignal,
  runtime: Runtime,
): Promise<void> {
  const descriptor = openFile(path);
  const temporary = joinPath(
    parentPath(path),
    `.planloop-scrub-${runtime.random.hex(16)}.tmp`,
  );
  try {
    const stat = fs.fstatSync(descriptor);
    if (file.grows) refuseOpen(path, stat, runtime);
    const out = createLike(temporary, stat);
    let read: number;
    let size: number;
    try {
      read = await pump(descriptor, file, tools, signal, (bytes) => writeAll(out, bytes));
      fs.fsyncSync(out);
      size = fs.fstatSync(out).size;
      if (file.grows) refuseOpen(path, stat, runtime);
      else refuseChanged(path, stat);
    } finally {
      fs.closeSync(out);
    }
    if (file.grows) swapGrowing({ path, temporary, size, stat }, runtime);
    else fs.renameSync(temporary, path);
    // A program that had the file open for a moment may have written to the old one.
    const late: Uint8Array[] = [];
    await pump(descriptor, file, tools, never, (bytes) => late.push(bytes), read);
    for (const bytes of late) fs.appendFileSync(path, bytes);
  } finally {
    fs.rmSync(temporary, { force: true });
    fs.closeSync(descriptor);
  }
}

/** From the swap on, Ctrl-C waits: late lines must not get lost. */
const never = new AbortController().signal;

interface Swap {
  path: string;
  /** The scrubbed copy, and its size in bytes. */
  temporary: string;
  size: number;
  /** The file that it replaces. */
  stat: fs.Stats;
}

/**
 * Puts the copy in place of a file that others append to. Whoever opened the old one just before
 * would go on writing to a file without a name: then the old one gets its name back.
 */
function swapGrowing({ path, temporary, size, stat }: Swap, runtime: Runtime): void {
  const old = `${temporary.slice(0, -".tmp".length)}0.tmp`;
  if (!runtime.files.link(path, old)) throw new Error(`The name ${old} is taken`);
  try {
    fs.renameSync(temporary, path);
    const user = whoHasOpen(stat, runtime.process.pid);
    if (user === null) return;
    fs.renameSync(path, temporary);
    fs.renameSync(old, path);
    // Lines that were appended to the copy meanwhile.
    appendRest(temporary, size, path);
    throw inUse(user);
  } finally {
    fs.rmSync(old, { force: true });
  }
}

/** Opens a regular file; a link that took its place since it was listed is refused. */
function openFile(path: string): number {
  return fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
}

function appendRest(from: string, start: number, to: string): void {
  const descriptor = fs.openSync(from, "r");
  try {
    for (let at = start;;) {
      const bytes = readAt(descriptor, at, chunkBytes);
      if (bytes.length === 0) return;
      fs.appendFileSync(to, bytes);
      at += bytes.length;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

function refuseOpen(path: string, stat: fs.Stats, { clock, process }: Runtime): void {
  const user = whoHasOpen(stat, process.pid);
  if (user !== null) throw inUse(user);
  if (process.platform === "linux") return;
  // Where open files cannot be listed, a quiet file is all there is to go by.
  const age = clock.now() - fs.lstatSync(path).mtimeMs;
  if (age >= 0 && age < quietMs) {
    throw new FileInUseError(
      `It was written to ${Math.round(age)} ms ago: not rewritten. Scrub it again in a while`,
    );
  }
}

function inUse(pid: number): FileInUseError {
  return new FileInUseError(
    `The process ${pid} writes to it: not rewritten. Scrub it again when that has ended`,
  );
}

function refuseChanged(path: string, before: fs.Stats): void {
  const now = fs.lstatSync(path);
  if (now.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs) return;
  throw new FileInUseError("It changed while it was read: not rewritten. Scrub it again");
}

/** Creates a file with another one's mode and owner. */
function createLike(path: string, stat: fs.Stats): number {
  const descriptor = fs.openSync(path, "wx", 0o600);
  try {
    const own = fs.fstatSync(descriptor);
    if (own.uid !== stat.uid || own.gid !== stat.gid) fs.fchownSync(descriptor, stat.uid, stat.gid);
  } catch {
    // Only the superuser may give files away; the copy is then the caller's own.
  }
  fs.fchmodSync(descriptor, stat.mode & 0o777);
  return descriptor;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += fs.writeSync(descriptor, bytes, at, bytes.length - at);
  }
}
