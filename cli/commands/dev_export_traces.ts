/**
 * `planloop dev export-traces`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "traces",
    noun: "traces",
    examples: [
      ['planloop dev export-traces | jq ".[] | .duration_ms"', "how long each took"],
      ["planloop dev export-traces --operation update", "those of one operation"],
      ["planloop dev export-traces --since 2h", "those that were going on within two hours"],
    ],
    keys: [
      ["trace_id", "its id"],
      ["command[]", "the command line, as words"],
      ["operation", "what was done"],
      ["started_at", "when it began"],
      ["completed_at", "when it ended, or null"],
      ["duration_ms", "wall time, or null"],
      ["status", "success, error or running"],
      ["error", "what it threw, or null"],
      ["spans[]", "name, duration_ms, metadata, span_id, parent, …"],
      ["total_duration_ms", "the sum of the outermost spans"],
      ["…", "every further key of lib/format/README.md"],
    ],
  });
}
