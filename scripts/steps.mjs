/**
 * What the scripts share: where the project is, how a program is run, how one talks.
 * Plain Node 20, no dependency: these run before anything is installed.
 */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** Where scripts keep what they can rebuild; removed together with node_modules. */
export const cacheFolder = join(root, "node_modules", ".cache", "planloop");

/** The Deno that package.json pins. */
export const denoPath = join(
  root,
  "node_modules",
  ".bin",
  process.platform === "win32" ? "deno.cmd" : "deno",
);

/** Says something on stderr, so that stdout stays for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends the script with a sentence and exit code 1. */
export function fail(text) {
  say(text);
  process.exit(1);
}

/** The script of an installed package, to be run with this Node. */
export function packageScript(path) {
  return join(root, "node_modules", ...path.split("/"));
}

/**
 * Runs a program with this terminal's output and resolves with its exit code; a signal gives 128
 * and more, as in a shell. Ctrl-C reaches the child by itself.
 */
export function run(command, args, { env = {}, cwd = root, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ["ignore", "ignore", "inherit"] : ["inherit", "inherit", "inherit"],
      shell: process.platform === "win32" && command.endsWith(".cmd"),
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}

/** Runs a program, keeping its output: `{ code, stdout, stderr }`. A missing program has code 127. */
export function capture(command, args, { env = {}, cwd = root } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32" && command.endsWith(".cmd"),
  });
  if (result.error) return { code: 127, stdout: "", stderr: String(result.error.message) };
  return { code: result.status ?? 1, stdout: result.stdout, stderr: result.stderr };
}

/** Every file below the given files and folders (relative to the project), sorted, with `/`. */
export function filesBelow(paths, skip = () => false) {
  const found = [];
  const visit = (path) => {
    const name = relative(root, path).split(sep).join("/");
    if (skip(name) || !existsSync(path)) return;
    if (!statSync(path).isDirectory()) {
      found.push(name);
      return;
    }
    for (const entry of readdirSync(path)) visit(join(path, entry));
  };
  for (const path of paths) visit(join(root, path));
  return found.sort();
}

/** A hash over names and contents of files, and any further text that decides what comes out. */
export function hashFiles(files, further = "") {
  const hash = createHash("sha256").update(further);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** Whether a script was started itself, rather than imported by another. */
export function isMain(meta) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(meta.url);
}

/**
 * Makes `N passed, N failed` the last line whatever happens, even where the set-up fails: that is
 * one failure. Returns the way to tell the real counts, which also decide the exit code.
 */
export function printCountsAtExit() {
  let counts = { passed: 0, failed: 1 };
  process.on("exit", () => console.log(`${counts.passed} passed, ${counts.failed} failed`));
  return (passed, failed) => {
    counts = { passed, failed };
    process.exitCode = failed === 0 ? 0 : 1;
  };
}

/** package.json, parsed. */
export function packageJson() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}
