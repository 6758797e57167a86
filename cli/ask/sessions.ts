/**
 * The sessions that a question is put to.
 *
 * @module
 */

import type { Command } from "commander";
import type { Problem } from "../../lib/format/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { addHomeOption, findSession, homeOf, type HomeOptions, sayProblems } from "../home.ts";
import type { Io } from "../io.ts";
import { filled } from "../option_value.ts";

/** Options of every command that asks sessions. */
export interface SessionOptions extends HomeOptions {
  session?: string;
}

/**
 * Adds `--session` and `--home`.
 *
 * @param others When sessions other than the current one are asked: where there is none, or after
 * it, for commands that look for an id.
 */
export function addSessionOptions(command: Command, others: "else" | "then" = "else"): Command {
  return addHomeOption(
    command.option(
      "--session <id>",
      `an id, the start of one, or a session folder (default: the current session, ${others} all)`,
      filled,
    ),
  );
}

/**
 * The sessions to list from: the named one, else the current one, else all, oldest first.
 *
 * @throws {Error} What `Home.findSession` throws, also where there are none.
 */
export function chosenSessions(options: SessionOptions, io: Io): StoredSession[] {
  const home = homeOf(options, io);
  if (options.session !== undefined) return [findSession(home, options.session, io)];
  if (home.currentSession() !== null) return [home.findSession()];
  const sessions = home.sessions();
  return sessions.length > 0 ? sessions.reverse() : [home.findSession()];
}

/**
 * The sessions to look for an id in: only the named one, else the current one and then all others,
 * newest first.
 */
export function searchedSessions(options: SessionOptions, io: Io): StoredSession[] {
  const home = homeOf(options, io);
  if (options.session !== undefined) return [findSession(home, options.session, io)];
  const sessions = home.sessions();
  if (sessions.length === 0) return [home.findSession()];
  const current = home.currentSession();
  return [
    ...sessions.filter(({ id }) => id === current),
    ...sessions.filter(({ id }) => id !== current),
  ];
}

/** Says on stderr what of the sessions is damaged, as far as it was met. */
export function sayProblemsOf(sessions: readonly StoredSession[], io: Io): void {
  const several = sessions.length > 1;
  const problems = sessions.flatMap(({ id, problems }): readonly Problem[] => {
    if (!several) return problems;
    // Beside those of other sessions, a file needs its session's name in front.
    return problems.map((problem) => ({ ...problem, file: `sessions/${id}/${problem.file}` }));
  });
  sayProblems(problems, io);
}
