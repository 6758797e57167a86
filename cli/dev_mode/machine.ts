/**
 * What dev mode needs of the machine: files, links, other programs.
 *
 * @module
 */

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { errorCode, type Runtime } from "../../lib/runtime/mod.ts";
import { isRunnableFile, isWritableFolder } from "../access.ts";
import type { Io } from "../io.ts";
import { machineOf } from "../machine.ts";

/** Links and modes, which are of no concern to recordings. */
export interface Links {
  /** Where a link points, as it was written; undefined where the path is no link. */
  target(path: string): string | undefined;
  /** Makes a link. */
  create(target: string, path: string): void;
  /** Copies a file with its mode. Replaces what has the new name. */
  copy(from: string, to: string): void;
  /** Lets everybody run a file. */
  makeRunnable(path: string): void;
  /** Whether this user may run a file, links followed. */
  isRunnable(path: string): boolean;
  /** Whether this user may add, rename and remove names in a folder. */
  isWritable(folder: string): boolean;
}

/** How a program ended. */
export interface Outcome {
  /** Null where it was killed, also for taking too long; 127 where there is no such program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The machine. Tests put one in its place that dies before a given step. */
export interface Machine {
  readonly runtime: Runtime;
  readonly links: Links;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: string;
  /** Runs a program to its end; never rejects. */
  run(command: string, args: readonly string[], cwd?: string): Promise<Outcome>;
}

/** Longest time that one program may take, in milliseconds. */
const runMsMax = 8000;

/** Longest time for all programs of one machine together: a switch is to take less than 30 s. */
const runsMsMax = 20_000;

/** Most of a program's output that is kept, in characters. */
const outputCharactersMax = 64 * 1024;

/** The machine that this runs on, for one command: the time for its programs is limited. */
export function systemMachine(io: Io): Machine {
  const env = ownEnvironment(io.env);
  const runtime = machineOf(io);
  const { clock } = runtime;
  const end = clock.monotonic() + runsMsMax;
  // Not 0, which would be no limit.
  const left = () => Math.max(1, Math.min(runMsMax, end - clock.monotonic()));
  return {
    runtime,
    links: systemLinks,
    env,
    cwd: io.cwd,
    platform: io.platform,
    run: (command, args, cwd = io.cwd) => run(command, args, { cwd, env, timeoutMs: left() }),
  };
}

/** Without what a Git hook sets: it would lead Git away from the folder that it is asked about. */
function ownEnvironment(env: Io["env"]): Record<string, string | undefined> {
  const isGits = (name: string) => /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR)$/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isGits(name)));
}

const systemLinks: Links = {
  target(path) {
    try {
      return fs.readlinkSync(path);
    } catch (error) {
      if (errorCode(error) === "EINVAL" || errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  },
  create: (target, path) => fs.symlinkSync(target, path),
  copy: (from, to) => fs.copyFileSync(from, to),
  makeRunnable: (path) => fs.chmodSync(path, 0o755),
  isRunnable: isRunnableFile,
  isWritable: isWritableFolder,
};

function run(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: { cwd: string; env: Machine["env"]; timeoutMs: number },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: Math.ceil(timeoutMs),
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    const kept = (text: string, more: string) => (text + more).slice(0, outputCharactersMax);
    child.stdout.setEncoding("utf8").on("data", (text: string) => stdout = kept(stdout, text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr = kept(stderr, text));
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
