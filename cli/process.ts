/**
 * The program as a process: its streams, its signals, its exit code.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { errorCode } from "../lib/runtime/files.ts";
import { type ExitCode, exitCodes } from "./exit_codes.ts";
import { type Input, type Io, type Manner, type Output, plainManner } from "./io.ts";
import { main, reportFault } from "./main.ts";
import { mayColour } from "./style.ts";
import { systemReason } from "./system_reason.ts";

/**
 * Importing `node:process` reads each of its members, and so opens all three streams: a sixth of what
 * help takes. The global is the same object on both runtimes.
 */
// deno-lint-ignore no-process-global
const process: NodeJS.Process = globalThis.process;

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
  // An output that failed has set its own code, or will.
  if (code !== exitCodes.ok || process.exitCode === undefined) process.exitCode = code;
  // What an interrupted command has left open must not keep the process.
  if (interruption.signal.aborted) process.exit();
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
  const manner = plainManner();
  // Talk that cannot be delivered must not fail what it is about.
  const stderr = outputOf(() => process.stderr, env, manner, () => {});
  const io: Io = {
    stdout: outputOf(() => process.stdout, env, manner, (error) => {
      reportFault(new Error(`Cannot write to stdout: ${systemReason(error)}.`), io);
      process.exitCode = exitCodes.failed;
    }),
    stderr,
    stdin: systemInput(interrupted),
    manner,
    env,
    cwd: process.cwd(),
    platform: process.platform,
    interrupted,
  };
  return io;
}

/**
 * A stream whose reader may go away (`planloop … | head -1`) without that being an error. It is opened
 * when it is first looked at.
 *
 * @param open Gives the stream, always the same.
 * @param onFailure Called once, with why nothing more can be written to it.
 */
function outputOf(
  open: () => NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  manner: Manner,
  onFailure: (error: unknown) => void,
): Output {
  let isClosed = false;
  const fail = (error: unknown) => {
    if (isClosed) return;
    isClosed = true;
    if (errorCode(error) !== "EPIPE") onFailure(error);
  };
  let opened: NodeJS.WriteStream | undefined;
  const stream = () => opened ??= open().on("error", fail);
  return {
    write(data) {
      if (isClosed) return;
      try {
        stream().write(data);
      } catch (error) {
        // Writes to a file are done at once, and fail at once.
        fail(error);
      }
    },
    async drained() {
      // A pipe that was closed says so a turn later, wherever its writes are done at once.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (isClosed || !stream().writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          for (const event of ["drain", "close", "error"]) stream().off(event, done);
          resolve();
        };
        for (const event of ["drain", "close", "error"]) stream().on(event, done);
      });
    },
    get isClosed() {
      return isClosed;
    },
    get isTerminal() {
      return stream().isTTY === true;
    },
    get columns() {
      const { isTTY, columns } = stream();
      return isTTY && columns > 0 ? columns : columnsDefault;
    },
    get hasColours() {
      return mayColour(env, manner.colour, stream().isTTY === true);
    },
  };
}

/** Longest line that is taken for an answer, in characters. */
const answerLengthMax = 1000;

/** Standard input, which is not touched before a line is asked for. */
function systemInput(interrupted: AbortSignal): Input {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    async readLine() {
      const { createInterface } = await import("node:readline");
      const lines = createInterface({ input: process.stdin, terminal: false });
      return await new Promise<string | null>((resolve) => {
        interrupted.addEventListener("abort", () => resolve(null), { once: true });
        lines.once("line", (line) => resolve(line.slice(0, answerLengthMax)));
        lines.once("close", () => resolve(null));
      }).finally(() => {
        lines.close();
        process.stdin.pause();
      });
    },
  };
}
