/**
 * The session's row in its home's registry.
 *
 * @module
 */

import { homeLayout } from "../../lib/format/mod.ts";
import { documentBytesMax } from "../../lib/read/mod.ts";
import type { Redactor } from "../../lib/redact/mod.ts";
import { joinPath, lastPathPart, parentPath, type Runtime } from "../../lib/runtime/mod.ts";
import { refusal, type ScrubFile, type SkipKind } from "./session_walk.ts";

/** The registry, if the session lies in a home that has one. */
export interface IndexFile extends ScrubFile {
  kind: "document";
}

/**
 * Finds the registry of the home that a session lies in.
 *
 * @param path The session's folder, absolute.
 * @param redactor Tells whether a damaged one holds a secret.
 * @param skip Is told of one that cannot be looked at.
 */
export function indexOf(
  path: string,
  { files }: Runtime,
  redactor: Redactor,
  skip: (file: string, kind: SkipKind, reason: string) => void,
): IndexFile | undefined {
  const sessions = parentPath(path);
  if (lastPathPart(sessions) !== homeLayout.sessions) return undefined;
  const file = `../../${homeLayout.index}`;
  const full = joinPath(parentPath(sessions), homeLayout.index);
  const stat = files.lstat(full);
  if (!stat) return undefined;
  if (stat.kind !== "file") skip(file, "link", "It is no file: not read");
  else if (stat.sizeBytes > documentBytesMax) {
    skip(file, "unreadable", `It has ${stat.sizeBytes} bytes, too many for a registry: not read`);
  } else {
    const text = readText(full, files, (reason) => skip(file, "unreadable", reason));
    if (text === undefined) return undefined;
    if (isJson(text)) return { file, kind: "document", grows: false };
    if (redactor.text(text) !== text) {
      skip(file, "unreadable", "It is damaged and holds a secret: not rewritten");
    }
  }
  return undefined;
}

function readText(
  path: string,
  files: Runtime["files"],
  refuse: (reason: string) => void,
): string | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    refuse(refusal(error));
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A redactor of a registry that touches one session's row only, and nothing in a damaged one. */
export function rowRedactor(redactor: Redactor, session: string): Redactor {
  return {
    ...redactor,
    text: (text) => text,
    value(index) {
      const { sessions } = index as { sessions?: unknown };
      if (!Array.isArray(sessions)) return index;
      const rows = sessions.map((row) => isRowOf(row, session) ? redactor.value(row) : row);
      return { ...(index as object), sessions: rows };
    },
  };
}

function isRowOf(row: unknown, session: string): boolean {
  return (row as { session?: unknown } | null)?.session === session;
}
