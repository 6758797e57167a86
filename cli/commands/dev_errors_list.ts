/**
 * `planloop dev errors list`
 *
 * @module
 */

import type { Command } from "commander";
import {
  type ErrorGroup,
  errorLocation,
  groupErrors,
  type QueryRecord,
  type RecordSource,
} from "../../lib/query/mod.ts";
import { answer, questionOf } from "../ask/answer.ts";
import { writeJson } from "../ask/json_output.ts";
import { addQueryOptions, type QueryOptions } from "../ask/query_options.ts";
import { addSessionOptions, sayProblemsOf, type SessionOptions } from "../ask/sessions.ts";
import { printRows, second, sessionColumn } from "../ask/text_view.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { type Io, say } from "../io.ts";

/** A report in the list. */
interface ListedError {
  timestamp: string;
  trace_id: string;
  error_type: string;
  error_message: string;
  function: string;
  operation: string;
  location: string;
  fingerprint: string;
  source: RecordSource;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(addQueryOptions(command, "error reports"))
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev errors list", "the faults of the current session, latest first"],
        ["planloop dev errors list --since 1d", "those of a day"],
        ["planloop dev errors show f8defbc5", "one of them, with its variables and stack"],
      ]) + jsonHelp([
        ["sessions[]", "the sessions that were asked"],
        ["groups[]", "reports by fault, the latest first:"],
        ["  fingerprint", "the fault's name, for errors show"],
        ["  error_type", "the class name"],
        ["  error_message", "the last report's message"],
        ["  function", "what failed"],
        ["  location", "file:line of the program's own innermost frame"],
        ["  operation", "what was being done"],
        ["  count", "how many reports"],
        ["  first_at, last_at", "RFC 3339 in UTC, or null"],
        ["  session_ids[], trace_ids[]", "where it happened"],
        ["errors[]", "the reports, earliest first: timestamp, trace_id, error_type,"],
        ["", "error_message, function, operation, location, fingerprint, source"],
      ]),
    )
    .action(async (options: SessionOptions & QueryOptions & { json?: boolean }) => {
      const question = await questionOf(options, io);
      const errors: ListedError[] = [];
      const groups = await groupErrors(listing(answer(question, "errors"), errors));
      if (options.json || !io.stdout.isTerminal) {
        writeJson(io, { sessions: question.sessions.map(({ id }) => id), groups, errors });
      } else if (groups.length > 0) printGroups(groups, question.sessions.length > 1, io);
      else say(io, "No error reports.");
      sayProblemsOf(question.sessions, io);
    });
}

/** Passes reports on, and lists them. */
async function* listing(
  records: AsyncIterable<QueryRecord<"errors">>,
  listed: ListedError[],
): AsyncGenerator<QueryRecord<"errors">> {
  for await (const record of records) {
    const error = record.json();
    listed.push({
      timestamp: error.timestamp,
      trace_id: error.trace_id,
      error_type: error.error_type,
      error_message: error.error_message,
      function: error.function,
      operation: error.operation ?? "",
      location: errorLocation(error.stack_trace),
      fingerprint: error.fingerprint,
      source: record.source,
    });
    yield record;
  }
}

function printGroups(groups: readonly ErrorGroup[], several: boolean, io: Io): void {
  printRows(
    io.stdout,
    [
      { title: "FAULT" },
      { title: "COUNT", align: "right" },
      { title: "LAST (UTC)" },
      { title: "LAST TRACE" },
      ...sessionColumn(several),
      { title: "ERROR", widthMin: 20 },
      { title: "WHERE", widthMin: 12 },
    ],
    groups.map((group) => [
      group.fingerprint,
      String(group.count),
      second(group.last_at),
      group.trace_ids.at(-1) ?? "",
      ...(several ? [group.session_ids.join(", ")] : []),
      `${group.error_type}: ${group.error_message}`,
      shortPath(group.location) || group.function,
    ]),
    { shown: "first" },
  );
}

/** The end of a path, which is what tells files apart. */
function shortPath(location: string): string {
  return location.split(/[\\/]/).slice(-2).join("/");
}
