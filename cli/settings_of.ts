/**
 * The settings of the command that runs.
 *
 * @module
 */

import type { Io } from "./io.ts";
import type { LoadedSettings, RedactChoice } from "./settings/mod.ts";
import { printable } from "./text.ts";
import { count } from "./units.ts";

/** What a command asks of its settings. */
export interface CommandSettings extends LoadedSettings {
  redact: RedactChoice;
}

const loaded = new WeakMap<Io, CommandSettings>();

/** The settings that were loaded before the command began; nothing for a command that needs none. */
export function settingsOf(io: Io): CommandSettings | undefined {
  return loaded.get(io);
}

/** Keeps the settings for {@linkcode settingsOf}. */
export function keepSettings(io: Io, settings: CommandSettings): void {
  loaded.set(io, settings);
}

/** A sentence about what the settings let through, where they do: it may be a secret after all. */
export function allowNote(redact: RedactChoice | undefined): string[] {
  const allowed = redact?.allow?.length ?? 0;
  if (!redact || allowed === 0) return [];
  const files = redact.allowedBy.map(printable).join(" and ");
  return [`${count(allowed, "name or value", "names or values")} allowed by ${files}: not secret.`];
}
