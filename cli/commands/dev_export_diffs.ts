/**
 * `planloop dev export-diffs`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "diffs",
    noun: "state changes",
    examples: [
      ['planloop dev export-diffs | jq ".[] | .changes | keys"', "what each changed"],
      ["planloop dev export-diffs --tail 1", "the last one"],
      ["planloop dev export-diffs --text tasks[0].status", "those that changed one path"],
    ],
    keys: [
      ["trace_id", "the trace that changed the state"],
      ["operation", "what was done"],
      ["timestamp", "when the new state was saved"],
      ["before_file", "the copy of the state before"],
      ["after_file", "the copy after"],
      ["changes", "by path, each with old and new"],
      ["…", "every further key of lib/format/README.md"],
    ],
  });
}
