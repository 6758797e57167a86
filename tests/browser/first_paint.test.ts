import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSampleSource } from "../../report/sample/mod.ts";
import { browserPath, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { removePages, writePage } from "./report_page.ts";
import { pageText, writePageText } from "../templates/read_page.ts";

let browser: Browser;
let url = "";
beforeAll(async () => {
  if (!browserPath()) return;
  browser = await startBrowser();
  url = await writePage(createSampleSource());
}, 60_000);
afterAll(async () => {
  await browser?.close();
  removePages();
});

interface Noted {
  /** Frames that held a static row and were painted, when the app began. */
  framesBefore: number | null;
}

/** Counts frames with a static row from within, until the app's first mark. */
function watch(): void {
  const noted = globalThis as unknown as Noted;
  noted.framesBefore = null;
  let frames = 0;
  const mark = performance.mark.bind(performance);
  performance.mark = (name, options) => {
    if (name === "planloop:app") noted.framesBefore ??= frames;
    return mark(name, options);
  };
  const frame = () => {
    if (noted.framesBefore !== null) return;
    if (document.querySelector(".static-rows tbody tr")) frames += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

describeInBrowser("the first frame of a report", () => {
  test("has the static rows before the app has begun", async () => {
    const page = await browser.newPage();
    await page.addInitScript(watch);
    await page.goto(url);
    await page.waitForSelector(".quick-search input");
    const frames = await page.evaluate(() => (globalThis as unknown as Noted).framesBefore);
    expect(frames).toBeGreaterThan(0);
    await page.close();
  }, 30_000);

  test("is not waited for where the page is out of sight", async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      globalThis.requestAnimationFrame = () => 0;
    });
    await page.goto(url);
    await page.waitForFunction(
      () => performance.getEntriesByName("planloop:app").length > 0,
      null,
      {
        polling: 50,
      },
    );
    await page.close();
  }, 30_000);

  test("stays, with a reason, where the app is damaged", async () => {
    const page = await browser.newPage();
    const whole = pageText(fileURLToPath(url));
    const start = whole.indexOf('data-kind="app"');
    const end = whole.indexOf("</script>", start);
    const damaged = url.replace(/[^/]+$/, "damaged.html");
    writePageText(fileURLToPath(damaged), whole.slice(0, end - 4000) + whole.slice(end));
    await page.goto(damaged);
    await expect.poll(() => page.locator("[role=alert]").innerText()).toMatch(
      /^This report opened only in part\. Cannot inflate: /,
    );
    await expect.poll(() => page.locator(".static-rows tbody tr").count()).toBeGreaterThan(0);
    await page.close();
  }, 30_000);
});
