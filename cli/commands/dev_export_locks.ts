/**
 * `planloop dev export-locks`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import { lockKeys } from "../ask/lock_keys.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "locks",
    noun: "lock requests",
    examples: [
      ['planloop dev export-locks | jq "max_by(.wait_ms)"', "the longest wait"],
      ["planloop dev export-locks --operation update", "those for one operation"],
      ["planloop dev export-locks --trace tr_20261122", "those of one trace"],
    ],
    keys: lockKeys,
  });
}
