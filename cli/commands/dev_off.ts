/**
 * `planloop dev off`
 *
 * @module
 */

import type { Command } from "commander";
import { resolveHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { devStatus, switchBack, systemMachine } from "../dev_mode/mod.ts";
import { offLines, printSwitch, switchJsonHelp } from "../dev_output.ts";
import { examplesHelp } from "../help.ts";
import { addHomeOption, type HomeOptions } from "../home.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(command, "the home that keeps the state")
    .option("--json", "JSON instead of a summary")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev off", "the installed planloop again, and its recording switches"],
        ["planloop dev off --json | jq .planloop_target", "which one that is"],
      ]) + switchJsonHelp() +
        "\nWhere something is not as dev on has left it, nothing is changed: planloop dev restore\n" +
        "brings the installed one back all the same.",
    )
    .action(async (options: HomeOptions & { json?: boolean }) => {
      const machine = systemMachine(io);
      const home = resolveHome(options.home, io.env);
      const request = { home, isForced: false, signal: io.interrupted };
      const result = await switchBack(request, machine);
      const status = await devStatus(home, machine);
      printSwitch(result, status, offLines(status, result), options, io);
    });
}
