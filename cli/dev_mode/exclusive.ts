/**
 * One switch at a time, on a system where it can be done at all.
 *
 * @module
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Claim } from "../../lib/lock/mod.ts";
import { type Journal, readJournal } from "./journal.ts";
import type { Machine } from "./machine.ts";
import type { Place } from "./place.ts";

/** Longest claim that is read, in bytes. */
const claimBytesMax = 4096;

/** How often a claim without a name is tried, and how long apart, in milliseconds. */
const attemptsMax = 10;
const attemptEvery_ms = 20;

/**
 * Does something while nobody else switches the same `planloop`. A claim that a killed process left
 * does not count.
 *
 * @throws {Error} Where somebody else does, or the folder may not be written to.
 */
export async function exclusively<T>(
  place: Place,
  machine: Machine,
  action: () => T | Promise<T>,
): Promise<T> {
  if (!machine.links.isWritable(place.folder)) {
    throw new Error(
      `Cannot switch ${place.binary}: you may not write to ${place.folder}; install planloop in a ` +
        "folder of your own (npm install -g --prefix ~/.local planloop, with ~/.local/bin first in " +
        "the PATH)",
    );
  }
  const claim = new Claim(place.folder, place.claimName, "dev mode", machine.runtime);
  const path = join(place.folder, place.claimName);
  for (let attempt = 1; !claim.enter(); attempt++) {
    // A claim that nobody can be read from is being written, or was given back just now.
    const holder = holderOf(path, machine);
    if (holder !== undefined || attempt === attemptsMax) {
      throw new Error(
        `Cannot switch ${place.binary}: ${
          holder ?? "another process"
        } is switching it; wait until ` +
          `that has ended. If it has, remove ${path}`,
      );
    }
    await sleep(attemptEvery_ms);
  }
  try {
    return await action();
  } finally {
    claim.leave();
  }
}

/** Whose a claim is, in words; undefined where it does not say so, or is gone. */
function holderOf(path: string, machine: Machine): string | undefined {
  try {
    const text = machine.runtime.files.readStart(path, claimBytesMax) ?? "";
    const { pid, host } = JSON.parse(text) as { pid?: unknown; host?: unknown };
    if (typeof pid !== "number") return undefined;
    const isHere = host === machine.runtime.process.hostname;
    return `process ${pid}${isHere || typeof host !== "string" ? "" : ` on ${host}`}`;
  } catch {
    return undefined;
  }
}

/** The system must have shells and links. */
export function checkPlatform(machine: Machine): void {
  if (machine.platform !== "win32") return;
  throw new Error(
    "Cannot switch on Windows: dev mode needs links and a shell, which Linux and macOS have; run " +
      "the working copy itself (node scripts/run_source.mjs)",
  );
}

/** A switch that was begun and has not ended, in words; undefined where there is none. */
export function interruptedSwitch(place: Place, machine: Machine): string | undefined {
  const journal = readJournal(place, machine);
  if (journal === undefined) return undefined;
  return journal === "damaged" ? "a switch" : describe(journal);
}

function describe({ operation, started_at, pid }: Journal): string {
  return `\`dev ${operation}\` of ${started_at} (process ${pid})`;
}

/**
 * Refuses to go on after a switch that has not ended.
 *
 * @throws {Error} Where there is one.
 */
export function checkEnded(place: Place, machine: Machine): void {
  const begun = interruptedSwitch(place, machine);
  if (begun === undefined) return;
  throw new Error(
    `Cannot switch ${place.binary}: ${begun} was interrupted half-way; run planloop dev restore`,
  );
}
