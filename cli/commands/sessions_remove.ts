/**
 * `planloop sessions remove`
 *
 * @module
 */

import type { Command } from "commander";
import { lastChange } from "../last_change.ts";
import type { Home, StoredSession } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, findOwnSession, homeOf, type HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { filled } from "../option_value.ts";
import { clearLeftovers, removeSession } from "../remove_session.ts";
import { sessionUse } from "../session_use.ts";
import { systemReason } from "../system_reason.ts";
import { printTable } from "../table.ts";
import { count, isoTime, minute, size } from "../units.ts";
import { when } from "../when.ts";

interface RemoveOptions extends HomeOptions {
  olderThan?: number;
  dryRun?: boolean;
  yes?: boolean;
  force?: boolean;
  json?: boolean;
}

/** A session that is to go. */
interface Candidate {
  session: StoredSession;
  files: number;
  bytes: number;
  changed: number | null;
}

/** A session that stays, and why, in words that go on after its name and a colon. */
interface Kept {
  session: string;
  reason: string;
}

interface Outcome {
  removed: Candidate[];
  kept: Kept[];
  /** Sentences about files that could not be removed. */
  leftovers: string[];
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addHomeOption(
    command.argument(
      "[session...]",
      "ids, or the starts of ids",
      (id: string, ids: string[] = []) => [...ids, filled(id)],
    ),
  )
    .option(
      "--older-than <when>",
      "those (of the named, or of all) in which nothing has changed for 30d, or since 2026-10-01",
      when,
    )
    .option("--dry-run", "only show what would be removed")
    .option("--yes", "do not ask")
    .option("--force", "also sessions that are in use: what is still recorded into them is lost")
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop sessions remove ci-2026", "the one whose id starts so, once you agree"],
        ["planloop sessions remove --older-than 30d --dry-run", "what a clean-up would remove"],
        ["planloop sessions remove --older-than 30d --yes", "a clean-up, in a script"],
      ]) + jsonHelp([
        ["home", "the home that was changed"],
        ["dry_run", "whether nothing was to be removed"],
        ["removed[]", "session, path, files, bytes, changed_at of each that is gone, or would be"],
        ["kept[]", "session and reason of those that are in use, or that the system kept"],
        ["bytes", "how much the removed ones had"],
        ["current_session", "the current session's id now, or null"],
      ]) +
        "\nA session is in use while a living process holds its lock, waits for it, or records into\n" +
        "it. If one that you named is in use, none is removed; --older-than leaves those out. Links\n" +
        "are removed, never followed. There is no way back: `planloop report` first, if in doubt.",
    )
    .action(async (wanted: string[] | undefined, options: RemoveOptions) => {
      const home = homeOf(options, io);
      home.checkReadable();
      const candidates = candidatesOf(home, wanted ?? [], options, io);
      const inUse = options.force ? [] : usesOf(candidates, io);
      checkNamed(wanted ?? [], inUse, options);
      const used = new Set(inUse.map(({ session }) => session));
      const free = candidates.filter(({ session }) => !used.has(session.id));
      const outcome: Outcome = { removed: [], kept: inUse, leftovers: [] };
      if (options.dryRun) outcome.removed = free;
      else if (free.length > 0 && !await isAgreed(free, options, io)) {
        say(io, "Nothing was removed.");
        return finish(io.interrupted.aborted ? exitCodes.interrupted : exitCodes.failed);
      } else removeAll(home, free, options, outcome, io);
      print(home, outcome, options, io);
      finish(exitCodeOf(outcome, inUse));
    });
}

function candidatesOf(
  home: Home,
  wanted: readonly string[],
  { olderThan }: RemoveOptions,
  io: Io,
): Candidate[] {
  if (wanted.length === 0 && olderThan === undefined) {
    throw new UsageError(
      "Cannot remove sessions without being told which: expected their ids, or --older-than.",
    );
  }
  const found = wanted.length === 0
    ? home.sessions()
    : wanted.map((one) => findOwnSession(home, one));
  const sessions = [...new Map(found.map((session) => [session.id, session])).values()];
  return sessions.flatMap((session) => {
    io.interrupted.throwIfAborted();
    const changed = lastChange(session, machineOf(io));
    // What cannot be dated is not known to be old.
    if (olderThan !== undefined && (changed === null || changed >= olderThan)) return [];
    const files = session.files();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return [{ session, files: files.length, bytes, changed }];
  });
}

function usesOf(candidates: readonly Candidate[], io: Io): Kept[] {
  return candidates.flatMap(({ session: { id, path } }) => {
    const reason = sessionUse(path, machineOf(io));
    return reason === null ? [] : [{ session: id, reason }];
  });
}

/** Refuses everything where one that was named is in use. */
function checkNamed(wanted: readonly string[], inUse: readonly Kept[], options: RemoveOptions) {
  const [first] = inUse;
  if (wanted.length === 0 || !first || options.dryRun) return;
  const more = inUse.length > 1 ? ` (and ${inUse.length - 1} more)` : "";
  throw new Error(
    `Cannot remove the session ${first.session}${more}: ${first.reason}. Nothing was removed. Wait ` +
      "until it is closed, or take --force.",
  );
}

async function isAgreed(
  candidates: readonly Candidate[],
  { yes }: RemoveOptions,
  io: Io,
): Promise<boolean> {
  if (yes) return true;
  const what = `${count(candidates.length, "session")} (${size(bytesOf(candidates))})`;
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) {
    throw new UsageError(
      `Cannot ask whether to remove ${what}: this is no terminal. Expected --yes, or --dry-run.`,
    );
  }
  printCandidates(candidates, io.stderr);
  io.stderr.write(`Remove ${what} for good? [y/N] `);
  const answer = await io.stdin.readLine();
  if (answer === null) io.stderr.write("\n");
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}

function removeAll(
  home: Home,
  candidates: readonly Candidate[],
  { force = false }: RemoveOptions,
  { removed, kept, leftovers }: Outcome,
  io: Io,
): void {
  const runtime = machineOf(io);
  clearLeftovers(home.path, runtime);
  for (const candidate of candidates) {
    if (io.interrupted.aborted) return;
    const { id } = candidate.session;
    try {
      const removal = removeSession(home.path, id, { force, runtime });
      if (removal.kept === null) removed.push(candidate);
      else kept.push({ session: id, reason: removal.kept });
      if (removal.leftover !== null) leftovers.push(`${removal.leftover}.`);
    } catch (error) {
      kept.push({ session: id, reason: `it could not be removed: ${systemReason(error)}` });
    }
  }
}

function print(home: Home, outcome: Outcome, options: RemoveOptions, io: Io): void {
  const { removed, kept, leftovers } = outcome;
  if (options.json || !io.stdout.isTerminal) {
    const json = {
      home: home.path,
      dry_run: options.dryRun ?? false,
      removed: removed.map(({ session, files, bytes, changed }) => ({
        session: session.id,
        path: session.path,
        files,
        bytes,
        changed_at: isoTime(changed),
      })),
      kept,
      bytes: bytesOf(removed),
      current_session: home.currentSession(),
    };
    io.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  } else if (options.dryRun && removed.length > 0) printCandidates(removed, io.stdout);
  const verb = options.dryRun ? "would be removed" : "removed";
  say(io, `${count(removed.length, "session")} ${verb}, ${size(bytesOf(removed))}.`);
  for (const { session, reason } of kept) say(io, `Kept ${session}: ${reason}.`);
  for (const sentence of leftovers) say(io, sentence);
}

function printCandidates(candidates: readonly Candidate[], output: Io["stdout"]): void {
  printTable(
    output,
    [
      { title: "ID", widthMin: 20 },
      { title: "TITLE", widthMin: 12 },
      { title: "CHANGED (UTC)" },
      { title: "FILES", align: "right" },
      { title: "SIZE", align: "right" },
    ],
    candidates.map(({ session, files, bytes, changed }) => {
      const { title, name } = session.summary();
      return [session.id, title || name, minute(changed), String(files), size(bytes)];
    }),
  );
}

function bytesOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Those that were in use from the beginning were to be left out. */
function exitCodeOf({ kept, leftovers }: Outcome, inUse: readonly Kept[]): ExitCode {
  return kept.length > inUse.length || leftovers.length > 0 ? exitCodes.failed : exitCodes.ok;
}
