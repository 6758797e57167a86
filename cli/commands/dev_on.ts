/**
 * `planloop dev on`
 *
 * @module
 */

import type { Command } from "commander";
import { resolveHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { devStatus, switchOn, systemMachine } from "../dev_mode/mod.ts";
import { onLines, printSwitch, switchJsonHelp } from "../dev_output.ts";
import { examplesHelp } from "../help.ts";
import { addSwitchOnOptions, type SwitchOnOptions } from "../dev_switch.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSwitchOnOptions(command)
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev on", "in planloop's checkout: planloop is now that working copy"],
        ["planloop dev on --repo ~/code/planloop", "the same from anywhere"],
        ["planloop dev off", "the installed one again"],
      ]) + switchJsonHelp() +
        "\nA launcher takes the place of the planloop on the PATH and runs the working copy's source\n" +
        "as it is at that moment; the installed one is kept beside it as planloop.stable. A Git tag\n" +
        "dev-start-<time> marks the commit. Nothing is changed where the switch would be unsafe, and\n" +
        "Ctrl-C undoes it. On Linux and macOS, for a planloop from npm, pnpm or Deno.",
    )
    .action(async (options: SwitchOnOptions) => {
      const machine = systemMachine(io);
      const home = resolveHome(options.home, io.env, machine.runtime);
      const request = { home, repo: options.repo, signal: io.interrupted };
      const result = await switchOn(request, machine);
      const status = await devStatus(home, machine);
      printSwitch(result, status, onLines(status, result.changed), options, io);
    });
}
