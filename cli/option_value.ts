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

const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/**
 * A size: `400k`, `10MB`, `1.5g`, with or without the B, in either case. K, M and G are powers of
 * 1000, as the programs that set such limits count at most; Ki, Mi and Gi are powers of 1024.
 */
export function byteSize(value: string): number {
  const [, amount, unit = "", , bare] =
    /^(\d+(?:\.\d+)?)\s*(?:([kmg]i?)(b?)|(b))$/i.exec(value.trim()) ?? [];
  const bytes = Math.floor(Number(amount) * (sizeUnits[(bare ?? unit).toLowerCase()] ?? NaN));
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError("Expected a size with its unit, such as 400k, 10MB or 1g.");
}
