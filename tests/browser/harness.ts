/**
 * Opens report pages from `file://` in a real browser, and notes everything that a report must not
 * do: a request, a message on the console, an error.
 */

import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** How a page is opened. */
export interface OpenOptions {
  /** The address inside the report, such as `#/logs`. */
  hash?: string;
  width?: number;
  height?: number;
  theme?: "light" | "dark";
  /** False: no script may run at all. */
  scripts?: boolean;
  /** Waits for the app to take over; default: true where scripts run. */
  app?: boolean;
}

/** A report on screen. */
export interface OpenReport {
  page: Page;
  /** Requests, console messages and errors so far; must stay empty. */
  faults: string[];
  close(): Promise<void>;
}

const candidates = [
  process.env["CHROME_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The browser that tests run in; undefined where none is installed. Tests of pages are skipped then:
 * there is nothing to open a page in. CI installs one, so that all of them run there.
 */
export function browserPath(): string | undefined {
  return candidates.find((path) => path && existsSync(path));
}

/** Starts the browser, with further arguments of its command line. */
export function startBrowser(further: readonly string[] = []): Promise<Browser> {
  const executablePath = browserPath();
  if (!executablePath) {
    throw new Error(
      "Cannot run browser tests: found no Chrome, Chromium or Edge. Install one, or name it in " +
        "CHROME_PATH.",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...further,
    ],
  });
}

/** Opens a report. */
export async function openReport(
  browser: Browser,
  url: string,
  options: OpenOptions = {},
): Promise<OpenReport> {
  const scripts = options.scripts ?? true;
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? "light",
    javaScriptEnabled: scripts,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  const faults: string[] = [];
  const target = url + (options.hash ?? "");
  page.on("request", (request) => {
    const address = request.url();
    const own = address.split("#")[0] === url;
    if (!own && !/^(blob|data):/.test(address)) faults.push(`request: ${address}`);
  });
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  await page.goto(target, { waitUntil: "load" });
  if (options.app ?? scripts) await page.waitForSelector(".quick-search input");
  return { page, faults, close: () => context.close() };
}
