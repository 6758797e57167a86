/**
 * A whole session: every file looked at, and where wanted rewritten.
 *
 * @module
 */

import { acquireLock } from "../../lib/lock/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { joinPath, type Runtime } from "../../lib/runtime/mod.ts";
import { FindingList } from "./finding_list.ts";
import { FileInUseError, rewriteFile, scanFile } from "./rewrite_file.ts";
import {
  refusal,
  type ScrubFile,
  type SkipKind,
  type SkippedFile,
  walkSession,
} from "./session_walk.ts";

/** What to scrub, and how. */
export interface ScrubOptions {
  /** The session's folder, absolute. */
  path: string;
  /** Whether files are rewritten; else they are only looked at. */
  write: boolean;
  /** The environment, whose secrets are known by value. */
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  runtime: Runtime;
  /** Is told how many bytes have been looked at. */
  onProgress?: (bytes: number, file: string) => void;
}

/** What was found and done. */
export interface ScrubResult {
  findings: FindingList;
  filesScanned: number;
  bytesScanned: number;
  /** Files that hold secrets, in order. */
  filesFound: string[];
  /** Files that were rewritten. */
  filesWritten: string[];
  /** Files that were not looked at, or could not be rewritten. */
  skipped: SkippedFile[];
}

/**
 * Looks for secrets in a session's files. With `write`, takes them out, file by file, under the
 * session's lock; a file that a running program appends to is left as it is and reported.
 *
 * @throws {LockTimeoutError} If another program holds the lock for too long.
 * @throws The signal's reason, when it aborts; files that were rewritten by then are complete.
 */
export async function scrubSession(options: ScrubOptions): Promise<ScrubResult> {
  if (!options.write) return await scrubFiles(options);
  const { path, signal, runtime } = options;
  const lock = await acquireLock({
    sessionPath: path,
    operation: "scrub",
    signal,
    runtime,
    // The log is among what is rewritten.
    log: () => {},
  });
  try {
    return await scrubFiles(options);
  } finally {
    lock.release();
  }
}

async function scrubFiles(options: ScrubOptions): Promise<ScrubResult> {
  const { path, runtime, write } = options;
  const result: ScrubResult = {
    findings: new FindingList(),
    filesScanned: 0,
    bytesScanned: 0,
    filesFound: [],
    filesWritten: [],
    skipped: [],
  };
  const skip = (file: string, kind: SkipKind, reason: string) =>
    void result.skipped.push({ file, kind, reason });
  // The lock is held, so no other scrub is running.
  const leftover = (file: string) => void (write && runtime.files.remove(joinPath(path, file)));
  for (const file of walkSession(path, runtime, { skip, leftover })) {
    options.signal.throwIfAborted();
    try {
      await scrubFile(file, options, result);
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof FileInUseError) skip(file.file, "in_use", error.message);
      else skip(file.file, "unreadable", refusal(error));
    }
    options.onProgress?.(result.bytesScanned, file.file);
  }
  return result;
}

async function scrubFile(
  file: ScrubFile,
  options: ScrubOptions,
  result: ScrubResult,
): Promise<void> {
  const { path, write, signal, runtime } = options;
  const redactor = createRedactor({ env: options.env });
  const before = result.findings.total;
  const quiet = { redactor, onChange: () => {}, onTooLong: () => {} };
  const full = joinPath(path, file.file);
  result.bytesScanned += await scanFile(full, file, {
    redactor,
    onChange: (line, old, now) => result.findings.addChange(file.file, line, old, now),
    onTooLong: (line, bytes) =>
      result.skipped.push({
        file: file.file,
        kind: "too_long",
        reason: `Line ${line} has ${bytes} bytes, more than can be looked at: left as it is`,
      }),
  }, signal);
  result.filesScanned++;
  if (result.findings.total === before) return;
  result.filesFound.push(file.file);
  if (!write) return;
  await rewriteFile(full, file, quiet, signal, runtime);
  result.filesWritten.push(file.file);
}
