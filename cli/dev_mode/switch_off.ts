/**
 * `dev off` and `dev restore`: the installed `planloop` in its place again. The one refuses what is
 * not as it should be, the other brings it back all the same.
 *
 * @module
 */

import { inspectBinary, isSameFile, stableFileOf } from "./binary.ts";
import { checkEnded, checkPlatform, exclusively } from "./exclusive.ts";
import { writeJournal } from "./journal.ts";
import type { Machine } from "./machine.ts";
import { findSwitched } from "./path_search.ts";
import { draftName, type Place, placeOf } from "./place.ts";
import { putBack } from "./put_back.ts";
import { readDevMode } from "./state_files.ts";
import type { SwitchResult } from "./switch_on.ts";

/** What is to be switched back. */
export interface SwitchBackRequest {
  /** The home, absolute. */
  readonly home: string;
  /** Whether to bring the installed one back also where something is not as it was left. */
  readonly isForced: boolean;
  readonly signal: AbortSignal;
}

/**
 * Brings the installed `planloop` back.
 *
 * @throws {Error} Why not.
 */
export async function switchBack(
  { home, isForced, signal }: SwitchBackRequest,
  machine: Machine,
): Promise<SwitchResult> {
  checkPlatform(machine);
  const binary = findSwitched(home, machine) ?? null;
  if (binary === null) return { changed: false, notes: [], binary };
  const place = placeOf(binary);
  const isLitter = isForced && hasLitter(place, isLeft(place), machine);
  if (!isOn(place, home, machine) && !isLitter) return { changed: false, notes: [], binary };
  signal.throwIfAborted();
  return await exclusively(place, machine, () => {
    // Somebody else may have brought it back until now. The claim in the folder is our own.
    if (!isOn(place, home, machine) && !(isForced && hasLitter(place, isDraft, machine))) {
      return { changed: false, notes: [], binary };
    }
    if (!isForced) checkAsLeft(place, machine);
    const found = inspectBinary(binary, machine);
    const stateHome = found.kind === "launcher" ? found.launcher.home : home;
    writeJournal(place, isForced ? "restore" : "off", stateHome, machine);
    return { changed: true, notes: putBack(place, home, machine), binary };
  });
}

const isDraft = (name: string): boolean => draftName.test(name);

/** Whether a name is a draft or the claim, which also a killed process leaves. */
function isLeft({ claimName }: Place): (name: string) => boolean {
  return (name) => name === claimName || isDraft(name);
}

/** Whether a process was killed before it changed anything, or after it had undone it. */
function hasLitter(
  { folder }: Place,
  isLitter: (name: string) => boolean,
  { runtime: { files } }: Machine,
): boolean {
  return files.exists(folder) && files.listNames(folder).some(isLitter);
}

/** Whether there is anything of dev mode, be it on or half-way. */
function isOn(place: Place, home: string, machine: Machine): boolean {
  const { files } = machine.runtime;
  if (files.exists(place.journal) || files.lstat(place.backup) !== undefined) return true;
  if (inspectBinary(place.binary, machine).kind === "launcher") return true;
  const state = readDevMode(home, machine);
  return state.kind === "file" && state.value.mode === "dev";
}

/** Refuses what `dev on` did not leave so. */
function checkAsLeft(place: Place, machine: Machine): void {
  checkEnded(place, machine);
  const { binary, backup } = place;
  const found = inspectBinary(binary, machine);
  // Installed anew meanwhile: npm replaces the launcher.
  if (found.kind === "installed") return;
  const refuse = (reason: string) =>
    new Error(`Cannot switch ${binary} back: ${reason}; run planloop dev restore`);
  if (found.kind !== "launcher") {
    throw refuse("it is not the launcher of dev mode, though something of that is left");
  }
  if (machine.runtime.files.lstat(backup) === undefined) {
    throw refuse(`the backup ${backup} is gone`);
  }
  if (!isSameFile(stableFileOf(backup, machine), found.launcher.stable)) {
    throw refuse(`the backup ${backup} is not what was put there`);
  }
}
