/**
 * The machine's own files.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import type {
  AppendHandle,
  DirectoryEntry,
  FileData,
  FileKind,
  Files,
  FileStat,
  ReadChunksOptions,
  RewriteHandle,
} from "./files.ts";
import { createDirectory } from "./directories.ts";
import { isAt, openRead } from "./read_handle.ts";
import { errorCode, lacksLinks, readChunkBytes, readWholeBytesMax } from "./files.ts";

/** How often a write may make no progress before it counts as failed. */
const stalledWritesMax = 8;

/** Longest text that is written through the shared buffer, in bytes. */
const sharedBytes = 256 * 1024;
const encoder = new TextEncoder();

/** A new file is written in pieces of this size: one large write may wait for large free memory. */
const pieceBytes = 256 * 1024;

let buffer: Uint8Array | undefined;

/** The file operations of the machine that this runs on. */
export function systemFiles(): Files {
  return {
    openAppend,
    openRead,
    read,
    readText: (path) => Buffer.from(read(path)).toString("utf8"),
    readRange,
    readStart,
    readChunks,
    writeFileAtomic,
    writeFileExclusive,
    createExclusive,
    openRewrite,
    link,
    createDirectory,
    readDirectory,
    listNames: (path) => fs.readdirSync(path),
    stat: (path) => statOf(path, fs.statSync),
    lstat: (path) => statOf(path, fs.lstatSync),
    exists: (path) => fs.existsSync(path),
    // The other one asks the system about each folder on the way, in JavaScript.
    realPath: (path) => fs.realpathSync.native(path),
    remove,
    removeTree: (path) => fs.rmSync(path, { recursive: true, force: true }),
    rename: (from, to) => fs.renameSync(from, to),
    watch,
  };
}

function openAppend(path: string): AppendHandle {
  const descriptor = fs.openSync(path, "a+");
  const shared = buffer ??= new Uint8Array(sharedBytes);
  let open = true;
  return {
    write(data, length) {
      if (typeof data !== "string") {
        const wanted = length ?? data.length;
        const count = fs.writeSync(descriptor, data, 0, wanted);
        if (count !== wanted) writeRest(descriptor, data.subarray(0, wanted), count);
        return;
      }
      // One buffer for all short texts: the system's call takes no memory of its own then.
      const { read, written } = encoder.encodeInto(data, shared);
      if (read < data.length) return writeFully(descriptor, Buffer.from(data));
      const count = fs.writeSync(descriptor, shared, 0, written);
      if (count !== written) writeRest(descriptor, shared.subarray(0, written), count);
    },
    size: () => fs.fstatSync(descriptor).size,
    isAt: (named) => isAt(descriptor, named),
    isRemoved: () => fs.fstatSync(descriptor).nlink === 0,
    lastByte() {
      const { size } = fs.fstatSync(descriptor);
      if (size === 0) return undefined;
      const byte = new Uint8Array(1);
      return fs.readSync(descriptor, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
    },
    close() {
      if (!open) return;
      open = false;
      fs.closeSync(descriptor);
    },
  };
}

function writeRest(descriptor: number, bytes: Uint8Array, written: number): void {
  try {
    writeFully(descriptor, bytes.subarray(written));
  } catch (error) {
    const before = (error as { written?: number }).written ?? 0;
    throw Object.assign(error as Error, { written: before + written });
  }
}

/** @param position Where in the file to begin; null: where it stands, or its end. */
function writeFully(descriptor: number, bytes: Uint8Array, position: number | null = null): void {
  let written = 0;
  let stalled = 0;
  try {
    while (written < bytes.length) {
      const at = position === null ? null : position + written;
      const count = fs.writeSync(descriptor, bytes, written, bytes.length - written, at);
      written += count;
      stalled = count === 0 ? stalled + 1 : 0;
      if (stalled > stalledWritesMax) {
        throw Object.assign(
          new Error(
            `Cannot write ${bytes.length} bytes: the system took ${written} and then no more`,
          ),
          { code: "EIO" },
        );
      }
    }
  } catch (error) {
    throw Object.assign(error as Error, { written });
  }
}

function read(path: string): Uint8Array {
  const { size } = fs.statSync(path);
  if (size > readWholeBytesMax) {
    throw new RangeError(
      `Cannot read ${path} as a whole: it has ${size} bytes, expected at most ${readWholeBytesMax}`,
    );
  }
  return fs.readFileSync(path);
}

function readRange(path: string, start: number, length: number): Uint8Array {
  const handle = openRead(path);
  try {
    return handle.read(start, length);
  } finally {
    handle.close();
  }
}

/** Small files are read into one buffer: to make a new one takes longer than to read. */
let scratch: Buffer | undefined;

/** Size of that buffer, in bytes. */
const scratchBytes = 4096;

function readStart(path: string, lengthMax: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
    const count = fs.readSync(descriptor, scratch, 0, Math.min(lengthMax, scratchBytes), 0);
    if (count < scratchBytes) return scratch.toString("utf8", 0, count);
    const whole = Buffer.allocUnsafe(lengthMax);
    return whole.toString("utf8", 0, fs.readSync(descriptor, whole, 0, lengthMax, 0));
  } finally {
    fs.closeSync(descriptor);
  }
}

function openRewrite(path: string): RewriteHandle {
  const descriptor = fs.openSync(path, "wx");
  let sizeBytes = 0;
  let open = true;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      const missing = sizeBytes - bytes.length;
      // As bytes: Deno writes a text at the file's end, whatever the position.
      writeFully(descriptor, missing > 0 ? Buffer.concat([bytes, blanks(missing)]) : bytes, 0);
      sizeBytes = Math.max(sizeBytes, bytes.length);
    },
    close() {
      if (!open) return;
      open = false;
      fs.closeSync(descriptor);
    },
  };
}

function blanks(count: number): Uint8Array {
  return Buffer.alloc(count, " ");
}

function link(path: string, name: string): boolean {
  try {
    fs.linkSync(path, name);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function* readChunks(
  path: string,
  options: ReadChunksOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const { start = 0, end = Infinity, chunkBytes = readChunkBytes, shared = false } = options;
  const file = await fs.promises.open(path, "r");
  try {
    let position = start;
    let bytes: Uint8Array | undefined;
    while (position < end) {
      const length = Math.min(chunkBytes, end - position);
      if (!bytes || !shared) bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.tmp`;
}

function writeNew(path: string, data: FileData): void {
  const descriptor = fs.openSync(path, "wx");
  const whole = typeof data === "string" ? Buffer.from(data) : data;
  try {
    for (const bytes of whole instanceof Uint8Array ? [whole] : whole) {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        writeFully(descriptor, bytes.subarray(at, at + pieceBytes));
      }
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

function writeFileAtomic(path: string, data: FileData): void {
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, data);
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function writeFileExclusive(path: string, data: FileData): boolean {
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, data);
    // A link is the one operation that is both atomic and refuses to replace.
    fs.linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (lacksLinks(error)) return createExclusive(path, data);
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function createExclusive(path: string, data: FileData = ""): boolean {
  try {
    writeNew(path, data);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function kindOf(entry: fs.Stats | fs.Dirent): FileKind {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "directory";
  return entry.isFile() ? "file" : "other";
}

function readDirectory(path: string): DirectoryEntry[] {
  return fs.readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function statOf(path: string, call: (path: string) => fs.Stats): FileStat | undefined {
  try {
    const stat = call(path);
    return { kind: kindOf(stat), sizeBytes: stat.size, modified: stat.mtimeMs };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function remove(path: string): boolean {
  try {
    fs.unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function watch(path: string, listener: (name: string | null) => void): () => void {
  try {
    const watcher = fs.watch(path, { persistent: false }, (_event, name) => {
      listener(name === null ? null : String(name));
    });
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
