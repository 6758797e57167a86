/**
 * `planloop doctor`
 *
 * @module
 */

import type { Command } from "commander";
import { openHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import {
  type Check,
  checkBrowser,
  checkCurrent,
  checkDevMode,
  checkDisk,
  checkHome,
  checkLeftovers,
  checkLocks,
  checkProgram,
  checkRecording,
  checkRuntime,
  checkSessions,
  checkSettings,
  type CheckStatus,
} from "../doctor/mod.ts";
import { exitCodes } from "../exit_codes.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, type HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { loadSettings } from "../settings/mod.ts";
import { bold, green, red, yellow } from "../style.ts";
import { count } from "../units.ts";
import { chooseColour } from "../use_settings.ts";

interface DoctorOptions extends HomeOptions {
  deep?: boolean;
  json?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addHomeOption(command)
    .option("--deep", "read every record of every session, which takes its time")
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop doctor", "what planloop rests on here, and what is wrong with it"],
        ["planloop doctor --deep", "and whether all recordings can be read"],
        ["planloop doctor --json | jq '.checks[] | select(.status == \"problem\")'", "in a script"],
      ]) + jsonHelp([
        ["home", "the home that was looked at"],
        ["problems", "how many checks found something to mend"],
        ["checks[]", "in order, each with:"],
        ["  check", "runtime, planloop, home, disk, settings, recording, current_session,"],
        ["", "sessions, locks, browser; leftovers and dev_mode where there are any"],
        ["  status", "ok, note (worth knowing) or problem (to be mended)"],
        ["  summary", "what is so, in words"],
        ["  advice", "what to do, or null"],
        ["  details", "the facts, by check"],
      ]) + "\nExit code 3 if there is a problem. Nothing is changed.",
    )
    .action(async (options: DoctorOptions) => {
      const checks = await runChecks(options, io);
      const problems = checks.filter(({ status }) => status === "problem").length;
      const home = checks.find(({ check }) => check === "home")!.details["path"];
      if (options.json || !io.stdout.isTerminal) {
        io.stdout.write(`${JSON.stringify({ home, problems, checks }, null, 2)}\n`);
      } else printChecks(checks, io);
      if (problems > 0) finish(exitCodes.foundProblems);
      say(io, problems === 0 ? "No problems." : `${count(problems, "problem")}.`);
    });
}

async function runChecks(options: DoctorOptions, io: Io): Promise<Check[]> {
  const runtime = machineOf(io);
  const settings = loadSettings(io, runtime, options.home);
  chooseColour(settings, io);
  const home = openHome(settings.home, runtime);
  const ofHome = checkHome(settings, io);
  const sessions = ofHome.details["reason"] === null ? home.sessions() : [];
  const { deep = false } = options;
  const checks = [
    checkRuntime(runtime),
    checkProgram(io),
    ofHome,
    checkDisk(settings),
    checkSettings(settings),
    checkRecording(settings, runtime, io),
    checkCurrent(home, runtime),
    await checkSessions(home, sessions, deep, io.interrupted),
    checkLocks(sessions, runtime),
    checkLeftovers(home, runtime),
    checkDevMode(settings, runtime),
    checkBrowser(io),
  ];
  return checks.filter((check) => check !== undefined);
}

const colours: Readonly<Record<CheckStatus, typeof green>> = {
  ok: green,
  note: yellow,
  problem: red,
};

function printChecks(checks: readonly Check[], { stdout }: Io): void {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const statusWidth = "problem".length;
  for (const { check, status, summary, advice } of checks) {
    const name = bold(stdout, check.replaceAll("_", " ").padEnd(width));
    const word = colours[status](stdout, status.padEnd(statusWidth));
    stdout.write(`${name}  ${word}  ${summary}\n`);
    if (advice !== null) stdout.write(`${" ".repeat(width + statusWidth + 4)}${advice}\n`);
  }
}
