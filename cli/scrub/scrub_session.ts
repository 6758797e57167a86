/**
 * A whole session: every file looked at, and where wanted rewritten.
 *
 * @module
 */

import { acquireLock } from "../../lib/lock/mod.ts";
import { createRedactor, type RedactOptions, type Redactor } from "../../lib/redact/mod.ts";
import { joinPath, lastPathPart, type Runtime } from "../../lib/runtime/mod.ts";
import { FindingList } from "./finding_list.ts";
import { FileInUseError, rewriteFile, scanFile } from "./rewrite_file.ts";
import { indexOf, rowRedactor } from "./scrub_index.ts";
import { EndlessSecretError } from "./scrubber.ts";
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
  /** What is secret beside what planloop knows, and what is not. */
  redaction?: RedactOptions | undefined;
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
  const leftover = (file: string) => write && runtime.files.remove(joinPath(path, file));
  const redactor = createRedactor({ ...options.redaction, env: options.env });
  const files = walkSession(path, runtime, { skip, leftover });
  nameNames([lastPathPart(path), ...files.map(({ file }) => file)], redactor, skip);
  const index = indexOf(path, runtime, redactor, skip);
  for (const file of index ? [...files, index] : files) {
    options.signal.throwIfAborted();
    const own = file === index ? rowRedactor(redactor, lastPathPart(path)) : redactor;
    await scrubOrSkip(file, own, options, result, skip);
    options.onProgress?.(result.bytesScanned, file.file);
  }
  // A name can hold a secret, and is told everywhere.
  for (const skipped of result.skipped) skipped.file = redactor.text(skipped.file);
  for (const finding of result.findings.listed) finding.file = redactor.text(finding.file);
  result.filesFound = result.filesFound.map(redactor.text);
  result.filesWritten = result.filesWritten.map(redactor.text);
  return result;
}

type Skip = (file: string, kind: SkipKind, reason: string) => void;

/** Files keep their names: other files and programs know them. */
function nameNames(files: readonly string[], redactor: Redactor, skip: Skip): void {
  for (const file of files) {
    if (redactor.text(file) === file) continue;
    skip(file, "name", "Its name holds a secret: not renamed");
  }
}

/** How often the registry, which all sessions share, is tried again where it has changed. */
const indexTriesMax = 5;

async function scrubOrSkip(
  file: ScrubFile,
  redactor: Redactor,
  options: ScrubOptions,
  result: ScrubResult,
  skip: Skip,
): Promise<void> {
  try {
    await scrubFile(file, redactor, options, result, skip);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof FileInUseError) skip(file.file, "in_use", error.message);
    else if (error instanceof EndlessSecretError) {
      skip(file.file, "too_long", `${error.message}: not rewritten`);
    } else skip(file.file, "unreadable", refusal(error));
  }
}

async function scrubFile(
  file: ScrubFile,
  redactor: Redactor,
  options: ScrubOptions,
  result: ScrubResult,
  skip: Skip,
): Promise<void> {
  const { path, write, signal } = options;
  const before = result.findings.total;
  const full = joinPath(path, file.file);
  result.bytesScanned += await scanFile(full, file, {
    redactor,
    onChange: (line, old, now) => result.findings.addChange(file.file, line, old, now),
  }, signal);
  result.filesScanned++;
  const isFound = result.findings.total > before;
  if (isFound) result.filesFound.push(file.file);
  if (file.kind === "binary") {
    if (isFound) skip(file.file, "binary_secret", "It holds secrets and is no text: not rewritten");
    else skip(file.file, "binary", "It is no text: looked at as it is, not decoded or unpacked");
  } else if (isFound && write) {
    await rewriteWithTries(full, file, redactor, options);
    result.filesWritten.push(file.file);
  }
}

async function rewriteWithTries(
  path: string,
  file: ScrubFile,
  redactor: Redactor,
  { signal, runtime }: ScrubOptions,
): Promise<void> {
  const tools = { redactor, onChange: () => {} };
  for (let tries = 1;; tries++) {
    try {
      return await rewriteFile(path, file, tools, signal, runtime);
    } catch (error) {
      if (!(error instanceof FileInUseError) || file.grows || tries >= indexTriesMax) throw error;
    }
  }
}
