/**
 * How much a command says beside its data: `--quiet` and `--verbose`, which all commands have.
 *
 * @module
 */

import type { Command } from "commander";
import { UsageError } from "./failure.ts";
import type { Io } from "./io.ts";

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
