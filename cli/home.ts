/**
 * The home that a command looks into.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Command } from "commander";
import {
  type Home,
  openHome,
  resolveHome,
  SessionNotFoundError,
  type StoredSession,
} from "../lib/store/mod.ts";
import type { Problem } from "../lib/format/mod.ts";
import type { Io } from "./io.ts";
import { filled } from "./option_value.ts";
import { printable } from "./text.ts";
import { count } from "./units.ts";

/** Options of every command that reads a home. */
export interface HomeOptions {
  home?: string;
}

/** Adds `--home`. */
export function addHomeOption(command: Command): Command {
  return command.option(
    "--home <folder>",
    "the home to read (default: PLANLOOP_HOME, else ~/.planloop)",
    filled,
  );
}

/** Opens the home that the options and the environment name. */
export function homeOf(options: HomeOptions, io: Io): Home {
  return openHome(resolveHome(options.home, io.env));
}

/** Whether the home is the one that is there for everybody, which need not exist yet. */
export function isDefaultHome(options: HomeOptions, io: Io): boolean {
  return options.home === undefined && !io.env["PLANLOOP_HOME"];
}

/**
 * Finds the session that a command line names.
 *
 * @param wanted An id, the start of one, or else the path of a session folder, from the working
 * directory. Default: the current session.
 * @throws {Error} What `Home.findSession` throws.
 */
export function findSession(home: Home, wanted: string | undefined, io: Io): StoredSession {
  try {
    return home.findSession(wanted);
  } catch (error) {
    if (wanted === undefined || !(error instanceof SessionNotFoundError)) throw error;
    try {
      return home.findSession(resolve(io.cwd, wanted));
    } catch (folderError) {
      // What has a separator was meant as a path; of anything else the id is what is wrong.
      throw /[\\/]/.test(wanted) ? folderError : error;
    }
  }
}

/** Most problems that are spelled out on a terminal; the others are counted. */
const problemsShownMax = 5;

/** Says on stderr how much of the data is damaged or doubtful, with the first few cases. */
export function sayProblems(problems: readonly Problem[], io: Io): void {
  if (problems.length === 0) return;
  const total = problems.reduce((sum, problem) => sum + (problem.count ?? 1), 0);
  io.stderr.write(`${count(total, "data problem")}:\n`);
  for (const problem of problems.slice(0, problemsShownMax)) {
    const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
    io.stderr.write(`  ${printable(place)}: ${printable(problem.reason)}\n`);
  }
  const hidden = problems.length - problemsShownMax;
  if (hidden > 0) io.stderr.write(`  … and ${hidden} more\n`);
}
