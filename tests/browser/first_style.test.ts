import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inflateRawSync } from "node:zlib";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { builtApp, removePages, writePage } from "./report_page.ts";

describeInBrowser("the style of the first view", () => {
  let browser: Browser;
  /** Pages as they are, each with one that has the rest of the style from the beginning. */
  let pairs: [string, string][];
  beforeAll(async () => {
    browser = await startBrowser();
    const { code } = await builtApp();
    const rest = inflateRawSync(code.bytes).toString().split("</style>", 1)[0]!;
    expect(rest).toContain(".grid-row");
    const edit = (page: string) =>
      page.replace(/<meta http-equiv[^>]+>/, "").replace(
        "</head>",
        `<style>${rest}</style></head>`,
      );
    pairs = [];
    for (const source of [createSampleSource(), createEmptySource()]) {
      pairs.push([await writePage(source), await writePage(source, { edit })]);
    }
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    removePages();
  });

  test.each([1280, 380])(
    "is whole: what comes with the app changes nothing, at %i px",
    async (width) => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width, height: 2000 },
      });
      for (const pair of pairs) {
        const [first, whole] = await Promise.all(pair.map(async (url) => {
          const page = await context.newPage();
          await page.goto(url);
          return await page.screenshot();
        }));
        expect(first!.equals(whole!)).toBe(true);
      }
      await context.close();
    },
    60_000,
  );
});
