/**
 * `dev on`: the launcher of a working copy in the place of the installed `planloop`.
 *
 * @module
 */

import type { DevModeFeatures } from "../../lib/format/mod.ts";
import { type Binary, inspectBinary, stableFileOf } from "./binary.ts";
import { type Checkout, findCheckout, firstLine, tagStart } from "./checkout.ts";
import { checkEnded, checkPlatform, exclusively } from "./exclusive.ts";
import { writeJournal } from "./journal.ts";
import { fitsLauncher, type Launcher, launcherText } from "./launcher.ts";
import type { Machine } from "./machine.ts";
import { findForSwitch } from "./path_search.ts";
import { type Place, placeOf } from "./place.ts";
import { putBack } from "./put_back.ts";
import { readDevMode, writeDevMode } from "./state_files.ts";

/** What is to be switched on. */
export interface SwitchOnRequest {
  /** The home, absolute. */
  readonly home: string;
  /** The working copy's folder. Default: the checkout that the working directory is in. */
  readonly repo?: string | undefined;
  /** Whether model calls are recorded in this home from now on. Default: as before. */
  readonly recordLlm?: boolean;
  /** Stops the switch, and undoes what it has done. */
  readonly signal: AbortSignal;
}

/** What a switch did. */
export interface SwitchResult {
  /** Whether anything is different now. */
  readonly changed: boolean;
  /** What the user should know, each a sentence. */
  readonly notes: readonly string[];
  /** The `planloop` that was, or would have been switched; null where there is none. */
  readonly binary: string | null;
}

/**
 * Switches the `planloop` on the PATH to a working copy.
 *
 * @throws {Error} Why not; then everything is as before.
 */
export async function switchOn(request: SwitchOnRequest, machine: Machine): Promise<SwitchResult> {
  checkPlatform(machine);
  const checkout = await findCheckout(request.repo, machine);
  const first = findForSwitch(machine);
  const found = inspectBinary(first, machine);
  const place = placeOf(found.kind === "launcher" ? found.launcher.binary : first);
  request.signal.throwIfAborted();
  return await exclusively(place, machine, async () => {
    checkEnded(place, machine);
    // Somebody else may have switched it until now.
    const binary = inspectBinary(place.binary, machine);
    if (binary.kind === "launcher") return stayOn(binary.launcher, checkout, request, machine);
    const runtime = checkInstalled(binary, place, machine);
    const before = featuresBefore(request.home, place, machine);
    machine.runtime.files.createDirectory(request.home);
    writeJournal(place, "on", request.home, machine);
    try {
      await replace({ place, checkout, runtime, before, request }, machine);
    } catch (error) {
      undo(place, request.home, error, machine);
    }
    return { changed: true, notes: changesNote(checkout), binary: place.binary };
  });
}

interface Replacement {
  place: Place;
  checkout: Checkout;
  runtime: Launcher["runtime"];
  before: DevModeFeatures | null;
  request: SwitchOnRequest;
}

/** The steps, each of them whole at once. The last one is what takes effect. */
async function replace(what: Replacement, machine: Machine): Promise<void> {
  const { place, checkout, runtime, request: { home, signal } } = what;
  const { files } = machine.runtime;
  const stable = stableFileOf(place.binary, machine);
  const { code } = await machine.run(place.binary, ["dev", "restore", "--help"]);
  signal.throwIfAborted();
  const launcher: Launcher = {
    repo: checkout.path,
    home,
    binary: place.binary,
    backup: place.backup,
    runtime,
    stable,
    stableRestores: code === 0,
  };
  files.writeFileAtomic(place.launcherDraft, launcherText(launcher));
  machine.links.makeRunnable(place.launcherDraft);
  await tryLauncher(place.launcherDraft, checkout, machine, signal);
  if (stable.kind === "link") machine.links.create(stable.target, place.backup);
  else {
    machine.links.copy(place.binary, place.backupDraft);
    files.rename(place.backupDraft, place.backup);
  }
  const tag = await tagStart(checkout, machine);
  signal.throwIfAborted();
  writeState(what, tag, machine);
  files.rename(place.launcherDraft, place.binary);
  files.remove(place.journal);
}

function writeState(what: Replacement, tag: string, machine: Machine): void {
  const { place, checkout, before, request } = what;
  writeDevMode(request.home, {
    mode: "dev",
    enabled_at: new Date(machine.runtime.clock.nowWhole()).toISOString(),
    disabled_at: null,
    repo_path: checkout.path,
    git_commit: checkout.commit,
    git_tag: tag,
    binary_path: place.binary,
    backup_path: place.backup,
    features: featuresNow(before ?? {}, request.recordLlm),
    previous_features: before,
  }, machine);
}

function featuresNow(before: DevModeFeatures, recordLlm: boolean | undefined): DevModeFeatures {
  const llm_recording = recordLlm ? true : before.llm_recording ?? false;
  return { ...before, llm_recording, tracing: true, profiling: true };
}

/** Everything that can be wrong with a working copy's code shows when it is run. */
async function tryLauncher(
  path: string,
  checkout: Checkout,
  machine: Machine,
  signal: AbortSignal,
): Promise<void> {
  const { code, stdout, stderr } = await machine.run(path, ["--version"]);
  signal.throwIfAborted();
  if (code === 0 && /^\d+\.\d+\.\d+/.test(stdout)) return;
  const ending = code === null ? "it did not end in time" : `exit code ${code}`;
  throw new Error(
    `Cannot switch to ${checkout.path}: its planloop does not run (${ending}). It says: ` +
      firstLine(stderr || stdout),
  );
}

function undo(place: Place, home: string, error: unknown, machine: Machine): never {
  try {
    putBack(place, home, machine);
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    throw new Error(
      `Cannot undo a switch that failed (${reason}); run planloop dev restore`,
      { cause: error },
    );
  }
  throw error;
}

/** What the installed one runs on; refuses what is not known, and what was left by others. */
function checkInstalled(binary: Binary, place: Place, machine: Machine): Launcher["runtime"] {
  const path = place.binary;
  if (binary.kind !== "installed") {
    const what = binary.kind === "unknown" ? binary.what : "gone";
    throw new Error(
      `Cannot switch ${path}: it is ${what}, and only a planloop that npm, pnpm or Deno has ` +
        "installed is replaced; install it (npm install -g planloop), first on the PATH",
    );
  }
  if (machine.runtime.files.lstat(place.backup)) {
    throw new Error(
      `Cannot switch ${path}: there is a backup already, ${place.backup}, and it would be lost; ` +
        "run planloop dev restore, or move it away",
    );
  }
  const unfit = [place.binary, place.backup].find((one) => !fitsLauncher(one));
  if (unfit !== undefined) {
    throw new Error(
      `Cannot switch ${JSON.stringify(unfit)}: expected a path without control characters`,
    );
  }
  return binary.runtime;
}

/** The features that come back after dev mode; null where the home has no file. */
function featuresBefore(home: string, place: Place, machine: Machine): DevModeFeatures | null {
  const state = readDevMode(home, machine);
  if (state.kind === "damaged") {
    throw new Error(
      `Cannot switch: ${state.path} cannot be kept, since ${state.reason}; mend or remove it`,
    );
  }
  if (state.kind === "absent") return null;
  if (state.value.mode === "dev") {
    throw new Error(
      `Cannot switch ${place.binary}: the home ${home} says that dev mode is on for ` +
        `${
          state.value.binary_path ?? "another planloop"
        }, which it is not here; run planloop dev ` +
        "restore",
    );
  }
  return state.value.features;
}

/** It is on: for this working copy only what is recorded may change. */
function stayOn(
  launcher: Launcher,
  checkout: Checkout,
  { recordLlm }: SwitchOnRequest,
  machine: Machine,
): SwitchResult {
  if (launcher.repo !== checkout.path) {
    throw new Error(
      `Cannot switch ${launcher.binary} to ${checkout.path}: it runs ${launcher.repo}; run ` +
        "planloop dev off first",
    );
  }
  const state = readDevMode(launcher.home, machine);
  const notes = changesNote(checkout);
  const records = state.kind === "file" && state.value.features.llm_recording === true;
  if (!recordLlm || records || state.kind !== "file") {
    return { changed: false, notes, binary: launcher.binary };
  }
  const features = { ...state.value.features, llm_recording: true };
  writeDevMode(launcher.home, { ...state.value, features }, machine);
  return { changed: true, notes, binary: launcher.binary };
}

function changesNote({ filesChanged, commit }: Checkout): string[] {
  if (filesChanged === 0) return [];
  const files = filesChanged === 1 ? "1 file differs" : `${filesChanged} files differ`;
  return [`${files} from commit ${commit.slice(0, 12)}: the tag does not hold those changes.`];
}
