/**
 * `planloop dev export-llm`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "llm",
    noun: "model calls",
    examples: [
      ['planloop dev export-llm | jq ".[] | .cost_usd"', "what each call cost"],
      ["planloop dev export-llm --since 1h --tail 5", "the last five of this hour"],
      ["planloop dev export-llm --trace tr_20261122", "those of one trace"],
    ],
    keys: [
      ["trace_id", "the trace that made the call"],
      ["timestamp", "when the first request was sent"],
      ["operation", "what the call was for"],
      ["provider", "such as anthropic"],
      ["model", "as the provider names it"],
      ["request", "what was asked: system, messages, tools, …"],
      ["response", "content, stop_reason, usage, …; or null"],
      ["duration_ms", "waits and retries included; or null"],
      ["cost_usd", "null where the price is unknown"],
      ["error", "type, status, message; or null"],
      ["status", "running, where the call never ended"],
      ["attempts[]", "every try"],
      ["…", "every further key of lib/format/README.md"],
    ],
  });
}
