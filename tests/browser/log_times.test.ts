import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { openReport, startBrowser } from "./harness.ts";
import { removePages, writePage } from "./report_page.ts";

const sample = createSampleSource();
const { columns } = sample.logs;
let browser: Browser;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  url = await writePage(sample);
});
afterAll(async () => {
  await browser?.close();
  removePages();
});

const countOf = (page: Page) => page.locator(".toolbar-count");
const paramsOf = (page: Page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
const countText = (count: number) => `${count.toLocaleString("en")} of 1,500`;

/** Lines between two moments, by a plain count. */
function between(since: number, until: number): number {
  return columns.time.filter((time) => time >= since && time <= until).length;
}

describe("the log's strip of times", () => {
  test("the log's strip of times draws a bar for every bin that has lines", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=ERROR,CRITICAL" });
    const strip = page.locator(".times svg");
    const bins = Number(await strip.getAttribute("aria-valuemax")) + 1;
    const known = columns.time.filter((time) => !Number.isNaN(time));
    const start = Math.min(...known);
    const span = Math.max(...known) - start;
    const full = new Set<number>();
    columns.time.forEach((time, row) => {
      if (columns.level[row]! < 3 || Number.isNaN(time)) return;
      full.add(Math.min(bins - 1, Math.floor((time - start) * bins / span)));
    });
    for (const look of ["density-all", "density-error"]) {
      const path = await strip.locator(`.${look}`).getAttribute("d");
      expect(path!.split("M").length - 1, look).toBe(full.size);
    }
    await expect.poll(() => strip.locator(".density-warning").getAttribute("d")).toBe(
      await strip.locator(".density-error").getAttribute("d"),
    );
    await close();
  });

  test("the log's strip of times keeps the lines of the time that is dragged over", async () => {
    const { page, faults, close } = await openReport(browser, url, { hash: "#/logs" });
    const box = (await page.locator(".times svg").boundingBox())!;
    const drag = async (from: number, to: number) => {
      await page.mouse.move(box.x + from, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(box.x + to, box.y + 10, { steps: 3 });
      await page.mouse.up();
    };
    await drag(402, 203);
    await expect.poll(() => paramsOf(page).get("since")).not.toBe(null);
    const first = paramsOf(page);
    const since = Number(first.get("since"));
    const until = Number(first.get("until"));
    expect(until - since).toBeLessThan(sample.header.time_range.end! / 2);
    await expect.poll(() => countOf(page).textContent()).toBe(countText(between(since, until)));
    // The strip now shows the chosen time, so that a part of it can be chosen.
    await drag(100, 500);
    await expect.poll(() => Number(paramsOf(page).get("since"))).toBeGreaterThan(since);
    expect(Number(paramsOf(page).get("until"))).toBeLessThan(until);
    await page.goBack();
    await expect.poll(() => countOf(page).textContent()).toBe(countText(between(since, until)));
    await page.locator(".window-chip").click();
    await expect.poll(() => countOf(page).textContent()).toBe("1,500 rows");
    expect(faults).toEqual([]);
    await close();
  });

  test("the log's strip of times works by keys", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    const strip = page.locator(".times svg");
    await strip.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    const said = await strip.getAttribute("aria-valuetext");
    expect(said).toMatch(/^\d\d:\d\d:\d\d\.\d{3} – \d\d:\d\d:\d\d\.\d{3}: \d+ lines?/);
    await page.keyboard.press("Escape");
    await expect.poll(() => strip.getAttribute("aria-valuetext")).toContain("one bar is");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+End");
    await page.keyboard.press("Enter");
    await expect.poll(() => paramsOf(page).get("until")).not.toBe(null);
    const timed = columns.time.filter((time) => !Number.isNaN(time)).length;
    await expect.poll(() => countOf(page).textContent()).toBe(countText(timed));
    await close();
  });

  test("the log's times come as milliseconds or as ISO 8601", async () => {
    const since = sample.header.time_range.start! + 60_000;
    const until = since + 30_000;
    for (const form of [String, (time: number) => new Date(time).toISOString()]) {
      const hash = `#/logs?since=${encodeURIComponent(form(since))}&until=${
        encodeURIComponent(form(until))
      }`;
      const { page, close } = await openReport(browser, url, { hash });
      await expect.poll(() => countOf(page).textContent()).toBe(countText(between(since, until)));
      await close();
    }
  });

  test("the log's strip of times is not there without a time", async () => {
    const page1 = await writePage(createEmptySource());
    const { page, close } = await openReport(browser, page1, { hash: "#/logs" });
    await page.waitForSelector(".empty-state");
    await expect.poll(() => page.locator(".times").count()).toBe(0);
    await page.evaluate(() => location.hash = "#/logs?tab=patterns");
    await expect.poll(() => page.locator(".empty-state h3").textContent())
      .toBe("No log lines were recorded");
    await close();
  });
});

describe("the log's facets", () => {
  test("the log's facets filter by trace, event and file, the most frequent first", async () => {
    const dictionaries = await sample.section("dictionaries");
    const counted = (column: Uint8Array | Uint32Array, words: readonly string[]) => {
      const counts = new Map<string, number>();
      for (const number of column) {
        const word = words[number]!;
        if (word) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      return [...counts].sort((a, b) => b[1] - a[1]);
    };
    const facets = [
      ["Trace", "trace", counted(columns.trace, dictionaries.traces)],
      ["Event", "event", counted(columns.event, dictionaries.events)],
      ["File", "file", counted(columns.file, dictionaries.files)],
    ] as const;
    for (const [label, name, expected] of facets) {
      const { page, close } = await openReport(browser, url, { hash: "#/logs" });
      await page.locator(".toolbar").getByRole("button", { name: label, exact: true }).click();
      const first = page.locator(".facet-options .menu-item").first();
      const [word, count] = expected[0]!;
      await expect.poll(() => first.locator(".chip-count").textContent()).toBe(
        count.toLocaleString("en"),
      );
      await first.click();
      await expect.poll(() => countOf(page).textContent()).toBe(countText(count));
      expect(decodeURIComponent(paramsOf(page).get(name)!)).toBe(word);
      await close();
    }
  });
});
