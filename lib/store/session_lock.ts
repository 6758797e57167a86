/**
 * A session's lock as it lies on disk: who holds it, who waits, and what was left behind.
 *
 * @module
 */

import {
  type LockInfo,
  type LockQueueEntry,
  type ProblemSink,
  sessionLayout,
} from "../format/mod.ts";
import { readJsonDocument, readLockInfo, readQueueEntry } from "../read/mod.ts";
import { isRunning, type ProcessInfo } from "../runtime/mod.ts";
import type { SessionFiles } from "./session_files.ts";

/** How many entries of the queue are read. */
export const queueEntriesMax = 10_000;

/** Reads `.lock_info`; a lock without it, or it without a lock, is reported. */
export function readSessionLock(files: SessionFiles, problem: ProblemSink): LockInfo | null {
  const { lock, lockInfo } = sessionLayout;
  const bytes = files.read(lockInfo, problem);
  const isLocked = files.has(lock);
  if (isLocked !== (bytes !== null)) {
    const reason = isLocked
      ? "The session is locked, but .lock_info does not say by whom"
      : ".lock_info names a holder, but the session is not locked";
    const file = isLocked ? lock : lockInfo;
    problem({ file, kind: "inconsistent", reason, lost: false });
  }
  if (!bytes) return null;
  return readLockInfo(readJsonDocument(bytes, lockInfo, problem).value, lockInfo, problem);
}

/** Reads `.lock_queue/*.json`, in the order of the requests. */
export function readSessionQueue(
  files: SessionFiles,
  process: ProcessInfo,
  problem: ProblemSink,
): LockQueueEntry[] {
  const folder = sessionLayout.lockQueue;
  const names = files.list(folder, problem).map(({ name }) => name)
    .filter((name) => name.endsWith(".json"));
  if (names.length > queueEntriesMax) {
    const reason = `The queue has ${names.length} entries: the first ${queueEntriesMax} were read`;
    problem({ file: folder, kind: "too_long", reason, lost: true });
  }
  const entries: LockQueueEntry[] = [];
  for (const name of names.slice(0, queueEntriesMax)) {
    const file = `${folder}/${name}`;
    const bytes = files.read(file, problem);
    if (!bytes) continue;
    const entry = readQueueEntry(readJsonDocument(bytes, file, problem).value, file, problem);
    if (!entry) continue;
    if (isGone(entry, process)) {
      const reason = `The request's process ${entry.pid} no longer runs on ${entry.host}`;
      problem({ file, kind: "inconsistent", reason, lost: false });
    }
    entries.push(entry);
  }
  return entries.sort((a, b) => a.requested_at - b.requested_at);
}

/** Whether the entry's process is known to be dead: only its own host can tell. */
function isGone(entry: LockQueueEntry, process: ProcessInfo): boolean {
  if (entry.pid === undefined || entry.host !== process.hostname) return false;
  return !isRunning(process, entry.pid, entry.pid_start);
}
