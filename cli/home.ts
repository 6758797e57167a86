/**
 * The home that a command looks into.
 *
 * @module
 */

import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  type Home,
  openHome,
  resolveHome,
  SessionNotFoundError,
  type StoredSession,
} from "../lib/store/mod.ts";
import type { Problem } from "../lib/format/mod.ts";
import { UsageError } from "./failure.ts";
import { type Io, say } from "./io.ts";
import { machineOf } from "./machine.ts";
import { filled } from "./option_value.ts";
import { printable } from "./text.ts";
import { count } from "./units.ts";

/** Options of every command that reads a home. */
export interface HomeOptions {
  home?: string;
}

const homeOptions = new WeakSet<Option>();

/**
 * Adds `--home`.
 *
 * @param what What the command does with it.
 */
export function addHomeOption(command: Command, what = "the home to read"): Command {
  const option = new Option(
    "--home <folder>",
    `${what} (default: PLANLOOP_HOME, else the project's settings, else ~/.planloop)`,
  ).argParser(filled);
  homeOptions.add(option);
  return command.addOption(option);
}

/** Whether an option names the home that is read, rather than one that is made. */
export function isHomeOption(option: Option): boolean {
  return homeOptions.has(option);
}

/** Opens the home that the options and the environment name. */
export function homeOf(options: HomeOptions, io: Io): Home {
  const machine = machineOf(io);
  return openHome(resolveHome(options.home, io.env, machine), machine);
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

/**
 * Finds the session of a home that a command line names by its id or the start of it, not by a folder.
 *
 * @throws {UsageError} If it names a folder, which may be anywhere.
 * @throws {Error} What `Home.findSession` throws.
 */
export function findOwnSession(home: Home, wanted: string): StoredSession {
  if (!/[\\/]/.test(wanted) && !/^\.{1,2}$/.test(wanted)) return home.findSession(wanted);
  throw new UsageError(
    `Cannot take the folder ${
      JSON.stringify(wanted)
    }: expected the id of a session in ${home.path}, ` +
      "or the start of one.",
  );
}

/** Most problems that are spelled out on a terminal; the others are counted. */
const problemsShownMax = 5;

/** Says on stderr how much of the data is damaged or doubtful, with the first few cases. */
export function sayProblems(problems: readonly Problem[], io: Io): void {
  if (problems.length === 0) return;
  const total = problems.reduce((sum, problem) => sum + (problem.count ?? 1), 0);
  say(io, `${count(total, "data problem")}:`);
  for (const problem of problems.slice(0, problemsShownMax)) {
    const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
    say(io, `  ${printable(place)}: ${printable(problem.reason)}`);
  }
  const hidden = problems.length - problemsShownMax;
  if (hidden > 0) say(io, `  … and ${hidden} more`);
}
