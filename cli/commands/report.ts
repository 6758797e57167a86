/**
 * `planloop report`
 *
 * @module
 */

import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../command.ts";
import type { ReportScope } from "../../lib/bundle/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions } from "../home.ts";
import { openFile } from "../open.ts";
import { byteSize, filled } from "../option_value.ts";
import { renderTicket } from "../../templates/mod.ts";
import { type Io, say } from "../io.ts";
import { produceReport } from "../produce_report.ts";
import { pageFile, sessionKeys, type WrittenReport } from "../report/mod.ts";
import { commandLine } from "../size_advice.ts";
import { isoTime } from "../units.ts";
import { when } from "../when.ts";

interface ReportOptions extends HomeOptions {
  session?: string[];
  all?: boolean;
  out: string;
  title?: string;
  trace?: string;
  since?: number;
  until?: number;
  only?: "errors";
  maxSize?: number;
  redact: boolean;
  split?: boolean;
  zip?: boolean;
  ticket?: boolean;
  open?: boolean;
  quiet?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, args }: CommandContext): void {
  addHomeOption(
    command.option(
      "--session <id>",
      "an id, the start of one, or a session folder; several times for several (default: the " +
        "current session)",
      (id: string, ids: string[] = []) => [...ids, filled(id)],
    ),
  )
    .option("--all", "every session of the home, newest first")
    .option(
      "--out <folder>",
      "where the report goes; only ever overwrites a report",
      filled,
      "report",
    )
    .option("--title <text>", "the report's title (default: the session's)", filled)
    .option("--trace <id>", "only this trace (or the start of its id), and those inside it", filled)
    .option("--since <when>", "only what happened since: 90s, 15m, 2h, 3d ago, or a moment", when)
    .option("--until <when>", "only what happened until then", when)
    .addOption(
      new Option(
        "--only <what>",
        "errors: only the traces in which something failed, whole, and errors outside of any",
      ).choices(["errors"]),
    )
    .option(
      "--max-size <size>",
      "keep the report below 10MB, 25MB, …: errors and warnings first, then whole traces, then the " +
        "last log lines",
      byteSize,
    )
    .option("--no-redact", "leave secrets in the report as they were recorded")
    .option(
      "--split",
      "for large sessions: index.html and a folder of files that it loads when they are looked at",
    )
    .option("--zip", "write report.zip as well, a quarter smaller, and print its path")
    .option("--ticket", "print Markdown for a bug tracker in place of the path")
    .option("--open", "open the report in a browser")
    .option("--quiet", "no progress, no summary: only the path, and errors")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop report", "the current session, into report/index.html"],
        ["planloop report --session ci-2026 --open", "another one, opened in a browser"],
        ["planloop report --all --out /tmp/week", "all sessions in one file, with a table"],
        ["planloop report --session ./backup/my-session", "a session folder anywhere"],
        ["planloop report --split", "millions of log lines, in a folder"],
        ["planloop report --only errors --since 2h", "what went wrong lately"],
        ["planloop report --only errors --ticket | gh issue create -F - -t Flaky", "as a ticket"],
      ]) +
        "\nPrints the path of index.html, or the ticket. The report is one file that needs nothing else:\n" +
        "attach it, mail it, open it offline. With --split it is a folder: keep its files together.",
    )
    .action(async (options: ReportOptions) => {
      checkAttachable(options);
      const report = await produceReport(sessionsOf(options, io), {
        out: resolve(io.cwd, options.out),
        title: options.title,
        redact: options.redact,
        scope: scopeOf(options),
        split: options.split,
        command: commandLine(args),
        zip: options.zip,
        quiet: options.quiet ?? false,
      }, io);
      if (options.ticket) {
        io.stdout.write(ticketOf(report));
        if (!options.quiet) say(io, `Attach ${report.file}`);
      } else io.stdout.write(`${report.file}\n`);
      if (options.open) await openFile(report.file, io);
    });
}

/** A ticket names the one file to attach; a page without the files beside it would be half a report. */
function checkAttachable({ ticket, split, zip }: ReportOptions): void {
  if (!ticket || !split || zip) return;
  throw new UsageError(
    "Cannot name one file to attach to the ticket: --split makes a folder. Add --zip for an " +
      "archive of it, or leave out --split.",
  );
}

function sessionsOf(options: ReportOptions, io: Io): StoredSession[] {
  const home = homeOf(options, io);
  if (!options.all) {
    const found = (options.session ?? [undefined]).map((wanted) => home.findSession(wanted));
    return [...new Map(found.map((session) => [session.path, session])).values()];
  }
  if (options.session) {
    throw new UsageError("Cannot take both --all and --session: expected one of them.");
  }
  home.checkReadable();
  const sessions = home.sessions();
  // It says better than we could why there is none.
  return sessions.length > 0 ? sessions : [home.findSession()];
}

/** The ticket of each session, parted by a line. */
function ticketOf({ sessions, file, bytes }: WrittenReport): string {
  const attachment = { name: basename(file), bytes };
  const keys = sessionKeys(sessions.map(({ header }) => header));
  return sessions.map(({ header, firstError }, index) => {
    const key = sessions.length === 1 ? null : keys[index]!;
    return renderTicket({ header, key, firstError, page: pageFile, attachment });
  }).join("\n---\n\n");
}

/** The part of the sessions that the options ask for. */
function scopeOf({ trace, since, until, only, maxSize }: ReportOptions): ReportScope {
  if (since !== undefined && until !== undefined && since > until) {
    throw new UsageError(
      `Cannot report on a time that ends before it begins: --since is ${isoTime(since)}, --until ` +
        `is ${isoTime(until)}. Expected --since to be the earlier one.`,
    );
  }
  return {
    trace: trace ?? null,
    since: since ?? null,
    until: until ?? null,
    only: only ?? null,
    size_max_bytes: maxSize ?? null,
  };
}
