/**
 * `planloop dev status`
 *
 * @module
 */

import type { Command } from "commander";
import { resolveHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { devStatus, systemMachine } from "../dev_mode/mod.ts";
import { printStatus, statusKeys } from "../dev_output.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, type HomeOptions } from "../home.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(command)
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev status", "which planloop runs, and what is recorded"],
        ["planloop dev status --json | jq -r .mode", "dev or stable, for a script"],
        ["planloop dev status --json | jq .problems", "what is not as it should be"],
      ]) + jsonHelp(statusKeys),
    )
    .action(async (options: HomeOptions & { json?: boolean }) => {
      const machine = systemMachine(io);
      const home = resolveHome(options.home, io.env, machine.runtime);
      const status = await devStatus(home, machine);
      if (options.json || !io.stdout.isTerminal) {
        io.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
      } else printStatus(status, io);
    });
}
