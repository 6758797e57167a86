/**
 * How much a command says beside its data: `--quiet` and `--verbose`, which all commands have.
 *
 * @module
 */

import type { Command } from "commander";
import process from "node:process";
import { UsageError } from "./failure.ts";
import { type Io, say } from "./io.ts";
import { machineOf, readsOf } from "./machine.ts";
import { settingsOf } from "./settings_of.ts";
import { printable } from "./text.ts";
import { count, size } from "./units.ts";
import { planloopVersion } from "./version.ts";

/** Most files that are listed as read; the others are counted. */
const filesShownMax = 200;

/** Adds both options, as far as the command has none of its own. */
export function addTalkOptions(command: Command): void {
  const has = (name: string) => command.options.some(({ long }) => long === name);
  if (!has("--quiet")) command.option("--quiet", "no talk on stderr: only the data, and errors");
  if (!has("--verbose")) {
    command.option("--verbose", "say what was read, and how long it took, on stderr");
  }
}

/**
 * Takes both options from the command, or from in front of its name.
 *
 * @throws {UsageError} If both are given.
 */
export function chooseManner(command: Command, io: Io): void {
  for (let at: Command | null = command; at; at = at.parent) {
    if (at.getOptionValue("quiet") === true) io.manner.quiet = true;
    if (at.getOptionValue("verbose") === true) io.manner.verbose = true;
  }
  const { quiet, verbose } = io.manner;
  if (quiet && verbose) {
    throw new UsageError("Cannot take both --quiet and --verbose: expected one of them.");
  }
  // Commands that have the option look at it themselves.
  if (quiet) command.setOptionValueWithSource("quiet", true, "cli");
}

/** With `--verbose`, says which program runs and on what it rests. */
export function sayBeginning(io: Io): void {
  if (!io.manner.verbose) return;
  const { runtime, platform, osRelease, arch } = machineOf(io).process;
  say(
    io,
    `planloop ${planloopVersion} on ${runtime.name} ${runtime.version}, ${platform} ${osRelease} ` +
      arch,
  );
  const settings = settingsOf(io);
  if (!settings) return;
  say(io, `Home: ${printable(settings.home)} (${settings.homeSource})`);
  for (const { path, scope } of settings.files) {
    say(io, `Settings of the ${scope}: ${printable(path)}`);
  }
}

/**
 * With `--verbose`, says what was read and how long everything took.
 *
 * @param startedMs The moment at which the command line was taken up, on the monotonic clock.
 */
export function sayEnd(io: Io, startedMs: number): void {
  if (!io.manner.verbose) return;
  const reads = readsOf(io);
  for (const { path, bytes, ms } of reads.slice(0, filesShownMax)) {
    say(io, `Read ${printable(path)}: ${size(bytes)} in ${ms.toFixed(1)} ms`);
  }
  const hidden = reads.length - filesShownMax;
  if (hidden > 0) say(io, `… and ${count(hidden, "further file")}`);
  const bytes = reads.reduce((sum, read) => sum + read.bytes, 0);
  const { user, system } = process.cpuUsage();
  say(
    io,
    `${count(reads.length, "file")} read, ${size(bytes)}. The command took ` +
      `${(performance.now() - startedMs).toFixed(0)} ms, its process ` +
      `${((user + system) / 1000).toFixed(0)} ms of CPU.`,
  );
}
