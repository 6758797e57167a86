/**
 * What the commands that switch planloop have in common.
 *
 * @module
 */

import type { Command } from "commander";
import { resolveHome } from "../lib/store/mod.ts";
import { devStatus, switchBack, systemMachine } from "./dev_mode/mod.ts";
import { offLines, printSwitch } from "./dev_output.ts";
import { addHomeOption, type HomeOptions } from "./home.ts";
import type { Io } from "./io.ts";
import { filled } from "./option_value.ts";

/** Options of every command that switches. */
export interface SwitchOptions extends HomeOptions {
  json?: boolean;
}

/** Options of those that switch to a working copy. */
export interface SwitchOnOptions extends SwitchOptions {
  repo?: string;
}

/** Adds `--home` and `--json`. */
export function addSwitchOptions(command: Command): Command {
  return addHomeOption(command, "the home that keeps the state")
    .option("--json", "JSON instead of a summary");
}

/** Adds `--repo`, `--home` and `--json`. */
export function addSwitchOnOptions(command: Command): Command {
  return addSwitchOptions(
    command.option(
      "--repo <folder>",
      "planloop's checkout (default: the one that you are in)",
      filled,
    ),
  );
}

/**
 * Brings the installed planloop back, and says what was done.
 *
 * @param isForced Whatever was changed since the switch.
 */
export async function switchBackAndSay(
  options: SwitchOptions,
  isForced: boolean,
  io: Io,
): Promise<void> {
  const machine = systemMachine(io);
  const home = resolveHome(options.home, io.env, machine.runtime);
  const result = await switchBack({ home, isForced, signal: io.interrupted }, machine);
  const status = await devStatus(home, machine);
  printSwitch(result, status, offLines(status, result), options, io);
}
