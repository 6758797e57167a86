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
