/**
 * `planloop dev off`
 *
 * @module
 */

import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { switchJsonHelp } from "../dev_output.ts";
import { addSwitchOptions, switchBackAndSay, type SwitchOptions } from "../dev_switch.ts";
import { examplesHelp } from "../help.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSwitchOptions(command)
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev off", "the installed planloop again, and its recording switches"],
        ["planloop dev off --json | jq .planloop_target", "which one that is"],
      ]) + switchJsonHelp() +
        "\nWhere something is not as dev on has left it, nothing is changed: planloop dev restore\n" +
        "brings the installed one back all the same.",
    )
    .action((options: SwitchOptions) => switchBackAndSay(options, false, io));
}
