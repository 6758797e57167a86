/**
 * Opens report pages in Firefox, where one is installed.
 */

import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";

const candidates = [
  process.env["FIREFOX_PATH"],
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
];

/**
 * The Firefox that tests run in; undefined where none is installed. Its tests are skipped then; CI
 * installs it, so that all of them run there.
 */
export function firefoxPath(): string | undefined {
  return candidates.find((path) => path && existsSync(path));
}

/**
 * Starts Firefox. Files count as foreign to each other, as in a user's Firefox: without that, pages
 * could load things from `file://` that they cannot load in the field.
 *
 * @param preferences Further settings, as `about:config` names them.
 */
export function startFirefox(
  executablePath: string,
  preferences: Record<string, unknown> = {},
): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    extraPrefsFirefox: { "security.fileuri.strict_origin_policy": true, ...preferences },
  });
}
