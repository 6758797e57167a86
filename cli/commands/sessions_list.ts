/**
 * `planloop sessions list`
 *
 * @module
 */

import type { Command } from "commander";
import type { Problem } from "../../lib/format/mod.ts";
import type { Home, SessionSummary } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions, isDefaultHome, sayProblems } from "../home.ts";
import { type Io, say } from "../io.ts";
import { sessionJson, sessionKeys, statusOf } from "../../lib/query/mod.ts";
import { printTable } from "../table.ts";
import { minute } from "../units.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(command)
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop sessions list", "a table, newest first; * marks the current session"],
        ["planloop sessions list --json", "the same for scripts"],
        ["planloop sessions list --home ./demo-out/home", "another home"],
      ]) + jsonHelp([
        ["home", "the home that was read"],
        ["current_session", "the current session's id, or null"],
        ["sessions[]", "newest first, each with:"],
        ...sessionKeys.map(([key, meaning]) => [`  ${key}`, meaning] as const),
        ["problems[]", "what is damaged: file, kind, reason, lost, …"],
      ]),
    )
    .action((options: HomeOptions & { json?: boolean }) => {
      const home = homeOf(options, io);
      const isNotYetMade = isDefaultHome(options, io) && !home.exists();
      if (!isNotYetMade) home.checkReadable();
      const sessions = home.sessions();
      const summaries = sessions.map((session) => session.summary());
      const problems = [...home.problems, ...sessions.flatMap(problemsOf)];
      if (options.json || !io.stdout.isTerminal) {
        io.stdout.write(`${JSON.stringify(listJson(home, summaries, problems), null, 2)}\n`);
        if (isNotYetMade) sayEmpty(home, io);
        return;
      }
      if (summaries.length > 0) printSessions(summaries, home.currentSession(), io);
      else sayEmpty(home, io);
      sayProblems(problems, io);
    });
}

function sayEmpty(home: Home, io: Io): void {
  say(io, `No sessions in ${home.path} yet. Try \`planloop demo\`.`);
}

/** A session's problems with its id in front of the file, since they stand beside others'. */
function problemsOf(session: { id: string; problems: readonly Problem[] }): Problem[] {
  return session.problems.map((problem) => ({
    ...problem,
    file: `sessions/${session.id}/${problem.file}`,
  }));
}

function listJson(home: Home, summaries: SessionSummary[], problems: Problem[]): unknown {
  return {
    home: home.path,
    current_session: home.currentSession(),
    sessions: summaries.map(sessionJson),
    problems,
  };
}

function printSessions(summaries: SessionSummary[], current: string | null, io: Io): void {
  const columns = [
    { title: "", align: "right" },
    { title: "ID", widthMin: 20 },
    { title: "TITLE", widthMin: 12 },
    { title: "STATUS" },
    { title: "UPDATED (UTC)" },
    { title: "TASKS", align: "right" },
  ] as const;
  printTable(
    io.stdout,
    columns,
    summaries.map((summary) => [
      summary.id === current ? "*" : "",
      summary.id,
      summary.title || summary.name,
      statusOf(summary),
      minute(summary.updated),
      `${summary.tasks_done}/${summary.tasks}`,
    ]),
  );
}
