/**
 * Checks on the values of options and arguments.
 *
 * @module
 */

import { InvalidArgumentError } from "commander";

/** Refuses an empty value: it comes from an unset shell variable, and means nothing else. */
export function filled(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("Expected a value; to use the default, leave it out.");
}

const sizeUnits: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** A size, such as `10MB`: powers of 1000, as the programs that set such limits count at most. */
export function byteSize(value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)$/i.exec(value.trim()) ?? [];
  const bytes = Math.floor(Number(amount) * (sizeUnits[unit?.toUpperCase() ?? ""] ?? NaN));
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError("Expected a size with its unit, such as 800KB, 10MB or 25MB.");
}
