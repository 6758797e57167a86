/**
 * The one seam between planloop and the machine: everything that reads a clock, a file, chance or
 * the process takes it from here, so that a test can put a fake in its place.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { type Clock, systemClock } from "./clock.ts";
import { deflateRaw, type Digest, sha256, startDigest } from "./compress.ts";
import type { Files } from "./files.ts";
import { type ProcessInfo, systemProcess } from "./process.ts";
import { type Random, systemRandom } from "./random.ts";
import { systemFiles } from "./system_files.ts";

/** The machine. */
export interface Runtime {
  /** Files and folders. */
  readonly files: Files;
  /** The wall clock and the monotonic clock. */
  readonly clock: Clock;
  /** Unpredictable values. */
  readonly random: Random;
  /** This process and its neighbours. */
  readonly process: ProcessInfo;
  /** Calls back once, when the present turn of the event loop is over; the process waits for it. */
  defer(fn: () => void): void;
  /**
   * Compresses bytes, or their pieces as there is room for them, with raw DEFLATE on another thread;
   * `level` from 1 to 9, default 6.
   */
  deflateRaw(data: Uint8Array | Iterable<Uint8Array>, level?: number): Promise<Uint8Array>;
  /** The SHA-256 digest as 64 lower-case hexadecimal digits; a text is taken as UTF-8. */
  sha256(data: Uint8Array | string): string;
  /** A SHA-256 digest of data that comes in pieces. */
  startDigest(): Digest;
}

/**
 * The machine that this runs on, under Node or Deno.
 *
 * @example
 * ```ts
 * const runtime = systemRuntime();
 * runtime.files.exists(runtime.process.cwd()); // true
 * ```
 */
export function systemRuntime(): Runtime {
  return {
    files: systemFiles(),
    clock: systemClock(),
    random: systemRandom(),
    process: systemProcess(),
    defer: (fn) => void setImmediate(fn),
    deflateRaw,
    sha256,
    startDigest,
  };
}
