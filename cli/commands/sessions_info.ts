/**
 * `planloop sessions info`
 *
 * @module
 */

import type { Command } from "commander";
import type { StoredFile, StoredSession } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, findSession, homeOf, type HomeOptions, sayProblems } from "../home.ts";
import type { Io } from "../io.ts";
import { countRecords, type RecordCounts, recordKeys } from "../record_counts.ts";
import { filled } from "../option_value.ts";
import { sessionJson, sessionKeys, statusOf } from "../../lib/query/mod.ts";
import { bold } from "../style.ts";
import { printTable } from "../table.ts";
import { printable } from "../text.ts";
import { count, minute, size } from "../units.ts";

interface InfoOptions extends HomeOptions {
  session?: string;
  json?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(
    command.argument(
      "[session]",
      "an id, the start of one, or a folder (default: the current one)",
      filled,
    ),
  )
    .option("--session <id>", "the same, as other commands take it", filled)
    .option("--json", "JSON instead of tables")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop sessions info", "the current session"],
        ["planloop sessions info ci-2026", "the one whose id starts so"],
        ["planloop sessions info ./backup/my-session", "a session folder anywhere"],
      ]) + jsonHelp([
        ...sessionKeys,
        ["purpose", "what the session is for"],
        ["current", "whether it is the home's current session"],
        ["counts", "records by kind:"],
        ...recordKeys.map(([key, meaning]) => [`  ${key}`, meaning] as const),
        ["task_list[]", "the tasks as in state.json"],
        ["signals[]", "the signals as in state.json"],
        ["lock", "who holds the session's lock, or null"],
        ["lock_queue[]", "who holds or waits for it, in order"],
        ["files[]", "file and bytes of each file of the session"],
        ["problems[]", "what is damaged: file, kind, reason, lost, …"],
      ]),
    )
    .action(async (wanted: string | undefined, options: InfoOptions) => {
      if (wanted !== undefined && options.session !== undefined) {
        throw new UsageError(
          `Cannot show both ${printable(wanted)} and ${printable(options.session)}: ` +
            "expected one session, as an argument or with --session.",
        );
      }
      const home = homeOf(options, io);
      const session = findSession(home, wanted ?? options.session, io);
      const isCurrent = home.currentSession() === session.id;
      const counts = await countRecords(session, io.interrupted);
      if (options.json || !io.stdout.isTerminal) {
        io.stdout.write(`${JSON.stringify(infoJson(session, counts, isCurrent), null, 2)}\n`);
      } else {
        printInfo(session, counts, isCurrent, io);
      }
    });
}

function infoJson(session: StoredSession, counts: RecordCounts, isCurrent: boolean): unknown {
  const summary = session.summary();
  const state = session.state();
  return {
    ...sessionJson(summary),
    purpose: summary.purpose,
    current: isCurrent,
    counts,
    task_list: state?.tasks ?? [],
    signals: state?.signals ?? [],
    lock: session.lockInfo(),
    lock_queue: session.lockQueue(),
    files: session.files(),
    problems: session.problems,
  };
}

function printInfo(
  session: StoredSession,
  counts: RecordCounts,
  isCurrent: boolean,
  io: Io,
): void {
  const summary = session.summary();
  const { stdout } = io;
  const facts: [string, string][] = [
    ["Session", session.id + (isCurrent ? " (current)" : "")],
    ["Title", summary.title || summary.name],
    ["Purpose", summary.purpose],
    ["Status", statusOf(summary)],
    ["Project", summary.project_root],
    ["Created", `${minute(summary.created)} UTC`],
    ["Updated", `${minute(summary.updated)} UTC`],
    ["Lock", lockText(session)],
    ["Folder", session.path],
  ];
  for (const [name, value] of facts) {
    if (value) stdout.write(`${bold(stdout, name.padEnd(9))}${printable(value)}\n`);
  }
  const recorded = recordKeys.map(([key, , noun, plural]) => count(counts[key], noun, plural));
  stdout.write(`${bold(stdout, "Recorded".padEnd(9))}${recorded.join(", ")}\n`);
  printTasks(session, io);
  printFiles(session.files(), io);
  sayProblems(session.problems, io);
}

function lockText(session: StoredSession): string {
  const info = session.lockInfo();
  const waiting = session.lockQueue().length;
  if (!info) {
    return waiting > 0 ? `free, ${count(waiting, "entry", "entries")} in the queue` : "free";
  }
  return `held by ${info.held_by} for ${info.operation}, ${
    count(waiting, "entry", "entries")
  } in the queue`;
}

function printTasks(session: StoredSession, io: Io): void {
  const tasks = session.state()?.tasks ?? [];
  if (tasks.length === 0) return;
  io.stdout.write("\n");
  printTable(
    io.stdout,
    [
      { title: "TASK", align: "right" },
      { title: "STATUS" },
      { title: "TYPE" },
      { title: "TITLE", widthMin: 16 },
      { title: "DEPENDS" },
    ],
    tasks.map((task) => [
      String(task.id),
      task.status,
      task.type,
      task.title,
      task.depends_on.join(", ") || "-",
    ]),
  );
}

function printFiles(files: readonly StoredFile[], io: Io): void {
  if (files.length === 0) return;
  io.stdout.write("\n");
  printTable(
    io.stdout,
    [{ title: "FILE", widthMin: 24 }, { title: "SIZE", align: "right" }],
    files.map(({ file, bytes }) => [file, size(bytes)]),
  );
}
