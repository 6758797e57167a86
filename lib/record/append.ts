/**
 * A file of lines that only ever grows. Each line is one write, and no failure reaches the host.
 *
 * @module
 */

import { type AppendHandle, parentPath, type Runtime } from "../runtime/mod.ts";
import type { Failures } from "./failures.ts";

/** After a file could not be opened, how long the next attempt waits, in milliseconds. */
export const reopenDelayMs = 1000;

const NEWLINE = 10;

/** An append-only file of lines. Opened, with its folders, at the first line. */
export class AppendFile {
  readonly path: string;
  readonly #runtime: Runtime;
  readonly #failures: Failures;
  #handle: AppendHandle | undefined;
  #torn = false;
  #retryAt = -Infinity;

  /**
   * @param path Absolute path.
   * @param failures Where failing writes are counted.
   */
  constructor(path: string, runtime: Runtime, failures: Failures) {
    this.path = path;
    this.#runtime = runtime;
    this.#failures = failures;
  }

  /**
   * Appends one line, before it returns. Never throws.
   *
   * @param line Without its newline, and with none inside.
   * @returns Whether the system took all of it.
   */
  append(line: string): boolean {
    return this.#write(`${line}\n`);
  }

  /**
   * Appends whole lines, as {@linkcode append} does.
   *
   * @param lines With their newlines.
   */
  appendBytes(lines: Uint8Array): boolean {
    return this.#write(lines);
  }

  #write(data: string | Uint8Array): boolean {
    const handle = this.#handle ?? this.#open();
    if (!handle) {
      this.#failures.lost();
      return false;
    }
    try {
      // A cut line of an earlier failure must not swallow this one.
      if (this.#torn) {
        handle.write("\n");
        this.#torn = false;
      }
      handle.write(data);
      return true;
    } catch (error) {
      if (((error as { written?: number }).written ?? 0) > 0) this.#torn = true;
      this.#failures.lost(`Cannot write to ${this.path}`, error);
      return false;
    }
  }

  /** Closes the file; the next line opens it again. */
  close(): void {
    try {
      this.#handle?.close();
    } catch (error) {
      this.#failures.note(`Cannot close ${this.path}`, error);
    }
    this.#handle = undefined;
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
