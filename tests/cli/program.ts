/**
 * Runs the real program in a process of its own, against a home in a temporary folder.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const isDeno = "Deno" in globalThis;
const denoPath = isDeno ? process.execPath : join(root, "node_modules", ".bin", "deno");

/** A way to start planloop. */
export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** From the source under Deno, and as built on Node (once, when the tests run on Node). */
export const programs: readonly Program[] = [
  ...(isDeno ? [] : [
    {
      name: "node dist/cli.js",
      command: [process.execPath, join(root, "dist", "cli.js")],
    } as const,
  ]),
  { name: "deno cli.ts", command: [denoPath, "run", "-A", "--quiet", join(root, "cli.ts")] },
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
  /** Called with the running process, to send it signals. */
  onStart?: (process: RunningProgram) => void;
  /** Called with all that it has said on stderr, whenever it says more. */
  onTalk?: (stderr: string, process: RunningProgram) => void;
}

/** Runs one command line to its end. Nothing of this machine's own planloop set-up is seen by it. */
export function planloop(
  program: Program,
  args: readonly string[],
  { cwd, home, env = {}, onStart, onTalk }: RunOptions = {},
): Promise<Run> {
  const [command, ...before] = program.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], {
      cwd: cwd ?? root,
      env: {
        ...cleanEnvironment(),
        ...(home === undefined ? {} : { PLANLOOP_HOME: home }),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Under Deno, `child.kill` makes the exit code null even where the child handles the signal.
    const running = { kill: (signal: NodeJS.Signals) => void process.kill(child.pid!, signal) };
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
