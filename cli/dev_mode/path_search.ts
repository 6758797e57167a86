/**
 * Which `planloop` a shell would run.
 *
 * @module
 */

import { delimiter, isAbsolute, join, resolve } from "node:path";
import { inspectBinary, isProjectFolder } from "./binary.ts";
import type { Machine } from "./machine.ts";
import { placeOf, programName } from "./place.ts";
import { readDevMode } from "./state_files.ts";

/** The first `planloop` on the PATH that can be run, as a shell finds it. */
export function findOnPath(machine: Machine): string | undefined {
  return searchFolders(machine)
    .map((folder) => join(folder, programName))
    .find((path) => machine.links.isRunnable(resolve(machine.cwd, path)));
}

/** The PATH's folders as they were written; an empty one is the working directory. */
function searchFolders({ env }: Machine): string[] {
  const path = env["PATH"];
  return path === undefined ? [] : path.split(delimiter);
}

/**
 * The `planloop` that is to be switched to the working copy.
 *
 * @throws {Error} Why there is none, or it must not be touched.
 */
export function findForSwitch(machine: Machine): string {
  const path = findOnPath(machine);
  if (path === undefined) {
    throw new Error(
      "Cannot switch: there is no planloop on the PATH; install it first (npm install -g planloop)",
    );
  }
  const folder = path.slice(0, -programName.length - 1);
  if (!isAbsolute(folder)) {
    throw new Error(
      `Cannot switch: the PATH leads to ${path} by a folder that depends on the working directory ` +
        `(${JSON.stringify(folder)}); take that out of the PATH`,
    );
  }
  if (isProjectFolder(folder)) {
    throw new Error(
      `Cannot switch: the first planloop on the PATH is ${path}, which belongs to that project's ` +
        "dependencies; run planloop itself, not with npx or from a package's script",
    );
  }
  return path;
}

/**
 * The `planloop` that was switched, or is about to be: where the one on the PATH is a launcher, where
 * the home's state says, or where a switch has left its traces.
 */
export function findSwitched(home: string, machine: Machine): string | undefined {
  const first = findOnPath(machine);
  if (first !== undefined) {
    const found = inspectBinary(first, machine);
    if (found.kind === "launcher") return found.launcher.binary;
  }
  const state = readDevMode(home, machine);
  if (state.kind === "file" && state.value.mode === "dev" && state.value.binary_path) {
    return state.value.binary_path;
  }
  const { files } = machine.runtime;
  const left = searchFolders(machine).filter(isAbsolute)
    .map((folder) => placeOf(join(folder, programName)))
    .find(({ journal, backup }) => files.exists(journal) || files.lstat(backup) !== undefined);
  return left?.binary ?? first;
}
