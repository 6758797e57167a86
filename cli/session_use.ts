/**
 * Whether a session is in use: somebody has its lock, waits for it, or records into it.
 *
 * @module
 */

import { type LockQueueEntry, sessionLayout } from "../lib/format/mod.ts";
import { livenessOfEntry } from "../lib/lock/liveness.ts";
import { LockFile } from "../lib/lock/lock_file.ts";
import { parseEntry, readSmall } from "../lib/lock/queue.ts";
import { entryEnd } from "../lib/lock/ticket.ts";
import { joinPath, type Runtime } from "../lib/runtime/mod.ts";
import { tellsOpenFiles, whoWritesBelow } from "./open_files.ts";
import { printable } from "./text.ts";

/** Most files of one folder that are looked at. */
const filesMax = 10_000;

/** First part of a journal in which its process is named, in bytes. */
const journalStartBytes = 64 * 1024;

/**
 * Where the system does not tell who has a file open, a log that was written to within this time
 * counts as in use, in milliseconds.
 */
const recentMs = 60_000;

/**
 * Who uses a session, in words that go on after its name and a colon; null where nobody is known to.
 * A process on another machine counts, since nobody here can tell whether it still runs.
 *
 * @param path The session's folder.
 */
export function sessionUse(path: string, runtime: Runtime): string | null {
  return lockUse(path, runtime) ?? queueUse(path, runtime) ?? journalUse(path, runtime) ??
    recorderUse(path, runtime);
}

function lockUse(path: string, runtime: Runtime): string | null {
  const holder = new LockFile(path, runtime).holder();
  if (!holder || holder.liveness === "dead") return null;
  const who = printable(holder.name ?? "somebody");
  const what = holder.operation === null ? "" : ` for ${printable(holder.operation)}`;
  return holder.liveness === "alive"
    ? `${who} holds its lock${what}`
    : `${who} holds its lock${what}, and may still run, elsewhere`;
}

function queueUse(path: string, runtime: Runtime): string | null {
  const folder = joinPath(path, sessionLayout.lockQueue);
  for (const name of names(folder, runtime)) {
    if (!name.endsWith(".json") && !name.endsWith(entryEnd)) continue;
    const entry = parseEntry(readSmall(joinPath(folder, name), runtime) ?? "");
    const liveness = entry && livenessOfEntry(entry, runtime);
    if (!entry || liveness === "dead") continue;
    const who = printable(entry.agent);
    const doubt = liveness === "alive" ? "" : ", and may still run, elsewhere";
    return name.endsWith(".json")
      ? `${who} waits for its lock${doubt}`
      : `${who} has it open${doubt}`;
  }
  return null;
}

/** A running trace or model call names its process in its journal. */
function journalUse(path: string, runtime: Runtime): string | null {
  for (const part of [sessionLayout.traces, sessionLayout.llmTranscripts]) {
    const folder = joinPath(path, part);
    for (const name of names(folder, runtime)) {
      if (!name.endsWith(".journal.jsonl")) continue;
      const entry = firstLine(joinPath(folder, name), runtime);
      const liveness = entry && livenessOfEntry(entry, runtime);
      if (!entry || liveness === "dead" || entry.pid === undefined) continue;
      const doubt = liveness === "alive" ? "" : " on another machine";
      return `process ${entry.pid}${doubt} records ${part}/${printable(name)}`;
    }
  }
  return null;
}

/** The process of a journal's first line, in the form of a lock's request. */
function firstLine(path: string, { files }: Runtime): LockQueueEntry | undefined {
  try {
    const [line = ""] = (files.readStart(path, journalStartBytes) ?? "").split("\n", 1);
    const { pid, pid_start, host } = JSON.parse(line) as Record<string, unknown>;
    if (typeof pid !== "number") return undefined;
    return {
      id: "",
      agent: "",
      operation: "",
      requested_at: 0,
      pid,
      ...(typeof pid_start === "string" ? { pid_start } : {}),
      ...(typeof host === "string" ? { host } : {}),
    };
  } catch {
    return undefined;
  }
}

function recorderUse(path: string, { files, clock }: Runtime): string | null {
  const pid = whoWritesBelow(path);
  if (pid !== null) return `process ${pid} writes to its files`;
  if (tellsOpenFiles()) return null;
  const modified = files.stat(joinPath(path, sessionLayout.log))?.modified ?? 0;
  const age = clock.now() - modified;
  return age < recentMs ? `its log was written to ${Math.round(age / 1000)} seconds ago` : null;
}

function names(folder: string, { files }: Runtime): string[] {
  try {
    return files.listNames(folder).slice(0, filesMax);
  } catch {
    return [];
  }
}
