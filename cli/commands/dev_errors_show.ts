/**
 * `planloop dev errors show`
 *
 * @module
 */

import type { Command } from "commander";
import { findErrors, sourced } from "../../lib/query/mod.ts";
import { printError } from "../ask/error_view.ts";
import { writeJson } from "../ask/json_output.ts";
import {
  addSessionOptions,
  sayProblemsOf,
  searchedSessions,
  type SessionOptions,
} from "../ask/sessions.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { filled } from "../option_value.ts";

/** Reports that are shown on a terminal, the last ones. */
const reportsShownMax = 3;

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(
    command.argument(
      "<id>",
      "the trace that failed, a fault from errors list, or a report's file; or the start of one",
      filled,
    ),
    "then",
  )
    .option("--json", "JSON instead of text")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev errors show tr_20261122081417_a1b2c3", "the errors of a trace"],
        ["planloop dev errors show f8defbc5", "every report of a fault"],
        ["planloop dev errors show f8defbc5 --json | jq '.[0].local_variables'", "its variables"],
      ]) + jsonHelp([
        ["[]", "the reports, earliest first, with the keys of export-errors"],
      ]),
    )
    .action(async (id: string, options: SessionOptions & { json?: boolean }) => {
      const sessions = searchedSessions(options, io);
      const { records } = await findErrors(sessions, id, io.interrupted);
      const errors = records.map(sourced);
      if (options.json || !io.stdout.isTerminal) writeJson(io, errors);
      else {
        const hidden = errors.length - reportsShownMax;
        if (hidden > 0) io.stdout.write(`… ${hidden} earlier reports; --json has them\n\n`);
        for (const [index, error] of errors.slice(-reportsShownMax).entries()) {
          if (index > 0) io.stdout.write("\n");
          printError(io.stdout, error);
        }
      }
      const found = new Set(errors.map(({ source }) => source.session_id));
      sayProblemsOf(sessions.filter((session) => found.has(session.id)), io);
    });
}
