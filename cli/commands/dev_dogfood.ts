/**
 * `planloop dev dogfood`
 *
 * @module
 */

import type { Command } from "commander";
import { resolveHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { devChecks, devStatus, switchOn, systemMachine } from "../dev_mode/mod.ts";
import { checkLines, onLines, printSwitch, switchJsonHelp } from "../dev_output.ts";
import { exitCodes } from "../exit_codes.ts";
import { examplesHelp } from "../help.ts";
import { machineOf } from "../machine.ts";
import { addSwitchOnOptions, type SwitchOnOptions } from "../dev_switch.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addSwitchOnOptions(command)
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev dogfood", "in planloop's checkout: everything on, and checked"],
        ["planloop dev status", "look again later"],
        ["planloop dev off", "the installed one again, and its recording switches"],
      ]) + switchJsonHelp([["checks[]", "name, ok and detail of what was looked at"]]) +
        "\nThis is planloop dev on, and model calls are recorded in this home as well; then it checks\n" +
        "that planloop runs, that the report's app is built, and what is recorded. Exit\n" +
        "code 3 where a check fails.",
    )
    .action(async (options: SwitchOnOptions) => {
      const home = resolveHome(options.home, io.env, machineOf(io));
      const result = await switchOn(
        { home, repo: options.repo, recordLlm: true, signal: io.interrupted },
        systemMachine(io),
      );
      // The checks have a time of their own.
      const machine = systemMachine(io);
      const status = await devStatus(home, machine);
      const checks = await devChecks(status, machine);
      const lines = [...onLines(status, result.changed), ...checkLines(checks)];
      printSwitch(result, status, lines, { json: options.json, further: { checks } }, io);
      if (checks.some(({ ok }) => !ok)) finish(exitCodes.foundProblems);
    });
}
