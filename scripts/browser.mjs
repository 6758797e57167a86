/**
 * Finds, or installs, the browser that the browser tests drive.
 */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { capture, run, say } from "./steps.mjs";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "msedge",
];

/**
 * The path of Chrome, Chromium or Edge, or undefined. `CHROME_PATH` comes first; then the search
 * path, then the usual places on macOS and Windows.
 */
export function findBrowser(env = process.env, platform = process.platform) {
  const asked = env.CHROME_PATH;
  if (asked) {
    if (existsSync(asked)) return asked;
    say(`CHROME_PATH names ${asked}, which does not exist; looking elsewhere.`);
  }
  const ending = platform === "win32" ? ".exe" : "";
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name + ending)));
  if (platform === "darwin") {
    for (const app of ["Google Chrome", "Chromium", "Microsoft Edge"]) {
      candidates.push(`/Applications/${app}.app/Contents/MacOS/${app}`);
    }
  }
  if (platform === "win32") {
    for (const base of [env.ProgramFiles, env["ProgramFiles(x86)"], env.LOCALAPPDATA]) {
      if (!base) continue;
      candidates.push(join(base, "Google", "Chrome", "Application", "chrome.exe"));
      candidates.push(join(base, "Microsoft", "Edge", "Application", "msedge.exe"));
    }
  }
  return candidates.find((path) => existsSync(path));
}

/**
 * Installs Chromium where that can be done without a question: as root on Debian or Ubuntu.
 * Resolves with its path, or undefined.
 */
export async function installBrowser() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || capture("apt-get", ["--version"]).code !== 0) return undefined;
  say("No Chrome, Chromium or Edge found; installing Chromium with apt-get.");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, quiet: true });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
    env,
    quiet: true,
  });
  return findBrowser();
}
