/**
 * `planloop dev trace`
 *
 * @module
 */

import type { Command } from "commander";
import { findTrace, traceDetail } from "../../lib/query/mod.ts";
import { writeJson } from "../ask/json_output.ts";
import {
  addSessionOptions,
  sayProblemsOf,
  searchedSessions,
  type SessionOptions,
} from "../ask/sessions.ts";
import { printTraceDetail } from "../ask/trace_view.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { filled } from "../option_value.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(command.argument("<id>", "the trace's id, or the start of one", filled), "then")
    .option("--json", "JSON instead of text")
    .addHelpText(
      "after",
      examplesHelp([
        [
          "planloop dev trace tr_20261122081417_a1b2c3",
          "error, spans, calls, changes, locks, lines",
        ],
        ["planloop dev trace tr_2026112208 --session ci-2026", "of that session, by its start"],
        ["planloop dev trace tr_20261122081417_a1b2c3 --json | jq .spans", "where its time went"],
      ]) + jsonHelp([
        ["session_id, trace_id", "which one"],
        ["operation, command[]", "what was done"],
        ["status", "success, error or running; null where there is no trace file"],
        ["failed", "whether anything in it failed"],
        ["started_at, last_at", "RFC 3339 in UTC, or null"],
        ["duration_ms", "null where it never ended"],
        ["parent_trace_id", "the trace inside which it began, or null"],
        ["inner_trace_ids[]", "the traces that began inside it"],
        ["spans[]", "as in dev perf show"],
        ["traces[], errors[], llm[]", "its records, with the keys of the exports"],
        ["diffs[], locks[], logs[]", "and their source"],
        ["performance[]", ""],
        ["left_out", "how many of each kind are not listed, because there are too many"],
      ]),
    )
    .action(async (wanted: string, options: SessionOptions & { json?: boolean }) => {
      const signal = io.interrupted;
      const found = await findTrace(searchedSessions(options, io), wanted, signal);
      const detail = await traceDetail(found.session, found.trace_id, { signal });
      if (!detail) throw new Error(`The trace ${found.trace_id} was removed while it was read.`);
      if (options.json || !io.stdout.isTerminal) writeJson(io, detail);
      else printTraceDetail(io.stdout, detail);
      sayProblemsOf([found.session], io);
    });
}
