/**
 * What every command's file exports, and what it gets to work with.
 *
 * @module
 */

import type { Command } from "commander";
import type { ExitCode } from "./exit_codes.ts";
import type { Io } from "./io.ts";

/** What a command's file exports. */
export interface CommandModule {
  /**
   * Adds the command's options, help and action. The action reports its exit code through
   * `context.finish`; without that it is `ok`.
   */
  configure(command: Command, context: CommandContext): void;
}

/** What a command gets to work with. */
export interface CommandContext {
  readonly io: Io;
  /** The arguments after the program's name, as they were given. */
  readonly args: readonly string[];
  /**
   * Sets the exit code.
   *
   * @param options.evenInterrupted Whether it is that also after Ctrl-C: for a command whose normal
   * end that is. Default: the code is then `interrupted`.
   */
  finish(code: ExitCode, options?: { evenInterrupted?: boolean }): void;
}
