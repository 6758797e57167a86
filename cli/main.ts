/**
 * From arguments to an exit code.
 *
 * @module
 */

import { CommanderError } from "commander";
import type { CommandContext } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit_codes.ts";
import { describeFailure, UsageError } from "./failure.ts";
import type { Io } from "./io.ts";
import { buildProgram } from "./program.ts";

/**
 * Runs one command line and resolves with its exit code; never rejects. Errors become a sentence
 * on stderr, with a stack only under `PLANLOOP_DEBUG=1`.
 *
 * @param argv The arguments after the program's name.
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const started = performance.now();
  let code: ExitCode = exitCodes.ok;
  let isEnd = false;
  const context: CommandContext = {
    io,
    args: argv,
    finish(finished, { evenInterrupted = false } = {}) {
      code = finished;
      isEnd = evenInterrupted;
    },
  };
  try {
    await buildProgram(context).parseAsync([...argv], { from: "user" });
  } catch (error) {
    isEnd = false;
    code = failureCode(error, io);
  }
  if (io.manner.verbose) (await import("./verbose.ts")).sayEnd(io, started);
  return io.interrupted.aborted && !isEnd ? exitCodes.interrupted : code;
}

/** Says what went wrong, unless it was said already, and gives the exit code for it. */
function failureCode(error: unknown, io: Io): ExitCode {
  // Commander has printed its own message: help and version end well, the rest is misuse.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (io.interrupted.aborted) {
    io.stderr.write("Interrupted.\n");
    return exitCodes.interrupted;
  }
  reportFault(error, io);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

/** Says on stderr what went wrong. */
export function reportFault(error: unknown, io: Io): void {
  io.stderr.write(`${describeFailure(error, io.env["PLANLOOP_DEBUG"] === "1")}\n`);
}
