/**
 * Files in memory, which can be made to fail.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type {
  AppendHandle,
  DirectoryEntry,
  FileData,
  Files,
  FileStat,
  ReadChunksOptions,
  ReadHandle,
  RewriteHandle,
} from "./files.ts";
import { readChunkBytes } from "./files.ts";
import { absolutePath, joinPath, lastPathPart, parentPath } from "./path.ts";

/** An operation that can be counted and made to fail: a method, or an append handle's `write`. */
export type FileOperation = keyof Files | "write";

/** A failure to inject. */
export interface FileFault {
  operation: FileOperation;
  /** The system's code, such as `ENOSPC`. */
  code: string;
  /** Only for paths that match. Default: all. */
  path?: RegExp;
  /** How often. Default: until the faults are cleared. */
  times?: number;
  /** For `write`: how many bytes go out before the failure. Default 0. */
  writtenBytes?: number;
}

/** Files in memory. */
export interface FakeFiles extends Files {
  /** Makes operations fail from now on. */
  fail(fault: FileFault): void;
  /** Ends all failures. */
  clearFaults(): void;
  /** Every file's path, sorted. */
  paths(): string[];
  /** How many operations of a name were called. */
  calls(operation: FileOperation): number;
}

/** Makes an empty disk in memory. */
export function fakeFiles(clock: Pick<Clock, "now">): FakeFiles {
  return new MemoryFiles(clock);
}

interface Node {
  /** `null` for a directory. */
  bytes: Uint8Array | null;
  modified: number;
}

class MemoryFiles implements FakeFiles {
  readonly #clock: Pick<Clock, "now">;
  readonly #disk = new Map<string, Node>([["/", { bytes: null, modified: 0 }]]);
  readonly #faults: FileFault[] = [];
  readonly #counts = new Map<FileOperation, number>();
  readonly #watchers = new Set<{ path: string; listener: (name: string | null) => void }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  openAppend(given: string): AppendHandle {
    const path = this.#enter("openAppend", given);
    if (!this.#disk.has(path)) this.#put(path, new Uint8Array());
    this.#get(path);
    return {
      write: (data, length) => this.#append(path, bytesOf(data).subarray(0, length)),
      isRemoved: () => !this.#disk.has(path),
      size: () => this.#get(path).length,
      isAt: (named) => absolutePath(named) === path && this.#disk.has(path),
      lastByte: () => this.#get(path).at(-1),
      close() {},
    };
  }

  openRead(given: string): ReadHandle {
    const path = this.#enter("openRead", given);
    this.#get(path);
    return {
      read: (start, length) => this.#get(path).slice(start, start + length),
      readInto: (target, start) => {
        const bytes = this.#get(path).subarray(start, start + target.length);
        target.set(bytes);
        return bytes.length;
      },
      size: () => this.#get(path).length,
      isAt: (named) => absolutePath(named) === path && this.#disk.has(path),
      close() {},
    };
  }

  read(path: string): Uint8Array {
    return this.#get(this.#enter("read", path)).slice();
  }

  readText(path: string): string {
    const bytes = this.#get(this.#enter("readText", path));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }

  readRange(path: string, start: number, length: number): Uint8Array {
    return this.#get(this.#enter("readRange", path)).slice(start, start + length);
  }

  readStart(given: string, lengthMax: number): string | undefined {
    const path = this.#enter("readStart", given);
    if (!this.#disk.has(path)) return undefined;
    return new TextDecoder().decode(this.#get(path).subarray(0, lengthMax));
  }

  async *readChunks(
    given: string,
    options: ReadChunksOptions = {},
  ): AsyncGenerator<Uint8Array, void, void> {
    const path = this.#enter("readChunks", given);
    const { start = 0, end = Infinity, chunkBytes = readChunkBytes, shared = false } = options;
    for (let at = start; at < Math.min(end, this.#get(path).length); at += chunkBytes) {
      await Promise.resolve();
      const chunk = this.#get(path).slice(at, Math.min(at + chunkBytes, end));
      yield chunk;
      // Who still needs it then has it no more on any machine.
      if (shared) chunk.fill(0);
    }
  }

  writeFileAtomic(path: string, data: FileData): void {
    this.#put(this.#enter("writeFileAtomic", path), bytesOf(data));
  }

  writeFileExclusive(path: string, data: FileData): boolean {
    return this.#create(this.#enter("writeFileExclusive", path), data);
  }

  createExclusive(path: string, data: FileData = ""): boolean {
    return this.#create(this.#enter("createExclusive", path), data);
  }

  openRewrite(given: string): RewriteHandle {
    const path = this.#enter("openRewrite", given);
    if (!this.#create(path, "")) throw systemError("EEXIST", path);
    const node = this.#disk.get(path)!;
    return {
      write: (text) => {
        this.#enter("write", path);
        const bytes = bytesOf(text);
        const blanks = Math.max(0, node.bytes!.length - bytes.length);
        node.bytes = concat(bytes, new Uint8Array(blanks).fill(32));
        node.modified = this.#clock.now();
      },
      close() {},
    };
  }

  link(from: string, given: string): boolean {
    const source = absolutePath(from);
    const name = this.#enter("link", given);
    this.#get(source);
    if (this.#disk.has(name)) return false;
    this.#put(name, new Uint8Array());
    // Two names of one file: what is written through one is read through the other.
    this.#disk.set(name, this.#disk.get(source)!);
    return true;
  }

  createDirectory(given: string): void {
    const path = this.#enter("createDirectory", given);
    const missing: string[] = [];
    for (let at = path; !this.#disk.has(at); at = parentPath(at)) missing.unshift(at);
    if (missing.length === 0 && this.#disk.get(path)!.bytes !== null) {
      throw systemError("EEXIST", path);
    }
    for (const one of missing) this.#put(one, null);
  }

  readDirectory(given: string): DirectoryEntry[] {
    const path = this.#enter("readDirectory", given);
    const node = this.#disk.get(path);
    if (!node) throw systemError("ENOENT", path);
    if (node.bytes !== null) throw systemError("ENOTDIR", path);
    return [...this.#disk.keys()]
      .filter((one) => one !== path && parentPath(one) === path)
      .sort()
      .map((one) => ({ name: lastPathPart(one), kind: this.#statOf(one)!.kind }));
  }

  listNames(path: string): string[] {
    this.#enter("listNames", path);
    return this.readDirectory(path).map(({ name }) => name);
  }

  stat(path: string): FileStat | undefined {
    return this.#statOf(this.#enter("stat", path));
  }

  lstat(path: string): FileStat | undefined {
    return this.#statOf(this.#enter("lstat", path));
  }

  exists(path: string): boolean {
    return this.#disk.has(this.#enter("exists", path));
  }

  realPath(given: string): string {
    const path = this.#enter("realPath", given);
    if (!this.#disk.has(path)) throw systemError("ENOENT", path);
    return path;
  }

  remove(given: string): boolean {
    const path = this.#enter("remove", given);
    if (this.#disk.get(path)?.bytes === null) throw systemError("EISDIR", path);
    const removed = this.#disk.delete(path);
    if (removed) this.#changed(path);
    return removed;
  }

  removeTree(given: string): void {
    const path = this.#enter("removeTree", given);
    for (const one of [...this.#disk.keys()]) {
      if (one === path || one.startsWith(joinPath(path, "/"))) this.#disk.delete(one);
    }
    this.#changed(path);
  }

  rename(from: string, to: string): void {
    const path = this.#enter("rename", from);
    this.#put(absolutePath(to), this.#get(path));
    this.#disk.delete(path);
    this.#changed(path);
  }

  watch(given: string, listener: (name: string | null) => void): () => void {
    const entry = { path: this.#enter("watch", given), listener };
    this.#watchers.add(entry);
    return () => void this.#watchers.delete(entry);
  }

  fail(fault: FileFault): void {
    this.#faults.push({ ...fault });
  }

  clearFaults(): void {
    this.#faults.length = 0;
  }

  paths(): string[] {
    return [...this.#disk].filter(([, node]) => node.bytes !== null).map(([path]) => path).sort();
  }

  calls(operation: FileOperation): number {
    return this.#counts.get(operation) ?? 0;
  }

  /** Counts an operation and throws where a fault is due; gives the absolute path. */
  #enter(operation: FileOperation, given: string): string {
    this.#counts.set(operation, this.calls(operation) + 1);
    const path = absolutePath(given);
    const fault = this.#faults.find((one) =>
      one.operation === operation && (one.path?.test(path) ?? true) && (one.times ?? 1) > 0
    );
    if (!fault) return path;
    if (fault.times !== undefined) fault.times -= 1;
    throw Object.assign(systemError(fault.code, path), { written: fault.writtenBytes ?? 0 });
  }

  #append(path: string, bytes: Uint8Array): void {
    try {
      this.#enter("write", path);
    } catch (error) {
      const written = (error as { written: number }).written;
      if (written > 0) this.#put(path, concat(this.#get(path), bytes.subarray(0, written)));
      throw error;
    }
    this.#put(path, concat(this.#get(path), bytes));
  }

  #create(path: string, data: FileData): boolean {
    if (this.#disk.has(path)) return false;
    this.#put(path, bytesOf(data));
    return true;
  }

  #put(path: string, bytes: Uint8Array | null): void {
    const parent = this.#disk.get(parentPath(path));
    if (!parent) throw systemError("ENOENT", path);
    if (parent.bytes !== null) throw systemError("ENOTDIR", path);
    if (bytes !== null && this.#disk.get(path)?.bytes === null) throw systemError("EISDIR", path);
    this.#disk.set(path, { bytes, modified: this.#clock.now() });
    this.#changed(path);
  }

  #get(path: string): Uint8Array {
    const node = this.#disk.get(path);
    if (!node) throw systemError("ENOENT", path);
    if (node.bytes === null) throw systemError("EISDIR", path);
    return node.bytes;
  }

  #statOf(path: string): FileStat | undefined {
    const node = this.#disk.get(path);
    if (!node) return undefined;
    const kind = node.bytes === null ? "directory" : "file";
    return { kind, sizeBytes: node.bytes?.length ?? 0, modified: node.modified };
  }

  #changed(path: string): void {
    for (const { path: watched, listener } of this.#watchers) {
      if (watched === path || watched === parentPath(path)) {
        queueMicrotask(() => listener(lastPathPart(path)));
      }
    }
  }
}

function bytesOf(data: FileData): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data.slice();
  const pieces: Uint8Array[] = [];
  for (const piece of data) pieces.push(new Uint8Array(piece));
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: fake failure, '${path}'`), { code });
}
