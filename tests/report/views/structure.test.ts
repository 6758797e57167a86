/**
 * What every drawer, tab, page and menu of the sample's report is made of. The views themselves, of
 * the demo's report, are in `tests/browser/structure.test.ts`.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "../../browser/axe.ts";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { outline } from "../../browser/outline.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

/** By what is open: its address. */
const records: [name: string, hash: string][] = [
  ["a task", "#/tasks/9"],
  ["a signal", "#/tasks/ci-812?tab=signals"],
  ["the notes", "#/tasks?tab=notes"],
  ["an artifact", "#/tasks/1?tab=artifacts"],
  ["a line of the agent transcript", "#/tasks/2?tab=transcript"],
  ["the plan", "#/plan"],
  ["a log line", "#/logs/logs%2Fplanloop.jsonl%3A278"],
  ["patterns of the log", "#/logs?tab=patterns"],
  ["a model call", "#/llm/tr_20251118081617_429429_llm"],
  ["a call that follows another", "#/llm/tr_20251118081418_a1b2c3_llm_002"],
  ["a metric", "#/performance/memory.rss_mb"],
  ["durations", "#/performance?tab=operations"],
  ["a trace", "#/traces/tr_20251118081548_f00ba4"],
  ["a span", "#/traces/tr_20251118082207_0bea57?row=span%3A0bea57-2"],
  ["a flame", "#/traces/tr_20251118081548_f00ba4?tab=flame"],
  ["an error", "#/errors/tr_20251118081947_10ad01_error"],
  ["faults", "#/errors?tab=faults"],
  ["a lock request", "#/locks/e7000000-0000-4000-8000-000000000018"],
  ["who waited for whom", "#/locks?tab=waits"],
  ["a change", "#/changes/tr_20251118081742_b40c3e_diff"],
  ["paths", "#/changes?tab=paths"],
  ["the history of a path", "#/changes?path=now.task_id"],
  ["a data problem", "#/problems/2"],
];

/** What a button opens over a view. */
const menus: [name: string, hash: string, button: RegExp][] = [
  ["what to copy", "#/logs", /^Copy rows/],
  ["the choice of columns", "#/logs", /^Choose columns/],
  ["a filter", "#/llm/tr_20251118081617_429429_llm", /^Outcome/],
  ["the theme", "#/", /^Theme/],
];

describeInBrowser("the structure of", () => {
  let report: SampleReport;
  beforeAll(async () => {
    report = await openSampleReport();
  }, 120_000);
  afterAll(() => report?.close());

  test("every record and tab", async () => {
    const page = await report.open();
    for (const [name, hash] of records) {
      await report.go(page, hash);
      expect((await page.evaluate(outline, "main")).join("\n")).toMatchSnapshot(name);
    }
    await page.context().close();
  }, 120_000);

  test("every menu, the palette and the help", async () => {
    const page = await report.open();
    for (const [name, hash, button] of menus) {
      await report.go(page, hash);
      await page.getByRole("button", { name: button }).first().click();
      expect(await page.locator(".menu-panel").innerText()).toMatchSnapshot(name);
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.type("queue");
    await page.locator(".quick-hit").first().waitFor();
    expect(await page.locator(".quick-hit").allInnerTexts()).toMatchSnapshot("the palette");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("h2").first().evaluate(() =>
      (document.activeElement as HTMLElement)?.blur()
    );
    await page.keyboard.press("?");
    expect(await page.locator("dialog[open]").innerText()).toMatchSnapshot("the help on keys");
    await page.context().close();
  }, 60_000);

  test("the empty views", async () => {
    const page = await report.open({ empty: true, width: 380 });
    for (
      const view of ["tasks", "plan", "logs", "llm", "performance", "traces", "errors", "locks"]
    ) {
      await report.go(page, `#/${view}`);
      const empty = page.locator(".empty-state").first();
      expect(await empty.innerText()).toMatchSnapshot(view);
      const { x, width } = (await empty.boundingBox())!;
      expect(x + width, `${view} is cut`).toBeLessThanOrEqual(380);
      expect(await violations(page), view).toEqual([]);
    }
    await page.context().close();
  }, 60_000);
});
