/**
 * Runs the real program in a process of its own, against a home in a temporary folder.
 *
 * @module
 */

import { spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const isDeno = "Deno" in globalThis;

/** The Deno that runs the tests, else the one that is installed for them. */
export const denoPath = isDeno ? process.execPath : join(root, "node_modules", ".bin", "deno");

const isRoot = process.getuid?.() === 0;

/** The user and the group that own nothing. */
const nobody = 65_534;

/** A way to start planloop. */
export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/**
 * The program on the runtime that runs the tests: as built on Node, from the source under Deno. The
 * suite runs on both, so each is tried, once.
 */
export const programs: readonly [Program] = [
  isDeno
    ? { name: "deno cli.ts", command: [denoPath, "run", "-A", "--quiet", join(root, "cli.ts")] }
    : { name: "node dist/cli.js", command: [process.execPath, join(root, "dist", "cli.js")] },
];

/** What a run gave. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run that has not ended. */
export interface RunningProgram {
  kill(signal: NodeJS.Signals): void;
}

export interface RunOptions {
  cwd?: string;
  /** `PLANLOOP_HOME`. */
  home?: string;
  env?: Record<string, string>;
  /** As somebody whom the system refuses what a file's mode does not allow; see `canBeRefused`. */
  isRefusable?: boolean;
  /** Called with the running process, to send it signals. */
  onStart?: (process: RunningProgram) => void;
  /** Called with all that it has said on stderr, whenever it says more. */
  onTalk?: (stderr: string, process: RunningProgram) => void;
}

/** Runs one command line to its end. Nothing of this machine's own planloop set-up is seen by it. */
export function planloop(
  program: Program,
  args: readonly string[],
  { cwd, home, env = {}, isRefusable = false, onStart, onTalk }: RunOptions = {},
): Promise<Run> {
  const [command, ...before] = program.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], {
      cwd: cwd ?? root,
      ...(isRefusable && isRoot && { uid: nobody, gid: nobody }),
      env: {
        ...(isRefusable ? nobodysEnvironment() : cleanEnvironment()),
        ...(home === undefined ? {} : { PLANLOOP_HOME: home }),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Under Deno, `child.kill` makes the exit code null even where the child handles the signal.
    const running = {
      kill(signal: NodeJS.Signals) {
        // It may have ended by itself meanwhile.
        if (child.exitCode === null && child.signalCode === null) process.kill(child.pid!, signal);
      },
    };
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onTalk?.(stderr, running);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    onStart?.(running);
  });
}

/** The environment without anything that would change planloop's answers. */
export function cleanEnvironment(): Record<string, string> {
  const kept: Record<string, string> = { HOME: temporaryFolder() };
  for (const name of ["PATH", "TMPDIR", "SystemRoot", "DENO_DIR"]) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/**
 * Whether the program can be run by somebody whom the system refuses files. Root is refused nothing,
 * so it runs the program as nobody, who must be able to reach it.
 */
export function canBeRefused(program: Program): boolean {
  if (process.getuid === undefined) return false;
  return !isRoot || [program.command[0], root, tmpdir()].every(isOpenToAll);
}

function isOpenToAll(path: string): boolean {
  for (let at = realpathSync(path);; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

function nobodysEnvironment(): Record<string, string> {
  const { DENO_DIR: _, ...env } = cleanEnvironment();
  chmodSync(env["HOME"]!, 0o777);
  return env;
}

/** Lets everybody read a folder with all it holds, and enter its folders. Links are not followed. */
export function openToAll(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return path;
  const isFolder = stat.isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) { for (const name of readdirSync(path)) openToAll(join(path, name)); }
  return path;
}

const folders: string[] = [];

/** A fresh folder, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "planloop-cli-")));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
