/**
 * Reading the settings before a command begins; a file of its own, as help needs none of it.
 *
 * @module
 */

import type { Command } from "commander";
import { isHomeOption } from "./home.ts";
import type { Colour, Io } from "./io.ts";
import { machineOf } from "./machine.ts";
import {
  applySettings,
  findSetting,
  type LoadedSettings,
  loadSettings,
  redactChoice,
  refuseFaults,
} from "./settings/mod.ts";
import { keepSettings } from "./settings_of.ts";

/**
 * Reads, checks and applies the settings.
 *
 * @throws {UsageError} If a file of settings has faults.
 */
export function useSettings(command: Command, io: Io): void {
  const settings = loadSettings(io, machineOf(io), homeOptionOf(command));
  chooseColour(settings, io);
  refuseFaults(settings);
  applySettings(command, settings);
  keepSettings(io, { ...settings, redact: redactChoice(settings) });
}

/** What the command line says about the home to read. */
export function homeOptionOf(command: Command): string | undefined {
  const option = command.options.find(isHomeOption);
  return option && command.getOptionValue(option.attributeName());
}

/** Colours as the settings want them. */
export function chooseColour(settings: LoadedSettings, io: Io): void {
  const colour = findSetting(settings, undefined, "colour")?.value as Colour | undefined;
  if (colour !== undefined) io.manner.colour = colour;
}
