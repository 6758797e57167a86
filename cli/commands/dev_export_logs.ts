/**
 * `planloop dev export-logs`
 *
 * @module
 */

import { clearInterval, setInterval } from "node:timers";
import type { Command } from "commander";
import { LogFollower, queryLogRows, type RecordQuery, rowBytes } from "../../lib/query/mod.ts";
import type { LogRow } from "../../lib/read/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { type Question, questionOf } from "../ask/answer.ts";
import { addExportOptions, levelOption, type QueryOptions } from "../ask/query_options.ts";
import { addSessionOptions, sayProblemsOf, type SessionOptions } from "../ask/sessions.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import type { Io } from "../io.ts";
import { filled } from "../option_value.ts";

/** The keys of a line. */
const lineKeys: readonly (readonly [key: string, meaning: string])[] = [
  ["timestamp", "RFC 3339 in UTC; null where the line has no readable time"],
  ["level", "DEBUG, INFO, WARNING, ERROR or CRITICAL"],
  ["trace_id", "the trace, or null"],
  ["session_id", "the session"],
  ["operation", "what was being done; may be empty"],
  ["message", "the text; may be empty"],
  ["context", "further values"],
  ["duration_ms", "how long the logged work took, or null"],
  ["event", "lock_acquired, validation_failed, …; absent for an ordinary line"],
  ["as_given", "values that did not fit their key; absent where all did"],
  ["…", "every further key of the line"],
];

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(
    addExportOptions(command, "lines")
      .addOption(levelOption())
      .option("--event <name>", "only this event, such as lock_acquired", filled)
      .option("--follow", "go on with what is written, until Ctrl-C"),
  )
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev export-logs --tail 50 | jq", "the last lines"],
        ["planloop dev export-logs --level ERROR", "errors, and what is worse"],
        ["planloop dev export-logs --session ci-2026 --since 2h", "the last two hours"],
        ["planloop dev export-logs --tail 10 --follow", "the last lines, and all further ones"],
      ]) + jsonHelp(lineKeys, "one object a line, as it was recorded") +
        "\nLines of other programs, and damaged ones, are brought into the same form.",
    )
    .action(async (options: SessionOptions & QueryOptions & { follow?: boolean }) => {
      const question = await questionOf(options, io);
      if (options.follow) await exportGrowing(question, io);
      else if (question.query.tail === undefined) await exportAll(question, io);
      else await exportLast(question, question.query.tail, io);
      sayProblemsOf(question.sessions, io);
    });
}

async function exportAll({ sessions, query }: Question, io: Io): Promise<void> {
  for (const session of sessions) {
    for await (const rows of queryLogRows(session, query)) {
      writeRows(rows, session, io);
      await io.stdout.drained();
      if (io.stdout.isClosed) return;
    }
  }
}

/** What there is, and then what is written from now on. */
async function exportGrowing({ sessions, query }: Question, io: Io): Promise<void> {
  const [session, ...others] = sessions;
  if (session === undefined || others.length > 0) {
    throw new UsageError(
      `Cannot follow ${sessions.length} sessions at once: name one with --session.`,
    );
  }
  if (query.until !== undefined) {
    throw new UsageError("Cannot follow a log --until a moment: expected one of the two options.");
  }
  // A wait for changes alone would not keep the process.
  const stay = setInterval(() => {}, 3_600_000);
  try {
    const follower = new LogFollower(session);
    for await (const rows of queryLogRows(session, query, follower.ends)) {
      await writeGrowing(rows, session, io);
    }
    for await (const rows of follower.rows(query, io.interrupted)) {
      await writeGrowing(rows, session, io);
      if (io.stdout.isClosed) return;
    }
  } finally {
    clearInterval(stay);
  }
}

async function writeGrowing(
  rows: readonly LogRow[],
  session: StoredSession,
  io: Io,
): Promise<void> {
  writeRows(rows, session, io);
  await io.stdout.drained();
}

/** The last lines of all sessions together. */
async function exportLast({ sessions, query }: Question, tail: number, io: Io): Promise<void> {
  const last: (readonly [StoredSession, readonly LogRow[]])[] = [];
  let missing = tail;
  for (const session of sessions.toReversed()) {
    const rows = await rowsOf(session, { ...query, tail: missing });
    last.unshift([session, rows]);
    missing -= rows.length;
    if (missing <= 0) break;
  }
  for (const [session, rows] of last) writeRows(rows, session, io);
}

async function rowsOf(session: StoredSession, query: RecordQuery): Promise<readonly LogRow[]> {
  const all: LogRow[] = [];
  for await (const rows of queryLogRows(session, query)) for (const row of rows) all.push(row);
  return all;
}

function writeRows(rows: readonly LogRow[], session: StoredSession, io: Io): void {
  for (const bytes of rowBytes(rows, session.id)) io.stdout.write(bytes);
}
