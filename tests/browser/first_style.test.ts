import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inflateRawSync } from "node:zlib";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { builtApp, removePages, writePage } from "./report_page.ts";

/**
 * By how many levels (0 to 255) two PNG pictures differ at most, and in how many pixels. A few pixels
 * of round corners always may: they depend on the pieces in which the browser happened to draw.
 */
async function difference(browser: Browser, ...pictures: string[]) {
  const page = await browser.newPage();
  const found = await page.evaluate(async (pictures) => {
    const [one, other] = await Promise.all(pictures.map(async (picture) => {
      const bytes = await fetch(`data:image/png;base64,${picture}`);
      const bitmap = await createImageBitmap(await bytes.blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
      canvas.drawImage(bitmap, 0, 0);
      return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    }));
    if (one!.width !== other!.width || one!.height !== other!.height) throw new Error("other size");
    const differing = new Set<number>();
    let levels = 0;
    one!.data.forEach((level, i) => {
      if (level === other!.data[i]) return;
      differing.add(i >> 2);
      levels = Math.max(levels, Math.abs(level - other!.data[i]!));
    });
    return { levels, pixels: differing.size };
  }, pictures);
  await page.close();
  return found;
}

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
          return (await page.screenshot()).toString("base64");
        }));
        const { levels, pixels } = await difference(browser, first!, whole!);
        expect(levels).toBeLessThanOrEqual(32);
        expect(pixels).toBeLessThanOrEqual(64);
      }
      await context.close();
    },
    60_000,
  );
});
