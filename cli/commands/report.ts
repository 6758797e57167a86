/**
 * `planloop report`
 *
 * @module
 */

import { resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { examplesHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions } from "../home.ts";
import { openFile } from "../open.ts";
import { filled } from "../option_value.ts";
import { produceReport } from "../produce_report.ts";

interface ReportOptions extends HomeOptions {
  session?: string;
  out: string;
  title?: string;
  redact: boolean;
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
    .option("--no-redact", "leave secrets in the report as they were recorded")
    .option("--open", "open the report in a browser")
    .option("--quiet", "no progress, no summary: only the path, and errors")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop report", "the current session, into report/index.html"],
        ["planloop report --session ci-2026 --open", "another one, opened in a browser"],
        ["planloop report --session ./backup/my-session", "a session folder anywhere"],
        ['planloop report --out /tmp/ticket-42 --title "Run 42"', "for a ticket"],
      ]) + "\nPrints the path of index.html. The report is one file that needs nothing else:\n" +
        "attach it, mail it, open it offline.",
    )
    .action(async (options: ReportOptions) => {
      const session = homeOf(options, io).findSession(options.session);
      const file = await produceReport(session, {
        out: resolve(io.cwd, options.out),
        title: options.title,
        redact: options.redact,
        quiet: options.quiet ?? false,
      }, io);
      io.stdout.write(`${file}\n`);
      if (options.open) await openFile(file, io);
    });
}
