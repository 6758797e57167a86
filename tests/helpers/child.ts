/**
 * Real child processes for tests: a TypeScript entry is bundled once and run by the same runtime
 * that runs the tests.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { build } from "vite";

/** A child process under observation. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** How it ended. */
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** What it has written to standard output so far. */
  output(): string;
  /** What it has written to standard error so far. */
  errors(): string;
  /** Waits until standard output holds a text; rejects when the child ends without it. */
  waitFor(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Whether the tests run under Deno. */
export const isDeno: boolean = "Deno" in globalThis;

/**
 * Bundles an entry with everything that it imports.
 *
 * @param entry The TypeScript file's absolute path.
 * @returns The bundle's path, in a temporary folder; {@linkcode removeBundles} removes it.
 */
export async function bundleChild(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "planloop-child-"));
  folders.push(folder);
  const name = `${basename(entry).replace(/\.\w+$/, "")}.mjs`;
  await build({
    configFile: false,
    logLevel: "silent",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: folder,
      minify: false,
      rolldownOptions: { output: { entryFileNames: name } },
    },
  });
  return join(folder, name);
}

const folders: string[] = [];

/** Removes every bundle that was made; for `afterAll`. */
export function removeBundles(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The command line that runs a script with the runtime that runs the tests. */
export function runtimeArgs(script: string, args: readonly string[]): string[] {
  return isDeno ? ["run", "-A", script, ...args] : [script, ...args];
}

/**
 * Runs a bundle.
 *
 * @param path The bundle.
 * @param args Its arguments.
 * @param options.env Added to the environment of the tests.
 * @param options.input Whether the test writes to its standard input. Default: it finds that empty.
 */
export function spawnChild(
  path: string,
  args: readonly string[] = [],
  options: { env?: Record<string, string>; input?: boolean } = {},
): Child {
  const child = spawn(process.execPath, runtimeArgs(path, args), {
    env: { ...process.env, ...options.env },
    stdio: [options.input ? "pipe" : "ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  const listeners = new Set<() => void>();
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const listener of listeners) listener();
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    process: child,
    pid: child.pid ?? -1,
    exit,
    output: () => output,
    errors: () => errors,
    kill: (signal) => void child.kill(signal),
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void exit.then(({ code, signal }) => {
          look();
          if (listeners.delete(look)) {
            reject(new Error(`The child ended (${code ?? signal}) before "${text}": ${errors}`));
          }
        });
      }),
  };
}
