/**
 * `planloop dev perf`
 *
 * @module
 */

import type { Command } from "commander";
import { questionOf } from "../ask/answer.ts";
import { writeJson } from "../ask/json_output.ts";
import { perfKeys, perfOf, printPerf } from "../ask/perf.ts";
import { addQueryOptions, type QueryOptions } from "../ask/query_options.ts";
import { addSessionOptions, sayProblemsOf, type SessionOptions } from "../ask/sessions.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { say } from "../io.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(addQueryOptions(command, "traces, calls and measurements"))
    .option("--json", "JSON instead of tables")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev perf", "every trace with its time, and the percentiles"],
        ["planloop dev perf show update", "one operation, and the spans in it"],
        ["planloop dev perf show tr_20261122081417_a1b2c3", "one trace, span by span"],
      ]) + jsonHelp(perfKeys),
    )
    .action(async (options: SessionOptions & QueryOptions & { json?: boolean }) => {
      const question = await questionOf(options, io);
      const perf = await perfOf(question);
      if (options.json || !io.stdout.isTerminal) writeJson(io, perf);
      else if (perf.traces.length + perf.models.length > 0) printPerf(perf, io);
      else say(io, "No traces and no model calls.");
      sayProblemsOf(question.sessions, io);
    });
}
