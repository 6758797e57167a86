/**
 * `planloop sessions current`
 *
 * @module
 */

import type { Command } from "commander";
import { type Home, readCurrentSession } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit_codes.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions, isDefaultHome, sayProblems } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { printable } from "../text.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addHomeOption(command)
    .option("--json", "JSON instead of the id")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop sessions current", "the id of the current session"],
        ["planloop sessions current --json | jq -r .current_session", "the same in a script"],
      ]) + jsonHelp([
        ["home", "the home that was read"],
        ["current_session", "the current session's id, or null"],
        ["exists", "whether the home has a session of that id"],
        ["path", "the session's folder; null where there is none"],
      ]) +
        "\nThe current session is the one that was opened last, or chosen with `planloop sessions\n" +
        "use`. Commands take it where no other is named. Exit code 3 if it does not exist.",
    )
    .action((options: HomeOptions & { json?: boolean }) => {
      const home = homeOf(options, io);
      if (!isDefaultHome(options, io) || home.exists()) home.checkReadable();
      const current = readCurrentSession(
        home.path,
        (problem) => sayProblems([problem], io),
        machineOf(io),
      );
      const { id, exists } = current;
      if (options.json || !io.stdout.isTerminal) {
        const path = exists ? home.findSession(id!).path : null;
        const json = { home: home.path, current_session: id, exists, path };
        io.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
      } else if (id !== null) io.stdout.write(`${printable(id)}\n`);
      sayWhat(home, current, io);
      if (id !== null && !exists) finish(exitCodes.foundProblems);
    });
}

function sayWhat(home: Home, { id, exists }: { id: string | null; exists: boolean }, io: Io): void {
  const choose = "Choose one with `planloop sessions use <id>`.";
  if (id === null) say(io, `The home ${home.path} has no current session. ${choose}`);
  else if (!exists) {
    say(
      io,
      `The current session ${printable(JSON.stringify(id))} is not in ${home.path}. ${choose}`,
    );
  }
}
