/**
 * How far the making of a bundle is.
 *
 * @module
 */

import { sessionLayout } from "../format/mod.ts";
import type { BundleSource } from "./bundle_source.ts";

/** How far `writeBundle` is. */
export interface BundleProgress {
  stage: "log" | "records" | "done";
  /** Log rows so far. */
  rows: number;
  /** Bytes of the session read so far: an estimate within the log, from the text of its rows. */
  bytes: number;
  /** Bytes of the session that will be read. */
  bytesTotal: number;
}

/** Bytes that a log line has around its message, context and further keys, as planloop writes it. */
const lineFrameBytes = 150;

/** Turns what happens into figures for a progress bar. */
export class ProgressMeter {
  readonly #report: ((progress: BundleProgress) => void) | undefined;
  /** Bytes of all logs. */
  readonly logBytes: number;
  readonly #total: number;
  #rows = 0;
  #bytes = 0;

  constructor(source: BundleSource, report: ((progress: BundleProgress) => void) | undefined) {
    this.#report = report;
    let logBytes = 0;
    let total = 0;
    for (const { file, bytes } of source.files()) {
      total += bytes;
      if (file.startsWith(`${sessionLayout.logs}/planloop`)) logBytes += bytes;
    }
    this.logBytes = logBytes;
    this.#total = total;
  }

  log(rows: number, textBytes: number): void {
    this.#tell("log", rows, Math.min(this.logBytes, textBytes + rows * lineFrameBytes));
  }

  logDone(rows: number): void {
    this.#tell("log", rows, this.logBytes);
  }

  record(bytes: number): void {
    this.#tell("records", this.#rows, Math.min(this.#total, this.#bytes + bytes));
  }

  done(rows: number): void {
    this.#tell("done", rows, this.#total);
  }

  #tell(stage: BundleProgress["stage"], rows: number, bytes: number): void {
    this.#rows = rows;
    this.#bytes = bytes;
    this.#report?.({ stage, rows, bytes, bytesTotal: this.#total });
  }
}
