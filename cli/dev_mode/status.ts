/**
 * Which `planloop` runs, what is recorded, and what is not as it should be.
 *
 * @module
 */

import { resolve } from "node:path";
import { readSwitches } from "../../lib/record/switches.ts";
import { isRunning } from "../../lib/runtime/mod.ts";
import { type Binary, inspectBinary } from "./binary.ts";
import { countChanges, headOf } from "./checkout.ts";
import { readJournal } from "./journal.ts";
import type { Machine } from "./machine.ts";
import { findOnPath, findSwitched } from "./path_search.ts";
import { type Place, placeOf } from "./place.ts";
import { type DevModeState, readDevMode } from "./state_files.ts";

/** `planloop dev status --json`, key by key. Paths are absolute. */
export interface DevStatus {
  /** `dev` where the `planloop` on the PATH runs a working copy's source. */
  mode: "dev" | "stable";
  /** When dev mode began; null while it is off. */
  enabled_at: string | null;
  /** The working copy; null while dev mode is off. */
  repo_path: string | null;
  /** Its commit when dev mode began. */
  git_commit: string | null;
  /** Where the installed `planloop` is kept meanwhile; null where there is no backup. */
  backup_path: string | null;
  /** What is recorded in this home, by programs with this environment. */
  features: { llm_recording: boolean; tracing: boolean; profiling: boolean };
  /** What decides that. */
  features_by: { llm_recording: string; recording: string };
  /** The tag on that commit. */
  git_tag: string | null;
  /** The working copy's commit now. */
  git_commit_now: string | null;
  /** How many files differ from that; null where Git does not say. */
  files_changed: number | null;
  /** The `planloop` on the PATH; null where there is none. */
  planloop_path: string | null;
  /** `npm`, `npm link`, `pnpm`, `deno`, `launcher`, `unknown` or `missing`. */
  planloop_kind: string;
  /** The program behind it. */
  planloop_target: string | null;
  /** The home whose files were read. */
  home: string;
  /** A switch that has begun and not ended: it is under way, or was interrupted. */
  unfinished: { operation: string; started_at: string; pid: number; is_running: boolean } | null;
  /** What is not as it should be, with what to do; empty where all is well. */
  problems: string[];
}

/** Looks at everything; changes nothing. */
export async function devStatus(home: string, machine: Machine): Promise<DevStatus> {
  const first = findOnPath(machine);
  const path = first === undefined ? undefined : resolve(machine.cwd, first);
  const found: Binary = path === undefined ? { kind: "missing" } : inspectBinary(path, machine);
  const launcher = found.kind === "launcher" ? found.launcher : undefined;
  const stateHome = launcher?.home ?? home;
  const state = readDevMode(stateHome, machine);
  const value = launcher && state.kind === "file" && state.value.mode === "dev"
    ? state.value
    : undefined;
  const repo = launcher?.repo ?? null;
  const switched = findSwitched(home, machine);
  const place = switched === undefined ? undefined : placeOf(switched);
  const hasRepo = repo !== null && machine.runtime.files.exists(repo);
  const unfinished = place === undefined ? null : unfinishedSwitch(place, machine);
  const hasBackup = place !== undefined &&
    machine.runtime.files.lstat(place.backup) !== undefined;
  return {
    mode: launcher ? "dev" : "stable",
    enabled_at: value?.enabled_at ?? null,
    repo_path: repo,
    git_commit: value?.git_commit ?? null,
    backup_path: hasBackup ? place.backup : null,
    features: featuresOf(home, machine),
    features_by: decidedBy(home, machine),
    git_tag: value?.git_tag ?? null,
    git_commit_now: hasRepo ? await headOf(repo, machine) ?? null : null,
    files_changed: hasRepo ? await countChanges(repo, machine) ?? null : null,
    planloop_path: path ?? null,
    planloop_kind: found.kind === "installed" ? found.installer : found.kind,
    planloop_target: found.kind === "installed" ? found.target : repo,
    home,
    unfinished,
    problems: problemsOf({ home, found, state, place, unfinished, hasRepo, hasBackup }, machine),
  };
}

function unfinishedSwitch(place: Place, machine: Machine): DevStatus["unfinished"] {
  const journal = readJournal(place, machine);
  if (journal === undefined) return null;
  if (journal === "damaged") {
    return { operation: "unknown", started_at: "", pid: 0, is_running: false };
  }
  const { operation, started_at, pid, pid_start: start } = journal;
  return { operation, started_at, pid, is_running: isRunning(machine.runtime.process, pid, start) };
}

function featuresOf(home: string, machine: Machine): DevStatus["features"] {
  const { recording, recordsLlm } = readSwitches(machine.runtime, home, {});
  return { llm_recording: recordsLlm, tracing: recording, profiling: recording };
}

/** Which of the recording switches wins, as `readSwitches` orders them. */
function decidedBy(home: string, machine: Machine): DevStatus["features_by"] {
  const env = machine.runtime.process.env();
  const { recording } = readSwitches(machine.runtime, home, {});
  if (!recording) {
    const why = `PLANLOOP_NO_RECORDING=${env["PLANLOOP_NO_RECORDING"]} in the environment`;
    return { llm_recording: why, recording: why };
  }
  const said = env["PLANLOOP_RECORD_LLM"];
  const isSwitch = /^\s*(1|0|true|false|yes|no|on|off)\s*$/i.test(said ?? "");
  if (isSwitch) {
    return {
      llm_recording: `PLANLOOP_RECORD_LLM=${said} in the environment`,
      recording: "default",
    };
  }
  const state = readDevMode(home, machine);
  const isInFile = state.kind === "file" &&
    typeof state.value.features.llm_recording === "boolean";
  return {
    llm_recording: isInFile ? "features in .dev_mode.json" : "default",
    recording: "default",
  };
}

interface Evidence {
  home: string;
  found: Binary;
  state: DevModeState;
  place: Place | undefined;
  unfinished: DevStatus["unfinished"];
  hasRepo: boolean;
  hasBackup: boolean;
}

function problemsOf(evidence: Evidence, machine: Machine): string[] {
  const { home, found, state, place, unfinished, hasRepo, hasBackup } = evidence;
  if (unfinished?.is_running) {
    return [`\`dev ${unfinished.operation}\` is under way (process ${unfinished.pid}).`];
  }
  const problems: string[] = [];
  const wayBack = "Run planloop dev restore.";
  if (unfinished) {
    problems.push(`\`dev ${unfinished.operation}\` was interrupted half-way. ${wayBack}`);
  }
  if (state.kind === "damaged") {
    problems.push(`${state.path} cannot be read, since ${state.reason}. Mend or remove it.`);
  }
  if (found.kind === "missing") problems.push("There is no planloop on the PATH.");
  if (found.kind === "unknown") problems.push(`The planloop on the PATH is ${found.what}.`);
  if (found.kind === "launcher") {
    const { launcher } = found;
    if (!hasRepo) problems.push(`The working copy ${launcher.repo} is gone. ${wayBack}`);
    if (!hasBackup) problems.push(`The backup ${launcher.backup} is gone. ${wayBack}`);
    if (launcher.home !== home) {
      problems.push(
        `Dev mode was switched on for the home ${launcher.home}: its recording switches do not ` +
          `apply to ${home}.`,
      );
    }
    if (state.kind === "absent" || state.kind === "file" && state.value.mode !== "dev") {
      problems.push(`The home ${launcher.home} does not say that dev mode is on. ${wayBack}`);
    }
    return problems;
  }
  if (state.kind === "file" && state.value.mode === "dev") {
    const other = state.value.binary_path ?? "another planloop";
    problems.push(
      other === findOnPath(machine)
        ? `${other} was replaced since dev mode was switched on. Run planloop dev off.`
        : `Dev mode is on for ${other}, which is not the first planloop on the PATH.`,
    );
  } else if (hasBackup && !unfinished) {
    problems.push(`There is a backup though dev mode is off: ${place!.backup}. ${wayBack}`);
  }
  return problems;
}
