/**
 * Settings in the place of options that were not given.
 *
 * @module
 */

import { type Command, InvalidArgumentError, type Option } from "commander";
import { UsageError } from "../failure.ts";
import { isHomeOption } from "../home.ts";
import { printable } from "../text.ts";
import type { SettingsFile } from "./find_files.ts";
import { findSetting, type LoadedSettings } from "./load_settings.ts";

/** Stops a command whose settings cannot be used: a misspelt one may be about secrets. */
export function refuseFaults({ files }: LoadedSettings): void {
  const faults = files.flatMap((file) => faultLines(file));
  if (faults.length === 0) return;
  throw new UsageError(`Cannot use the settings:\n  ${faults.join("\n  ")}`);
}

/** A file's faults, each in a line with its place. */
export function faultLines({ path, faults }: SettingsFile): string[] {
  return faults.map(({ line, column, message }) =>
    `${printable(path)}:${line}:${column}: ${message}`
  );
}

/**
 * Gives a command's options the values that the settings have for them, as if they had been typed,
 * where neither the command line nor the environment says anything.
 *
 * @throws {UsageError} If a value is none that the option takes.
 */
export function applySettings(command: Command, loaded: LoadedSettings): void {
  for (const option of command.options) {
    if (option.negate) continue;
    const name = option.attributeName();
    const source = command.getOptionValueSource(name);
    if (source === "cli" || source === "env") continue;
    if (isHomeOption(option)) {
      if (loaded.homeSource !== "project") continue;
      command.setOptionValueWithSource(name, loaded.home, "config");
      continue;
    }
    const section = command.parent?.parent === null ? command.name() : undefined;
    const found = section && findSetting(loaded, section, snakeCase(name));
    if (!found) continue;
    const path = `${section}.${snakeCase(name)}`;
    const value = optionValue(option, found.value, path, found.file);
    command.setOptionValueWithSource(name, value, "config");
  }
}

/** The value as the option's own parser gives it. */
function optionValue(option: Option, value: unknown, path: string, file: SettingsFile): unknown {
  const { parseArg } = option;
  if (typeof value === "boolean") return value;
  const values = Array.isArray(value) ? value : [value];
  if (!parseArg) return Array.isArray(value) ? value.map(String) : String(value);
  try {
    let parsed: unknown;
    for (const one of values) parsed = parseArg(String(one), parsed);
    return parsed;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const { line, column } = file.placeOf(path);
    throw new UsageError(
      `Cannot use the settings:\n  ${printable(file.path)}:${line}:${column}: ${path} is ` +
        `${JSON.stringify(value)}. ${error.message}`,
    );
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
