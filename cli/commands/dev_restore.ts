/**
 * `planloop dev restore`
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
        ["planloop dev restore", "after an interrupted or failed switch"],
        ["planloop.stable dev restore", "where planloop itself does not start any more"],
      ]) + switchJsonHelp() +
        "\nIt looks at what is there and does what is missing, so it may be run at any time, also again.\n" +
        "A newer planloop that was installed meanwhile stays. By hand, in planloop's folder:\n" +
        "mv -f planloop.stable planloop",
    )
    .action(async (options: HomeOptions & { json?: boolean }) => {
      const machine = systemMachine(io);
      const home = resolveHome(options.home, io.env);
      const request = { home, isForced: true, signal: io.interrupted };
      const result = await switchBack(request, machine);
      const status = await devStatus(home, machine);
      printSwitch(result, status, offLines(status, result), options, io);
    });
}
