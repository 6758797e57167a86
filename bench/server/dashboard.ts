/**
 * How long the table of many sessions takes in a browser, until it can be used.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import process from "node:process";
import type { Browser } from "playwright-core";
import { openSession } from "../../lib/mod.ts";
import { browserPath, startBrowser } from "../../tests/browser/harness.ts";
import type { Goal } from "../goal.ts";

/** The built program, as it is installed. */
const program = resolve("dist", "cli.js");

/** How often the page is opened. */
const rounds = 9;

/** What was measured: milliseconds from asking for the page. */
interface Opening {
  answered: number;
  painted: number;
  usable: number;
}

/** Opens the dashboard over new sessions, each time in a browser that knows nothing of it. */
export async function measureDashboard(
  home: string,
  sessions: number,
): Promise<{ costs: Record<string, Opening>; goals: Goal[] }> {
  if (!browserPath()) return { costs: {}, goals: [] };
  for (let i = 0; i < sessions; i++) {
    openSession({ name: `session-${i}`, home, title: `Session number ${i}` }).close();
  }
  const server = spawn(process.execPath, [program, "web", "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, PLANLOOP_HOME: home },
  });
  const browser = await startBrowser();
  try {
    const [line] = await once(server.stdout, "data");
    const url = String(line).trim();
    const found: Opening[] = [];
    for (let round = 0; round < rounds; round++) found.push(await openOnce(browser, url));
    const [first, ...others] = found;
    const best = others.sort((a, b) => a.usable - b.usable)[0]!;
    const bar = 500;
    const of = `server: ${sessions} sessions, the dashboard until it can be used, elapsed, ms`;
    return {
      costs: { "the first time": first!, "the least of further ones": best },
      goals: [{ goal: of, value: best.usable, bar }],
    };
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}

/** One opening: usable once the app's table has rows and nothing more is to be done. */
async function openOnce(browser: Browser, url: string): Promise<Opening> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(".app .grid-row")) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark("usable")));
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName("usable").length > 0);
    return await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      const at = (name: string) => Math.round(performance.getEntriesByName(name)[0]!.startTime);
      return {
        answered: Math.round((navigation as PerformanceNavigationTiming).responseStart),
        painted: at("first-contentful-paint"),
        usable: at("usable"),
      };
    });
  } finally {
    await context.close();
  }
}
