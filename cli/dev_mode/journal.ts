/**
 * What a switch is about to do, written before it does anything: whoever comes after a killed one
 * sees that it has not ended. What has to be done about it is told by the files themselves.
 *
 * @module
 */

import type { Machine } from "./machine.ts";
import type { Place } from "./place.ts";

/** A switch that has begun. */
export interface Journal {
  readonly version: 1;
  readonly operation: "on" | "off" | "restore";
  readonly started_at: string;
  readonly pid: number;
  /** When that process started, as its system tells it; guards against reused pids. */
  readonly pid_start?: string;
  /** The home that keeps the state. */
  readonly home: string;
  readonly binary: string;
  readonly backup: string;
}

/** Longest journal that is read, in bytes. */
const journalBytesMax = 64 * 1024;

/** Writes the journal, whole at once. */
export function writeJournal(
  place: Place,
  operation: Journal["operation"],
  home: string,
  machine: Machine,
): void {
  const { files, clock, process } = machine.runtime;
  const pidStart = process.startTime(process.pid);
  const journal: Journal = {
    version: 1,
    operation,
    started_at: new Date(clock.nowWhole()).toISOString(),
    pid: process.pid,
    ...(pidStart === undefined ? {} : { pid_start: pidStart }),
    home,
    binary: place.binary,
    backup: place.backup,
  };
  files.writeFileAtomic(place.journal, `${JSON.stringify(journal, null, 2)}\n`);
}

/** The journal that is there; `damaged` where it says nothing that could be used. */
export function readJournal(place: Place, machine: Machine): Journal | "damaged" | undefined {
  const text = machine.runtime.files.readStart(place.journal, journalBytesMax);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Journal, unknown>> | null;
    const { version, operation, started_at, pid, pid_start, home } = value ?? {};
    const isKnown = version === 1 && typeof started_at === "string" && typeof home === "string" &&
      typeof pid === "number" && ["string", "undefined"].includes(typeof pid_start) &&
      ["on", "off", "restore"].includes(String(operation));
    return isKnown ? value as Journal : "damaged";
  } catch {
    return "damaged";
  }
}
