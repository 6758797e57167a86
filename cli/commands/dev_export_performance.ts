/**
 * `planloop dev export-performance`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "performance",
    noun: "measurements",
    examples: [
      [`planloop dev export-performance | jq '.[] | select(.metric=="llm.latency")'`, "one metric"],
      ["planloop dev export-performance --metric llm.latency", "the same"],
      ["planloop dev export-performance --since 10m", "those of the last ten minutes"],
    ],
    keys: [
      ["timestamp", "when"],
      ["metric", "such as command.duration, llm.latency"],
      ["value", "in the unit that the name says"],
      ["tags", "what it is about"],
      ["trace_id", "the trace that was measured; absent outside of one"],
    ],
  });
}
