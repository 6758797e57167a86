/**
 * The program as a process: its streams, its signals, its exit code.
 *
 * @module
 */

import process from "node:process";
import { type ExitCode, exitCodes } from "./exit_codes.ts";
import type { Io, Output } from "./io.ts";
import { main, reportFault } from "./main.ts";

/** Time that a command has to tidy up after Ctrl-C before the process ends anyway. */
const tidyUpMsMax = 5000;

/** Width taken where the output is no terminal. */
const columnsDefault = 80;

/** Runs the command line of this process and sets its exit code. */
export async function runProgram(): Promise<void> {
  const interruption = new AbortController();
  const io = systemIo(interruption.signal);
  const interrupted = onInterrupt(interruption);
  const onFault = (error: unknown): never => {
    reportFault(error, io);
    process.exit(exitCodes.failed);
  };
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  const code = await Promise.race([main(process.argv.slice(2), io), interrupted]);
  if (code === exitCodes.interrupted) process.exit(code);
  process.exitCode = code;
}

/**
 * The first Ctrl-C (or a polite request to end) asks the command to stop; a second one, or a
 * command that takes too long to tidy up, ends the process.
 */
function onInterrupt(interruption: AbortController): Promise<ExitCode> {
  return new Promise((resolve) => {
    const stop = () => {
      if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
      interruption.abort(new DOMException("Interrupted.", "AbortError"));
      setTimeout(() => resolve(exitCodes.interrupted), tidyUpMsMax).unref();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

function systemIo(interrupted: AbortSignal): Io {
  const env = { ...process.env };
  return {
    stdout: outputOf(process.stdout, env),
    stderr: outputOf(process.stderr, env),
    env,
    cwd: process.cwd(),
    platform: process.platform,
    interrupted,
  };
}

/** A stream whose reader may go away (`planloop … | head -1`) without that being an error. */
function outputOf(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): Output {
  let isClosed = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isClosed = true;
  });
  const isTerminal = stream.isTTY === true;
  return {
    write(text) {
      if (!isClosed) stream.write(text);
    },
    isTerminal,
    get columns() {
      return isTerminal && stream.columns > 0 ? stream.columns : columnsDefault;
    },
    hasColours: isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb",
  };
}
