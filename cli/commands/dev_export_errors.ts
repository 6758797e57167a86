/**
 * `planloop dev export-errors`
 *
 * @module
 */

import type { Command } from "commander";
import { configureExport } from "../ask/export_command.ts";
import type { CommandContext } from "../command.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  configureExport(command, context, {
    kind: "errors",
    noun: "error reports",
    examples: [
      [
        'planloop dev export-errors | jq ".[] | .local_variables"',
        "the variables of the failing code",
      ],
      ["planloop dev export-errors --since 1d", "those of a day"],
      ["planloop dev export-errors --session ci-2026 --tail 1", "the last one of a session"],
    ],
    keys: [
      ["timestamp", "when it was caught"],
      ["trace_id", "the trace that failed"],
      ["error_type", "the class name"],
      ["error_message", "the message"],
      ["function", "what was wrapped, or what threw"],
      ["local_variables", "of the failing code, by name"],
      ["stack_trace[]", "outermost first: file, line, function, code"],
      ["state_snapshot_path", "the copy of the state, or null"],
      ["llm_transcript_link", "the trace's model calls, or null"],
      ["causes[]", "the chain of causes"],
      ["fingerprint", "equal for reports of one fault"],
      ["…", "every further key of lib/format/README.md"],
    ],
  });
}
