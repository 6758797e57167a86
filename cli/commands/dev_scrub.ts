/**
 * `planloop dev scrub`
 *
 * @module
 */

import type { Command } from "commander";
import { resolve } from "node:path";
import type { StoredSession } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, findSession, homeOf, type HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf, noteRead } from "../machine.ts";
import { startProgress } from "../progress.ts";
import { harmlessSkips, type ScrubResult, scrubSession } from "../scrub/mod.ts";
import { allowNote, settingsOf } from "../settings_of.ts";
import { printTable } from "../table.ts";
import { printable } from "../text.ts";
import { count, size } from "../units.ts";

interface ScrubCommandOptions extends HomeOptions {
  session?: string;
  check?: boolean;
  write?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** Most findings that are shown on a terminal. */
const shownMax = 100;

/** Most skipped files that are spelled out. */
const skippedShownMax = 20;

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addHomeOption(
    command.option(
      "--session <id>",
      "an id, the start of one, or a session folder (default: the current session)",
    ),
  )
    .option("--check", "exit with 3 if there is a secret, for scripts; changes nothing")
    .option("--write", "replace the secrets in the files")
    .option("--json", "JSON instead of a table")
    .option("--quiet", "no table, no summary: only errors, and with --json the JSON")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev scrub", "what is secret in the current session, and where"],
        ["planloop dev scrub --session ci-2026 --check", "for a script: exit code 3, or 0"],
        ["planloop dev scrub --session ci-2026 --write", "take the secrets out"],
      ]) + jsonHelp([
        ["session", "the session's id"],
        ["path", "its folder"],
        ["written", "whether files were to be rewritten"],
        ["files_scanned", "how many files were looked at"],
        ["bytes_scanned", "and their bytes"],
        ["findings_total", "how many secrets were found"],
        ["rules", "how many by each rule"],
        ["findings[]", "file, line, rule, preview: never the secret"],
        ["files_found[]", "the files that hold secrets"],
        ["files_written[]", "the files that were rewritten"],
        ["skipped[]", "file, kind and reason of what was not read, or not rewritten"],
      ]) + "\nSecrets are known by their form, by the key that they stand under, and by the\n" +
        "environment of this command. What could not be read, and a file that a running program\n" +
        "still writes to, is left as it is: the exit code is then 1. The session's row in the\n" +
        "home's index.json is scrubbed, too; nothing else outside of the session folder is\n" +
        "touched. A .git folder keeps what the files once held: it is named, not scrubbed.",
    )
    .action(async (options: ScrubCommandOptions) => {
      if (options.check && options.write) {
        throw new UsageError(
          "Cannot take both --check, which changes nothing, and --write: expected one of them.",
        );
      }
      const session = findSession(homeOf(options, io), options.session, io);
      const result = await scrub(session, options, io);
      if (options.json || !options.quiet && !io.stdout.isTerminal) {
        io.stdout.write(`${JSON.stringify(scrubJson(session, result, options), null, 2)}\n`);
      } else if (!options.quiet) printFindings(result, io);
      if (!options.quiet) saySummary(session, result, options, io);
      saySkipped(result, options, io);
      finish(exitCodeOf(result, options));
    });
}

async function scrub(
  session: StoredSession,
  { write = false, quiet = false }: ScrubCommandOptions,
  io: Io,
): Promise<ScrubResult> {
  const total = Math.max(1, session.files().reduce((sum, { bytes }) => sum + bytes, 0));
  const progress = startProgress(io.stderr, { quiet });
  let [scanned, since] = [0, performance.now()];
  return await scrubSession({
    path: session.path,
    write,
    env: io.env,
    redaction: settingsOf(io)?.redact,
    signal: io.interrupted,
    runtime: machineOf(io),
    onProgress: (bytes, file) => {
      const now = performance.now();
      noteRead(io, resolve(session.path, file), bytes - scanned, now - since);
      [scanned, since] = [bytes, now];
      progress.update(bytes / total, () => printable(file));
    },
  }).finally(() => progress.end());
}

/** Whether a secret may be left: in a file that could not be read, or not be rewritten. */
function isIncomplete({ skipped }: ScrubResult): boolean {
  return skipped.some(({ kind }) => !harmlessSkips.has(kind));
}

function exitCodeOf(result: ScrubResult, options: ScrubCommandOptions): ExitCode {
  if (options.check && result.findings.total > 0) return exitCodes.foundProblems;
  return isIncomplete(result) ? exitCodes.failed : exitCodes.ok;
}

function scrubJson(
  session: StoredSession,
  result: ScrubResult,
  { write = false }: ScrubCommandOptions,
): unknown {
  const rules = [...result.findings.byRule].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    session: session.id,
    path: session.path,
    written: write,
    files_scanned: result.filesScanned,
    bytes_scanned: result.bytesScanned,
    findings_total: result.findings.total,
    rules: Object.fromEntries(rules),
    findings: result.findings.listed,
    files_found: result.filesFound,
    files_written: result.filesWritten,
    skipped: result.skipped,
  };
}

function printFindings({ findings }: ScrubResult, io: Io): void {
  if (findings.total === 0) return;
  printTable(
    io.stdout,
    [{ title: "FILE", widthMin: 24 }, { title: "LINE", align: "right" }, { title: "RULE" }, {
      title: "AROUND IT",
      widthMin: 24,
    }],
    findings.listed.slice(0, shownMax).map(({ file, line, rule, preview }) => [
      printable(file),
      String(line),
      rule,
      printable(preview),
    ]),
  );
  const hidden = findings.total - shownMax;
  if (hidden > 0) io.stdout.write(`… and ${hidden} more; --json lists them\n`);
}

function saySummary(
  session: StoredSession,
  result: ScrubResult,
  options: ScrubCommandOptions,
  io: Io,
): void {
  const { findings, filesFound, filesWritten } = result;
  const looked = `${count(result.filesScanned, "file")}, ${size(result.bytesScanned)}`;
  if (findings.total === 0) return say(io, `${session.id}: no secrets in ${looked}.`);
  const found = `${count(findings.total, "secret")} in ${filesFound.length} of ${looked}`;
  const done = options.write
    ? `: ${count(filesWritten.length, "file")} rewritten.`
    : ". Take them out with --write.";
  say(io, `${session.id}: ${found}${done}`);
  for (const note of allowNote(settingsOf(io)?.redact)) say(io, note);
}

function saySkipped(
  result: ScrubResult,
  { quiet = false }: ScrubCommandOptions,
  io: Io,
): void {
  const { skipped } = result;
  if (skipped.length === 0 || quiet && !isIncomplete(result)) return;
  say(io, `${count(skipped.length, "place was", "places were")} left out:`);
  for (const { file, reason } of skipped.slice(0, skippedShownMax)) {
    say(io, `  ${printable(file || ".")}: ${printable(reason)}`);
  }
  const hidden = skipped.length - skippedShownMax;
  if (hidden > 0) say(io, `  … and ${hidden} more`);
}
