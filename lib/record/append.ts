/**
 * A file of lines that only ever grows. Each line is one write, and no failure reaches the host.
 *
 * @module
 */

import { type AppendHandle, errorCode, parentPath, type Runtime } from "../runtime/mod.ts";
import type { Failures } from "./failures.ts";
import { rotate, type Rotation } from "./rotation.ts";

/** After a file could not be opened, how long the next attempt waits, in milliseconds. */
export const reopenDelayMs = 1000;

/** What a gathering file holds at most until the turn ends, in bytes; more is written at once. */
export const gatheredBytesMax: number = 64 * 1024;

/** After so many lines at the latest, a file is looked at: somebody may have removed it. */
export const unseenLinesMax = 256;

/** After so many milliseconds, too, where the event loop has turns. */
export const unseenMsMax = 1000;

const NEWLINE = 10;

const encoder = new TextEncoder();

/** How a file of lines is written. */
export interface AppendOptions {
  /** Whether lines wait for the end of the event loop's turn, to be written together. */
  batch?: boolean | undefined;
  /** When the file is renamed and begun anew. Default: never. */
  rotation?: Rotation | undefined;
  /** Whether to notice that the file was removed, and to begin it anew. Default: false. */
  watched?: boolean | undefined;
}

/** A process looks at its file's size at least each time it wrote this part of the largest one. */
export const sizeChecksPerFile = 16;

/** An append-only file of lines. Opened, with its folders, at the first line. */
export class AppendFile {
  readonly path: string;
  /** Told which full files were removed because there were too many. Must not throw. */
  onRemoved: ((names: string[]) => void) | undefined;
  readonly #runtime: Runtime;
  readonly #failures: Failures;
  #handle: AppendHandle | undefined;
  #torn = false;
  #retryAt = -Infinity;
  readonly #batch: boolean;
  readonly #rotation: Rotation | undefined;
  /** What may be written before the file's size is looked at again. */
  #unchecked = 0;
  #gathered: Uint8Array | undefined;
  #gatheredLength = 0;
  #gatheredLines = 0;
  /** Whether the last write of gathered lines went well. */
  #works = false;
  readonly #watched: boolean;
  /** Lines since the file was last seen in its place. */
  #unseen = 0;
  #stopTimer: (() => void) | undefined;

  /**
   * @param path Absolute path.
   * @param failures Where failing writes are counted.
   */
  constructor(path: string, runtime: Runtime, failures: Failures, options: AppendOptions = {}) {
    this.#batch = options.batch ?? false;
    this.#rotation = options.rotation;
    this.#watched = options.watched ?? false;
    this.path = path;
    this.#runtime = runtime;
    this.#failures = failures;
  }

  /**
   * Appends one line: before it returns or, where lines are gathered, when the present turn of the
   * event loop ends. Never throws.
   *
   * @param line Without its newline, and with none inside.
   * @returns Whether the system took all of it; of a gathered line, whether it took the last ones.
   */
  append(line: string): boolean {
    if (!this.#batch) return this.#write(`${line}\n`, undefined, 1);
    const bytes = encoder.encode(`${line}\n`);
    return this.appendBytes(bytes, bytes.length);
  }

  /**
   * Appends a whole line, or several, as {@linkcode append} does.
   *
   * @param bytes With their newlines. Read before this returns, and free after it.
   * @param length How many of the bytes to append.
   */
  appendBytes(bytes: Uint8Array, length: number = bytes.length): boolean {
    if (!this.#batch) return this.#write(bytes, length, 1);
    if (this.#gatheredLength + length > gatheredBytesMax) this.flush();
    if (length > gatheredBytesMax) return this.#works = this.#write(bytes, length, 1);
    if (this.#gatheredLines === 0) this.#runtime.defer(() => this.flush());
    const gathered = this.#gathered ??= new Uint8Array(gatheredBytesMax);
    gathered.set(bytes.subarray(0, length), this.#gatheredLength);
    this.#gatheredLength += length;
    this.#gatheredLines += 1;
    return this.#works;
  }

  /** Writes the lines that were gathered. Never throws. */
  flush(): void {
    if (this.#gatheredLines === 0) return;
    const length = this.#gatheredLength;
    const lines = this.#gatheredLines;
    this.#gatheredLength = 0;
    this.#gatheredLines = 0;
    this.#works = this.#write(this.#gathered!, length, lines);
  }

  #write(data: string | Uint8Array, length: number | undefined, lines: number): boolean {
    const handle = this.#handle ?? this.#open();
    if (!handle) {
      this.#failures.lost(undefined, undefined, lines);
      return false;
    }
    try {
      // A cut line of an earlier failure must not swallow this one.
      if (this.#torn) {
        handle.write("\n");
        this.#torn = false;
      }
      handle.write(data, length);
      if (this.#rotation && (this.#unchecked -= length ?? data.length) <= 0) {
        this.#checkSize(handle);
      }
      if (this.#watched) this.#watch(lines);
      return true;
    } catch (error) {
      this.#torn ||= isCut(handle, error);
      // Of many, those that went out whole before the failure may be counted too: rather too many.
      this.#failures.lost(`Cannot write to ${this.path}`, error, lines);
      // A full disk may have room again for the same file. Any other failure is the file's own.
      if (errorCode(error) !== "ENOSPC") this.#drop();
      return false;
    }
  }

  #watch(lines: number): void {
    this.#unseen += lines;
    if (this.#unseen >= unseenLinesMax) this.#lookForFile();
    else this.#stopTimer ??= this.#runtime.clock.after(unseenMsMax, () => this.#lookForFile());
  }

  /** Lines that went into a removed file are lost; the next one begins it anew. */
  #lookForFile(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const lines = this.#unseen;
    this.#unseen = 0;
    if (lines === 0) return;
    try {
      if (!this.#handle?.isRemoved()) return;
    } catch (error) {
      this.#failures.note(`Cannot look for ${this.path}`, error);
      return;
    }
    // How many came after the removal is not known: rather too many.
    this.#failures.lost(`Somebody removed ${this.path} while it was written`, undefined, lines);
    this.#drop();
  }

  /** Closes the file; the next line opens it again. */
  close(): void {
    this.flush();
    this.#lookForFile();
    this.#drop();
  }

  #drop(): void {
    try {
      this.#handle?.close();
    } catch (error) {
      this.#failures.note(`Cannot close ${this.path}`, error);
    }
    this.#handle = undefined;
  }

  /** Goes on in a new file where this one is full, or was renamed by another process. */
  #checkSize(handle: AppendHandle): void {
    const { bytesMax } = this.#rotation!;
    try {
      const size = handle.size();
      this.#unchecked = Math.max(1, Math.min(bytesMax - size, bytesMax / sizeChecksPerFile));
      const isHere = handle.isAt(this.path);
      if (isHere && size < bytesMax) return;
      this.close();
      if (!isHere) return;
      const removed = rotate(this.#runtime, this.path, this.#rotation!);
      if (removed.length > 0) this.onRemoved?.(removed);
    } catch (error) {
      this.#failures.note(`Cannot begin a new file after ${this.path}`, error);
    }
  }

  #open(): AppendHandle | undefined {
    const now = this.#runtime.clock.monotonic();
    if (now < this.#retryAt) return undefined;
    try {
      this.#runtime.files.createDirectory(parentPath(this.path));
      const handle = this.#runtime.files.openAppend(this.path);
      this.#handle = handle;
      const last = handle.lastByte();
      // A writer that was killed may have left half a line behind.
      this.#torn = last !== undefined && last !== NEWLINE;
      return handle;
    } catch (error) {
      this.#retryAt = now + reopenDelayMs;
      this.#failures.note(`Cannot open ${this.path}`, error);
      return undefined;
    }
  }
}

/** Whether a write that failed has left a part of a line. Deno does not tell: the file does. */
function isCut(handle: AppendHandle, error: unknown): boolean {
  if (((error as { written?: number }).written ?? 0) > 0) return true;
  try {
    return (handle.lastByte() ?? NEWLINE) !== NEWLINE;
  } catch {
    // An empty line too many harms nothing.
    return true;
  }
}
