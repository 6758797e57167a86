/**
 * The way back: the installed `planloop` in its place, the home's files as before. It looks at what
 * is there and does what is still missing, so it may be begun again after a kill at any point.
 *
 * @module
 */

import { join } from "node:path";
import { type Binary, inspectBinary, isSameFile, stableFileOf } from "./binary.ts";
import { readJournal } from "./journal.ts";
import type { Machine } from "./machine.ts";
import { draftName, type Place } from "./place.ts";
import { endDevMode, readDevMode } from "./state_files.ts";

/** Names that a killed run leaves in the home. */
const homeDraftName = /^\.dev_mode(\.json)?\.[0-9a-f]{12}\.tmp$/;

/** Age from which the drafts of claims belong to dead processes, in milliseconds. */
const claimDraftAgeMs = 60_000;

/**
 * Brings the installed `planloop` back, and ends dev mode in the home. Only who has the claim on the
 * place may call it.
 *
 * @param home The home in use; those that launcher and journal name are looked after as well.
 * @returns What the user should know.
 * @throws {Error} Where the installed one cannot be brought back, and what to do.
 */
export function putBack(place: Place, home: string, machine: Machine): string[] {
  const { files } = machine.runtime;
  const found = inspectBinary(place.binary, machine);
  const journal = readJournal(place, machine);
  const homes = new Set([home]);
  if (found.kind === "launcher") homes.add(found.launcher.home);
  if (journal !== undefined && journal !== "damaged") homes.add(journal.home);
  const notes = [
    ...putBinaryBack(place, found, machine),
    ...[...homes].flatMap((one) => endIn(one, place, machine)),
  ];
  removeDrafts(place.folder, draftName, machine);
  removeOldClaims(place, machine);
  // Last: while it is there, everybody knows that something is left to do.
  files.remove(place.journal);
  return notes;
}

function putBinaryBack(place: Place, found: Binary, machine: Machine): string[] {
  const { files } = machine.runtime;
  const { binary, backup } = place;
  const hasBackup = files.lstat(backup) !== undefined;
  if (found.kind === "launcher" || found.kind === "missing") {
    if (hasBackup) files.rename(backup, binary);
    else if (found.kind === "launcher") makeLinkAgain(place, found, machine);
    else return [`There is no ${binary}, and no backup of it: install planloop again.`];
    return checked(binary, machine);
  }
  if (!hasBackup) return [];
  if (isSameFile(stableFileOf(binary, machine), stableFileOf(backup, machine))) {
    files.remove(backup);
    return [];
  }
  return [
    `${binary} is not the launcher of dev mode, but something newer: it stays. The older one is ` +
    `still at ${backup}: remove it if you do not need it.`,
  ];
}

/** A link can be made from what the launcher knows, also where somebody has removed the backup. */
function makeLinkAgain(
  { binary, backup, backupDraft }: Place,
  { launcher }: Extract<Binary, { kind: "launcher" }>,
  machine: Machine,
): void {
  const { stable } = launcher;
  if (stable.kind !== "link") {
    throw new Error(
      `Cannot bring the installed planloop back: its backup ${backup} is gone; remove ${binary} ` +
        "and install planloop again (npm install -g planloop)",
    );
  }
  machine.runtime.files.remove(backupDraft);
  machine.links.create(stable.target, backupDraft);
  machine.runtime.files.rename(backupDraft, binary);
}

/** What is in place now may have been uninstalled meanwhile. */
function checked(binary: string, machine: Machine): string[] {
  const now = inspectBinary(binary, machine);
  if (now.kind !== "unknown") return [];
  return [
    `${binary} is as it was before dev mode, but it is ${now.what}. Install planloop again ` +
    "(npm install -g planloop).",
  ];
}

/** Ends dev mode in a home, unless it is on there for another `planloop`. */
function endIn(home: string, place: Place, machine: Machine): string[] {
  const state = readDevMode(home, machine);
  if (state.kind === "damaged") {
    return [`${state.path} is left as it is, since ${state.reason}: mend or remove it.`];
  }
  if (state.kind === "absent") {
    removeDrafts(home, homeDraftName, machine);
    return [];
  }
  const of = state.value.binary_path;
  if (of !== null && of !== undefined && of !== place.binary) return [];
  endDevMode(home, machine);
  removeDrafts(home, homeDraftName, machine);
  return [];
}

/** What processes leave that die while they ask for their turn; the living are done in a moment. */
function removeOldClaims({ folder, claimName }: Place, machine: Machine): void {
  const { files, clock } = machine.runtime;
  for (const name of files.listNames(folder)) {
    if (!name.startsWith(`${claimName}.`)) continue;
    const there = files.lstat(join(folder, name));
    if (there && clock.now() - there.modified > claimDraftAgeMs) files.remove(join(folder, name));
  }
}

function removeDrafts(folder: string, name: RegExp, machine: Machine): void {
  const { files } = machine.runtime;
  if (!files.exists(folder)) return;
  for (const one of files.listNames(folder)) if (name.test(one)) files.remove(join(folder, one));
}
