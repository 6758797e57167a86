/**
 * `planloop dev restore`
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
        ["planloop dev restore", "after an interrupted or failed switch"],
        ["planloop.stable dev restore", "where planloop itself does not start any more"],
      ]) + switchJsonHelp() +
        "\nIt looks at what is there and does what is missing, so it may be run at any time, also again.\n" +
        "A newer planloop that was installed meanwhile stays. By hand, in planloop's folder:\n" +
        "mv -f planloop.stable planloop",
    )
    .action((options: SwitchOptions) => switchBackAndSay(options, true, io));
}
