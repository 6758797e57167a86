/**
 * `planloop report`
 *
 * @module
 */

import { basename, dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../command.ts";
import type { ReportScope } from "../../lib/bundle/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, findSession, homeOf, type HomeOptions } from "../home.ts";
import { openFile } from "../open.ts";
import { byteSize, filled } from "../option_value.ts";
import { renderTicket, type TicketAttachment } from "../../templates/mod.ts";
import { type Io, say } from "../io.ts";
import { type ProducedReport, produceReport } from "../produce_report.ts";
import { pageFile, sessionKeys, type WrittenReport } from "../report/mod.ts";
import { reportJson, reportKeys } from "../report_json.ts";
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
  maxSize?: number | false;
  redact: boolean;
  split?: boolean;
  zip?: boolean;
  ticket?: boolean;
  json?: boolean;
  open?: boolean;
  quiet?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, args }: CommandContext): void {
  addHomeOption(
    command.option(
      "--session <id>",
      "an id, the start of one, or the path of a session folder; several times for several " +
        "(default: the current session)",
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
    .option(
      "--since <when>",
      "only what happened since: 90s, 15m, 2h, 3d, 1w ago, or a moment such as " +
        "2026-11-22T08:14",
      when,
    )
    .option("--until <when>", "only what happened until then, in the same words", when)
    .addOption(
      new Option(
        "--only <what>",
        "errors: only the traces in which something failed, or that never ended, whole, and " +
          "errors outside of any",
      ).choices(["errors"]),
    )
    .option(
      "--max-size <size>",
      "at most this large: 400k, 10MB, 1g (powers of 1000; Ki, Mi, Gi of 1024): errors and " +
        "warnings in any case, then whole traces, then the last log lines",
      byteSize,
    )
    .option("--no-max-size", "no limit, where the settings have one")
    .option("--no-redact", "leave secrets in the report as they were recorded")
    .option(
      "--split",
      "for large sessions: index.html and a folder of files that it loads when they are looked at",
    )
    .option("--no-split", "one file, where the settings say otherwise")
    .option("--zip", "write report.zip as well, one smaller file, and print its path")
    .option("--no-zip", "no report.zip, where the settings say otherwise")
    .option("--ticket", "print Markdown for a bug tracker in place of the path")
    .option("--json", "print JSON about the report in place of the path")
    .option("--open", "open the report in a browser")
    .option("--quiet", "no progress, no summary: only what goes to stdout, and errors")
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
        jsonHelp(reportKeys, "--json") +
        "\nPrints the path of index.html (with --zip that of report.zip), the ticket, or JSON. The\n" +
        "report is one file that needs nothing else: attach it, mail it, open it offline. With\n" +
        "--split it is a folder: keep its files together. A planloop.jsonc can keep defaults of\n" +
        "--out, --max-size, --split and --zip, and what else is secret.",
    )
    .action(async (options: ReportOptions) => {
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
      print(report, options, io);
      if (options.open) await openFile(report.page, io);
    });
}

function print(report: ProducedReport, options: ReportOptions, io: Io): void {
  const { redact: redacted, json, quiet } = options;
  const ticket = options.ticket ? ticketOf(report) : null;
  if (json) {
    const value = reportJson(report, { redacted, warnings: report.warnings, ticket });
    io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  } else io.stdout.write(ticket ?? `${report.file}\n`);
  if (ticket === null || quiet) return;
  const { files } = attachmentOf(report);
  say(io, files === null ? `Attach ${report.file}` : `Attach the folder ${dirname(report.page)}`);
}

function sessionsOf(options: ReportOptions, io: Io): StoredSession[] {
  const home = homeOf(options, io);
  if (!options.all) {
    const found = (options.session ?? [undefined]).map((wanted) => findSession(home, wanted, io));
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

/** The ticket of all sessions. */
function ticketOf(report: WrittenReport): string {
  const { sessions } = report;
  const keys = sessionKeys(sessions.map(({ header }) => header));
  const facts = sessions.map(({ header, firstError }, index) => {
    const key = sessions.length === 1 ? null : keys[index]!;
    return { header, key, firstError, page: pageFile };
  });
  return renderTicket(facts, attachmentOf(report));
}

/** The archive where there is one; a page without the files beside it would be half a report. */
function attachmentOf({ file, page, bytes, files, isSplit }: WrittenReport): TicketAttachment {
  return isSplit && file === page
    ? { name: basename(dirname(page)), bytes, files }
    : { name: basename(file), bytes, files: null };
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
    size_max_bytes: maxSize || null,
  };
}
