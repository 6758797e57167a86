import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { browserPath, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { removePages, writePage } from "./report_page.ts";

let browser: Browser;
let sample = "";
let long = "";
let empty = "";
beforeAll(async () => {
  if (!browserPath()) return;
  browser = await startBrowser();
  const source = createSampleSource();
  sample = await writePage(source);
  empty = await writePage(createEmptySource());
  const [first] = await source.logs.records([0]);
  const records = Array.from({ length: 100_000 }, (_, i) => ({
    ...first!,
    time: first!.time! + i * 20,
    message: `Step ${i} of the queue took ${i % 97} ms`,
    line: i + 1,
  }));
  long = await writePage(source, { records });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  removePages();
});

interface Shifts {
  shifts: string[];
}

/** Notes what moves by itself; what is below a thousandth of a pixel's share is rounding. */
function watch(): void {
  const noted = globalThis as unknown as Shifts;
  noted.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, sources } = entry as PerformanceEntry & {
        value: number;
        sources: { node?: Element }[];
      };
      if (value < 0.0001) continue;
      noted.shifts.push(`${value.toFixed(4)} ${sources.map(({ node }) => node?.className ?? "?")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What moved while a page opened, from its first byte until it is still. */
async function shiftsOf(url: string, width: number): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    reducedMotion: "reduce",
  });
  const page: Page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForSelector(".quick-search input");
  await page.waitForFunction(() => !document.querySelector(".loading, .toolbar-wait, .on-its-way"));
  await page.waitForTimeout(400);
  const shifts = await page.evaluate(() => (globalThis as unknown as Shifts).shifts);
  await context.close();
  return shifts;
}

const views = [
  "#/",
  "#/tasks",
  "#/plan",
  "#/logs",
  "#/logs/14",
  "#/logs?q=queue&sort=message",
  "#/logs?tab=patterns",
  "#/llm",
  "#/llm/tr_20251118081617_429429_llm",
  "#/performance",
  "#/traces",
  "#/traces/tr_20251118081548_f00ba4",
  "#/errors",
  "#/errors/tr_20251118081947_10ad01_error",
  "#/locks",
  "#/changes",
  "#/changes/tr_20251118081742_b40c3e_diff",
  "#/problems",
  "#/about",
];

describeInBrowser("while a report loads, nothing jumps", () => {
  test.each([1280, 380])("in any view of the sample, at %i px", async (width) => {
    const moved: string[] = [];
    for (const view of views) {
      for (const shift of await shiftsOf(sample + view, width)) moved.push(`${view}: ${shift}`);
    }
    expect(moved).toEqual([]);
  }, 180_000);

  test("nor with a log of 100,000 lines, nor with none", async () => {
    const moved: string[] = [];
    for (const view of ["#/", "#/logs", "#/logs?q=queue", "#/logs?tab=patterns"]) {
      for (const url of [long, empty]) {
        for (const shift of await shiftsOf(url + view, 1280)) moved.push(`${view}: ${shift}`);
      }
    }
    expect(moved).toEqual([]);
  }, 120_000);
});
