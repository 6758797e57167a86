import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "../../browser/axe.ts";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

/** Every view and every kind of drawer. */
const addresses = [
  "#/",
  "#/tasks",
  "#/tasks/9",
  "#/tasks?tab=signals",
  "#/tasks/ci-812?tab=signals",
  "#/tasks?tab=notes",
  "#/tasks?tab=artifacts",
  "#/tasks/1?tab=artifacts",
  "#/tasks?tab=transcript",
  "#/tasks/2?tab=transcript",
  "#/plan",
  "#/plan?tab=source",
  "#/llm",
  "#/llm/tr_20251118081617_429429_llm",
  "#/llm/tr_20251118081917_e71100_llm",
  "#/performance",
  "#/performance/memory.rss_mb",
  "#/performance?tab=operations",
  "#/traces",
  "#/traces/tr_20251118081548_f00ba4",
  "#/traces/tr_20251118081548_f00ba4?path=1",
  "#/traces/tr_20251118081548_f00ba4?tab=flame",
  "#/traces/tr_20251118082207_0bea57?tab=flame&zoom=0",
  "#/traces/tr_20251118082207_0bea57?row=span%3A0bea57-2",
  "#/errors",
  "#/errors/tr_20251118081947_10ad01_error",
  "#/errors/tr_20251118081917_e71100_error",
  "#/locks/e7000000-0000-4000-8000-000000000018",
  "#/locks?tab=waits",
  "#/locks",
  "#/changes",
  "#/changes/tr_20251118081457_77c0de_diff",
  "#/changes/tr_20251118081742_b40c3e_diff",
  "#/changes/tr_20251118081947_10ad01_diff",
  "#/changes?tab=paths",
  "#/changes?path=now.task_id",
  "#/changes?path=no.such",
  "#/errors?tab=faults",
  "#/llm/tr_20251118081418_a1b2c3_llm_002",
  "#/problems",
  "#/problems/2",
  "#/about",
  "#/?since=1763453720000&until=1763453780000",
  "#/traces?since=1763453720000&until=1763453780000",
  "#/locks?since=1763453720000&until=1763453780000",
  "#/llm?since=1763453720000&until=1763453720001",
  "#/nosuch",
  "#/llm/none",
  "#/logs",
  "#/logs?q=queue&sort=message",
  "#/logs?tab=patterns",
  "#/logs?pattern=Retry%20%3C*%3E%20of%20%3C*%3E%20after%20a%20%3C*%3E&since=1763453720000",
  "#/logs/logs%2Fplanloop.jsonl%3A137",
  "#/logs/logs%2Fplanloop.jsonl%3A278",
];

/**
 * Sizes at which the layout is another one: a telephone's width, and 200 % zoom, at which a window
 * of 1280 × 800 has half as many of its own pixels.
 */
const sizes = [{ name: "at 380 px", width: 380, height: 700 }, {
  name: "at 200 % zoom",
  width: 640,
  height: 400,
}] as const;

/** What is opened over a view: its selector, or the keys that open it. */
const overlays = [
  { name: "the help on keys", hash: "#/logs", keys: "?" },
  { name: "the search over everything", hash: "#/", keys: "Control+k", text: "queue" },
  { name: "a menu of filters", hash: "#/logs", button: /^Operation/ },
  { name: "the choice of columns", hash: "#/logs", button: /^Choose columns/ },
  { name: "the theme", hash: "#/", button: /^Theme/ },
  { name: "what to copy", hash: "#/logs", button: /^Copy rows/ },
] as const;

/** `npm test` looks at a part of what is the same at every size, `npm run stress` at all. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";

/** The views without an open record. */
const views = [
  "tasks",
  "plan",
  "llm",
  "performance",
  "traces",
  "errors",
  "locks",
  "changes",
  "changes?tab=paths",
  "errors?tab=faults",
  "problems",
]
  .map((view) => `#/${view}`);

describeInBrowser("every view is free of axe violations", () => {
  let report: SampleReport;
  beforeAll(async () => {
    report = await openSampleReport();
  }, 120_000);
  afterAll(() => report?.close());

  const cases = [
    { name: "light", theme: "light", empty: false },
    { name: "dark", theme: "dark", empty: false },
    { name: "light, without data", theme: "light", empty: true },
    { name: "dark, without data", theme: "dark", empty: true },
  ] as const;
  test.each(cases)("$name", async ({ theme, empty }) => {
    const found: string[] = [];
    const page = await report.open({ theme, empty });
    for (const hash of empty ? views : addresses) {
      await report.go(page, hash);
      const here = await violations(page, theme === "dark");
      found.push(...here.map((text) => `${hash} ${text}`));
    }
    await page.context().close();
    expect(found).toEqual([]);
  }, 180_000);

  test.each(sizes)("$name, everything within its width", async ({ width, height }) => {
    const found: string[] = [];
    const page = await report.open({ width, height });
    for (const hash of addresses.filter((_, at) => isStress || at % 3 === 0)) {
      await report.go(page, hash);
      found.push(...(await violations(page)).map((text) => `${hash} ${text}`));
      const tooWide = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      if (tooWide > 0) found.push(`${hash} is ${tooWide} px too wide`);
    }
    await page.context().close();
    expect(found).toEqual([]);
  }, 180_000);

  test.each(overlays)("$name, light and dark", async (overlay) => {
    for (const theme of ["light", "dark"] as const) {
      const page = await report.open({ theme, hash: overlay.hash });
      if ("button" in overlay) {
        await page.getByRole("button", { name: overlay.button }).first().click();
        await page.locator(".menu-panel").waitFor();
      } else {
        await page.keyboard.press(overlay.keys);
        if ("text" in overlay) {
          await page.keyboard.type(overlay.text);
          await page.locator(".quick-hit").first().waitFor();
        } else await page.locator("dialog[open]").waitFor();
      }
      expect(await violations(page), theme).toEqual([]);
      await page.context().close();
    }
  });

  test("nothing moves for a reader who asked for less motion", async () => {
    const page = await report.open();
    for (const hash of ["#/", "#/logs/14", "#/traces/tr_20251118081548_f00ba4"]) {
      await report.go(page, hash);
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll("*")].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return animationName !== "none" || /[1-9]/.test(transitionDuration);
        }).map((element) => element.outerHTML.slice(0, 100))
      );
      expect(moving, hash).toEqual([]);
    }
    await page.context().close();
  });
});
