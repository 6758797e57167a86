/**
 * Whether the process behind a request still lives.
 *
 * @module
 */

import type { LockQueueEntry } from "../format/mod.ts";
import { isRunning, type Runtime } from "../runtime/mod.ts";

/** `unknown`: on another host, or of a writer that does not tell its process. */
export type Liveness = "alive" | "dead" | "unknown";

/** The process behind a queue entry, or behind a lock that holds one. */
export function livenessOfEntry(entry: LockQueueEntry, runtime: Runtime): Liveness {
  if (entry.host !== undefined && entry.host !== runtime.process.hostname) return "unknown";
  const pid = entry.pid ?? pidOf(entry.agent);
  return pid === undefined ? "unknown" : livenessOfPid(pid, entry.pid_start, runtime);
}

/** The process that `pid:<n>` names; of this host, since that form cannot say another. */
export function livenessOfHolder(heldBy: string, runtime: Runtime): Liveness {
  const pid = pidOf(heldBy);
  return pid === undefined ? "unknown" : livenessOfPid(pid, undefined, runtime);
}

function livenessOfPid(pid: number, start: string | undefined, runtime: Runtime): Liveness {
  return isRunning(runtime.process, pid, start) ? "alive" : "dead";
}

function pidOf(name: string): number | undefined {
  const match = /^pid:(\d{1,10})$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

const starts = new WeakMap<Runtime, { start: string | undefined }>();

/** When this process started, asked once: the answer costs a read of the system's tables. */
export function ownStart(runtime: Runtime): string | undefined {
  let known = starts.get(runtime);
  if (!known) {
    known = { start: runtime.process.startTime(runtime.process.pid) };
    starts.set(runtime, known);
  }
  return known.start;
}
