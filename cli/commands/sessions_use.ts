/**
 * `planloop sessions use`
 *
 * @module
 */

import type { Command } from "commander";
import { writeCurrentSession } from "../../lib/session/home.ts";
import { type Home, readCurrentSession } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, findOwnSession, homeOf, type HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { filled } from "../option_value.ts";
import { systemReason } from "../system_reason.ts";
import { printable } from "../text.ts";

interface UseOptions extends HomeOptions {
  none?: boolean;
  json?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(command.argument("[session]", "an id, or the start of one", filled))
    .option("--none", "let no session be the current one")
    .option("--json", "JSON instead of a sentence")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop sessions use ci-2026", "the one whose id starts so"],
        ["planloop sessions use --none", "none; commands then ask for one"],
      ]) + jsonHelp([
        ["home", "the home that was changed"],
        ["current_session", "the id of what is now the current session, or null"],
        ["previous_session", "what was the current session before, or null"],
      ]),
    )
    .action((wanted: string | undefined, options: UseOptions) => {
      if ((wanted === undefined) !== (options.none ?? false)) {
        throw new UsageError(
          "Cannot choose the current session: expected one id, or the start of one, or --none.",
        );
      }
      const home = homeOf(options, io);
      home.checkReadable();
      const session = wanted === undefined ? undefined : findOwnSession(home, wanted);
      const previous = readCurrentSession(home.path, () => {}, machineOf(io)).id;
      choose(home, session?.id ?? "", io);
      if (options.json || !io.stdout.isTerminal) {
        const json = {
          home: home.path,
          current_session: session?.id ?? null,
          previous_session: previous,
        };
        io.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
      } else if (!session) say(io, `The home ${home.path} has no current session now.`);
      else {
        const { title, name } = session.summary();
        const words = title || name;
        say(io, `Current session: ${session.id}${words ? ` (${printable(words)})` : ""}`);
      }
    });
}

function choose(home: Home, id: string, io: Io): void {
  try {
    writeCurrentSession(machineOf(io), home.path, id);
  } catch (error) {
    throw new Error(`Cannot change the current session of ${home.path}: ${systemReason(error)}.`);
  }
}
