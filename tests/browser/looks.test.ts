import AxeBuilder from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { openReport, startBrowser } from "./harness.ts";
import { appText, builtApp, removePages, writePage } from "./report_page.ts";

let browser: Browser;
let url: string;
let emptyUrl: string;

beforeAll(async () => {
  browser = await startBrowser();
  url = await writePage(createSampleSource());
  emptyUrl = await writePage(createEmptySource());
});
afterAll(async () => {
  await browser?.close();
  removePages();
});

describe("how the report's page is built and looks", () => {
  test("the app is the production build, whatever NODE_ENV says", async () => {
    expect(process.env["NODE_ENV"]).not.toBe("production");
    const app = appText(await builtApp());
    // The source places of a development JSX, and what a library's development build asserts.
    expect(app).not.toMatch(/fileName:|lineNumber:|jsxDEV/);
    expect(app).not.toContain("expected to ");
    expect(app).not.toContain("micromark:debug");
  });

  test.each(["light", "dark"] as const)(
    "axe finds nothing in the frame's views, %s",
    async (theme) => {
      for (
        const [address, hashes] of [[url, ["#/", "#/logs", "#/logs/14"]], [emptyUrl, [
          "#/",
          "#/logs",
        ]]] as const
      ) {
        const { page, close } = await openReport(browser, address, { theme });
        for (const hash of hashes) {
          await page.evaluate((next) => location.hash = next, hash);
          await page.waitForTimeout(150);
          const { violations } = await runAxe(page);
          expect(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), hash).toEqual([]);
        }
        await close();
      }
    },
    120_000,
  );

  test("no label of the app's own is cut on a screen of 380 px", async () => {
    const labels: [hash: string, label: string][] = [
      ["#/overview", ".timeline-note"],
      ["#/locks", ".lane-axis > .lane-name"],
      ["#/logs", ".times-note > span:nth-child(2)"],
    ];
    for (const [hash, label] of labels) {
      const { page, close } = await openReport(browser, url, { hash, width: 380 });
      const missing = await page.locator(label).first().evaluate((element) =>
        Math.max(0, element.scrollWidth - element.clientWidth)
      );
      expect(missing, label).toBe(0);
      await close();
    }
  });

  test("nothing is wider than a screen of 380 px", async () => {
    for (const hash of ["", "#/logs", "#/logs/14"]) {
      const { page, close } = await openReport(browser, url, { hash, width: 380 });
      await page.waitForTimeout(100);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBe(380);
      const wide = await page.locator(".page-scroll").evaluateAll((all) =>
        all.map((element) => element.scrollWidth - element.clientWidth)
      );
      expect(wide.filter((extra) => extra > 0), hash).toEqual([]);
      await close();
    }
  });
});

/** Playwright evaluates outside of the page's policy, so axe can run in it. */
async function runAxe(page: Page) {
  await page.evaluate(
    `(() => { const module = undefined, exports = undefined; ${AxeBuilder.source} })()`,
  );
  return await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof AxeBuilder }).axe.run(document, {
      resultTypes: ["violations"],
    })
  );
}
