#!/usr/bin/env node
/**
 * Installs what the project needs, when it is missing or differs from the lock file.
 *
 *     node scripts/setup.mjs
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  capture,
  denoPath,
  fail,
  isMain,
  packageJson,
  packageScript,
  root,
  run,
  say,
} from "./steps.mjs";

/** Installs if needed, checks the result, and ends the process with a sentence where it cannot. */
export async function setup() {
  checkNode();
  const reason = installReason();
  if (reason) {
    say(`Setting up: ${reason}; running npm ci.`);
    await install();
  }
  await checkDeno();
}

/** Node older than package.json allows cannot run the build: say so at once. */
function checkNode() {
  const wanted = packageJson().engines.node.replace(/[^\d.]/g, "").split(".").map(Number);
  const found = process.versions.node.split(".").map(Number);
  for (const [index, part] of wanted.entries()) {
    if (found[index] > part) return;
    if (found[index] < part) {
      fail(
        `Cannot set up with Node ${process.versions.node}: planloop needs ${wanted.join(".")} or ` +
          "newer. Install a newer Node (https://nodejs.org) and run this again.",
      );
    }
  }
}

/**
 * Why an install is needed, or undefined. Compares versions rather than file times: a checkout
 * touches the lock file without changing what it asks for.
 */
function installReason() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return "node_modules is missing";
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const found = JSON.parse(readFileSync(installed, "utf8")).packages;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === "" || (optional && !found[path])) continue;
    if (found[path]?.version !== version || !existsSync(join(root, path))) {
      return `${path} is not the version that package-lock.json asks for`;
    }
  }
  return undefined;
}

async function install() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const code = await run(npm, ["ci", "--no-audit", "--no-fund"], { quiet: true });
  if (code === 0) return;
  fail(
    `Cannot install the dependencies: npm ci ended with code ${code} (its message is above). ` +
      "Check that the npm registry can be reached (npm ping) and that package-lock.json matches " +
      "package.json, then run this again.",
  );
}

/**
 * npm may be told not to run install scripts (`ignore-scripts`, `allow-scripts`). Deno's binary
 * comes with an optional package of this platform, and its script only links it: run it ourselves.
 */
async function checkDeno() {
  const wanted = packageJson().devDependencies.deno;
  if (denoVersion() === wanted) return;
  await run(process.execPath, [packageScript("deno/install.cjs")], {
    cwd: packageScript("deno"),
    quiet: true,
  });
  const found = denoVersion();
  if (found === wanted) return;
  fail(
    `Cannot run Deno: ${denoPath} answers ${found ?? "nothing"}, expected version ${wanted}. ` +
      "Deno comes as an optional npm package for each platform; remove node_modules and run this " +
      "again with optional packages enabled (npm config get omit).",
  );
}

function denoVersion() {
  const { code, stdout } = capture(denoPath, ["--version"]);
  return code === 0 ? /^deno (\S+)/.exec(stdout)?.[1] : undefined;
}

if (isMain(import.meta)) await setup();
