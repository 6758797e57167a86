/**
 * The report's app for a planloop that runs from its source: built anew when that has changed.
 */

import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isAppCurrent } from "./build.mjs";
import { root, say } from "./steps.mjs";

/** The module that the app is built into. */
export const appModule = join(root, "templates", "generated", "app.ts");

/** Longest time that a build of the app may take. */
const buildMsMax = 120_000;

/**
 * Builds the app where its sources have changed. Where that fails, such as in the middle of an
 * edit, it says so and leaves the last one in place: a command that works is worth more.
 */
export function renewApp() {
  if (isAppCurrent()) return;
  const node = "Deno" in globalThis ? "node" : process.execPath;
  const script = join(root, "scripts", "build.mjs");
  // What a build says must not get between a command's data.
  const { status, error } = spawnSync(node, [script, "--app"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    timeout: buildMsMax,
  });
  if (status === 0) return;
  const reason = error ? error.message : "see above";
  const instead = existsSync(appModule)
    ? `reports get the one of ${statSync(appModule).mtime.toISOString()}`
    : "and there is no older one";
  say(`Could not build the report's app from ${root} (${reason}): ${instead}.`);
}
