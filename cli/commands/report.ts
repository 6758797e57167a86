/**
 * `planloop report`
 *
 * @module
 */

import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../command.ts";
import type { ReportScope } from "../../lib/bundle/mod.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions } from "../home.ts";
import { openFile } from "../open.ts";
import { filled } from "../option_value.ts";
import { renderTicket } from "../../templates/mod.ts";
import { say } from "../io.ts";
import { produceReport } from "../produce_report.ts";
import { pageFile } from "../report/mod.ts";
import { isoTime } from "../units.ts";
import { when } from "../when.ts";

interface ReportOptions extends HomeOptions {
  session?: string;
  out: string;
  title?: string;
  trace?: string;
  since?: number;
  until?: number;
  only?: "errors";
  redact: boolean;
  ticket?: boolean;
  open?: boolean;
  quiet?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addHomeOption(
    command.option(
      "--session <id>",
      "an id, the start of one, or a session folder (default: the current session)",
      filled,
    ),
  )
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
    .option("--no-redact", "leave secrets in the report as they were recorded")
    .option("--ticket", "print Markdown for a bug tracker in place of the path")
    .option("--open", "open the report in a browser")
    .option("--quiet", "no progress, no summary: only the path, and errors")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop report", "the current session, into report/index.html"],
        ["planloop report --session ci-2026 --open", "another one, opened in a browser"],
        ["planloop report --session ./backup/my-session", "a session folder anywhere"],
        ["planloop report --only errors --since 2h", "what went wrong lately"],
        ["planloop report --only errors --ticket | gh issue create -F - -t Flaky", "as a ticket"],
      ]) +
        "\nPrints the path of index.html, or the ticket. The report is one file that needs nothing else:\n" +
        "attach it, mail it, open it offline.",
    )
    .action(async (options: ReportOptions) => {
      const session = homeOf(options, io).findSession(options.session);
      const report = await produceReport(session, {
        out: resolve(io.cwd, options.out),
        title: options.title,
        redact: options.redact,
        scope: scopeOf(options),
        quiet: options.quiet ?? false,
      }, io);
      if (options.ticket) {
        const page = { name: pageFile, bytes: report.bytes };
        io.stdout.write(renderTicket({ ...report, page }));
        if (!options.quiet) say(io, `Attach ${report.file}`);
      } else io.stdout.write(`${report.file}\n`);
      if (options.open) await openFile(report.file, io);
    });
}

/** The part of the session that the options ask for; undefined for all of it. */
function scopeOf({ trace, since, until, only }: ReportOptions): ReportScope | undefined {
  if (trace === undefined && since === undefined && until === undefined && only === undefined) {
    return undefined;
  }
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
  };
}
