/**
 * The files of a session folder that a scrub looks at. Links are never followed.
 *
 * @module
 */

import { decodeFile } from "../../lib/bundle/mod.ts";
import { sessionLayout } from "../../lib/format/mod.ts";
import { reportHeaderBytesMax, reportKind } from "./made_report.ts";
import {
  errorCode,
  type FileKind,
  joinPath,
  lastPathPart,
  type Runtime,
} from "../../lib/runtime/mod.ts";

/** How a file is read. */
export type ScrubKind = "lines" | "document" | "text" | "binary";

/** A file to look at. */
export interface ScrubFile {
  /** Relative to the session folder, with `/`. */
  file: string;
  kind: ScrubKind;
  /** Whether running programs append to it through a descriptor that they keep. */
  grows: boolean;
}

/** Why a file was not looked at, or not changed. */
export type SkipKind =
  | "link"
  | "special"
  | "binary"
  | "binary_secret"
  | "history"
  | "report"
  | "raw_report"
  | "name"
  | "unreadable"
  | "too_deep"
  | "too_many"
  | "too_long"
  | "in_use";

/** What is left out by design; anything else is something that should have been done. */
export const harmlessSkips: ReadonlySet<SkipKind> = new Set([
  "link",
  "special",
  "binary",
  "history",
  "report",
]);

/** Something that was not looked at, or not changed. */
export interface SkippedFile {
  file: string;
  kind: SkipKind;
  reason: string;
}

/** What a walk tells besides the files. */
export interface WalkSink {
  skip(file: string, kind: SkipKind, reason: string): void;
  /** Is told of what a scrub left that was killed; whether it is gone now. */
  leftover(file: string): boolean;
}

/** How many files are looked at. */
export const scrubFilesMax = 1_000_000;

/** How deep folders are entered. */
export const scrubDepthMax = 32;

/** How the temporary files of a scrub are called. */
export const temporaryName = /^\.planloop-scrub-[0-9a-f]+\.tmp$/;

/** Bytes at a file's start in which a zero byte says that it is no text. */
const binaryProbeBytes = 8192;

/** They live for moments, and whoever changes them endangers the lock. */
const lockNames: ReadonlySet<string> = new Set([
  sessionLayout.lock,
  sessionLayout.lockInfo,
  sessionLayout.lockBreak,
  sessionLayout.lockQueue,
]);

/** Lists a folder's files, sorted. */
export function walkSession(root: string, runtime: Runtime, sink: WalkSink): ScrubFile[] {
  const { skip } = sink;
  const found: ScrubFile[] = [];
  const folders = [{ path: "", depth: 0 }];
  const add = (file: string, kind: FileKind, depth: number): void => {
    if (lastPathPart(file) === sessionLayout.git) {
      return skip(
        file,
        "history",
        "It is a history, which keeps what its files once held, secrets too. It cannot be " +
          "scrubbed: remove it, or rewrite it with a tool for that",
      );
    }
    if (kind === "link") return skip(file, "link", "It is a link: not followed");
    if (kind === "other") {
      return skip(file, "special", "It is neither a file nor a folder: not read");
    }
    if (kind === "file") return addFile(root, file, runtime, found, sink);
    if (depth >= scrubDepthMax) {
      const reason = `The folder lies deeper than ${scrubDepthMax} folders: not read`;
      return skip(file, "too_deep", reason);
    }
    folders.push({ path: file, depth: depth + 1 });
  };
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const { name, kind } of entriesOf(root, folder.path, runtime, sink)) {
      const file = folder.path === "" ? name : `${folder.path}/${name}`;
      if (lockNames.has(file)) continue;
      if (kind === "file" && temporaryName.test(name) && sink.leftover(file)) continue;
      add(file, kind, folder.depth);
      if (found.length < scrubFilesMax) continue;
      const reason = `There are more than ${scrubFilesMax} files: the further ones are not read`;
      skip("", "too_many", reason);
      return found.sort(byFile);
    }
  }
  return found.sort(byFile);
}

function entriesOf(
  root: string,
  folder: string,
  { files }: Runtime,
  { skip }: WalkSink,
) {
  try {
    return files.readDirectory(folder === "" ? root : joinPath(root, folder));
  } catch (error) {
    skip(folder, "unreadable", refusal(error));
    return [];
  }
}

function addFile(
  root: string,
  file: string,
  runtime: Runtime,
  found: ScrubFile[],
  { skip }: WalkSink,
): void {
  if (file.endsWith(".jsonl")) found.push({ file, kind: "lines", grows: true });
  else if (file.endsWith(".json")) found.push({ file, kind: "document", grows: false });
  else {
    try {
      addOther(file, joinPath(root, file), runtime, found, skip);
    } catch (error) {
      skip(file, "unreadable", refusal(error));
    }
  }
}

function addOther(
  file: string,
  path: string,
  { files }: Runtime,
  found: ScrubFile[],
  skip: WalkSink["skip"],
): void {
  if (/\.html?$/i.test(file)) {
    const start = files.readRange(path, 0, reportHeaderBytesMax);
    const report = reportKind(decodeFile(start));
    if (report === "redacted") {
      return skip(file, "report", "It is a report, made without the secrets then known: not read");
    }
    if (report) {
      const reason = "It is a report, made with its secrets and compressed: make it anew";
      return skip(file, "raw_report", reason);
    }
  }
  const isBinary = files.readRange(path, 0, binaryProbeBytes).includes(0);
  found.push({ file, kind: isBinary ? "binary" : "text", grows: file.endsWith(".log") });
}

/** Why the system refused something, in a sentence. */
export function refusal(error: unknown): string {
  const code = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
  return `The system refused it (${code})`;
}

function byFile(a: ScrubFile, b: ScrubFile): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}
