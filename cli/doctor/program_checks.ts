/**
 * What runs, and from where.
 *
 * @module
 */

import fs from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { isRunnableFile } from "../access.ts";
import type { Io } from "../io.ts";
import { hasDesktop } from "../open.ts";
import { planloopVersion } from "../version.ts";
import { type Check, note, ok, problem } from "./check.ts";

/** The oldest Node that runs everything, as in package.json; a test holds both equal. */
export const nodeVersionMin = "20.19.0";

/** What runs this program, and whether it is new enough. */
export function checkRuntime(runtime: Runtime): Check {
  const { runtime: { name, version }, platform, osRelease, arch } = runtime.process;
  const words = { node: "Node", deno: "Deno", bun: "Bun" }[name];
  const summary = `${words} ${version} on ${platform} ${osRelease} ${arch}`;
  const details = { runtime: name, version, platform, os_release: osRelease, arch };
  if (name === "bun") {
    const advice = "planloop is tested on Node and Deno: run it with one of them.";
    return note("runtime", summary, details, advice);
  }
  if (name !== "node" || isAtLeast(version, nodeVersionMin)) return ok("runtime", summary, details);
  const advice = `planloop needs Node ${nodeVersionMin} or newer: update Node.`;
  return problem("runtime", summary, details, advice);
}

/** Whether a version is another one or a later one: numbers with stops between. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, number] of b!.entries()) {
    const other = a![index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

/** Which planloop this is, and whether the one on the PATH is the same. */
export function checkProgram(io: Io): Check {
  const path = realPath(process.argv[1] ?? "");
  const onPath = programOnPath(io);
  const isSource = /\.ts$/.test(path);
  const summary = `${planloopVersion}, ${isSource ? "from its source" : "as built"}, ${path}`;
  const details = { version: planloopVersion, path, from_source: isSource, on_path: onPath };
  if (onPath === null || realPath(onPath) === path) return ok("planloop", summary, details);
  const advice = `The planloop on your PATH is another one: ${onPath}.`;
  return note("planloop", summary, details, advice);
}

function programOnPath({ env, platform }: Io): string | null {
  const name = platform === "win32" ? "planloop.cmd" : "planloop";
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if (isRunnableFile(path)) return path;
  }
  return null;
}

function realPath(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

/** Reports need no browser of their own; whether `--open` can show them here. */
export function checkBrowser(io: Io): Check {
  const canOpen = hasDesktop(io);
  const summary = canOpen
    ? "none needed: reports open in any browser, also with --open"
    : "none needed: reports open in any browser; there is no desktop here for --open";
  return ok("browser", summary, { needed: false, can_open: canOpen });
}
