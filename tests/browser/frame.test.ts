import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { staticFindingsMax } from "../../templates/static_view.ts";
import { openReport, startBrowser } from "./harness.ts";
import { appText, builtApp, removePages, writePage } from "./report_page.ts";

const sample = createSampleSource();
let browser: Browser;
let url: string;
let emptyUrl: string;

beforeAll(async () => {
  browser = await startBrowser();
  url = await writePage(sample);
  emptyUrl = await writePage(createEmptySource());
});
afterAll(async () => {
  await browser?.close();
  removePages();
});

const countOf = (page: Page) => page.locator(".toolbar-count");

describe("the report's page", () => {
  test("the page makes no request, no console message and no error in any frame view", async () => {
    for (const hash of ["", "#/logs", "#/logs/14?q=webhook&sort=-time", "#/nonsense/%E0%A4%A?x"]) {
      const { page, faults, close } = await openReport(browser, url, { hash });
      await page.waitForTimeout(100);
      expect(faults, hash).toEqual([]);
      await close();
    }
  });

  test("the page removes its data from the document and reads the log to the end", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    await expect.poll(() => countOf(page).textContent()).toBe("1,500 rows");
    await expect.poll(() => page.locator("script[type='text/plain']").count()).toBe(0);
    await close();
  });

  test("the page shows overview, first rows and problems where no script runs", async () => {
    const { page, faults, close } = await openReport(browser, url, { scripts: false });
    await expect.poll(() => page.locator(".finding").count()).toBeGreaterThan(staticFindingsMax);
    await expect.poll(() => page.locator(".static-rows tbody tr").count()).toBe(50);
    await expect.poll(() => page.locator("h1").textContent()).toBe(sample.header.title);
    expect(faults).toEqual([]);
    await close();
  });

  test("the static first view and the app put the same things in the same places", async () => {
    for (const width of [1280, 380]) {
      const boxes = async (scripts: boolean) => {
        const { page, close } = await openReport(browser, url, { scripts, width });
        const found = await page.evaluate(() => {
          const wanted = [
            ".topbar",
            ".brand",
            "h1",
            ".topbar .status",
            ".rail",
            ".rail-item",
            ".rail-count",
            ".rail-failed",
            ".figures",
            ".figure-value",
            ".figure-note",
            ".finding",
            ".finding-detail",
          ];
          return wanted.flatMap((name) =>
            [...document.querySelectorAll(name)].slice(0, 5).map((element) => {
              const { x, y, width, height } = element.getBoundingClientRect();
              return [name, Math.round(x), Math.round(y), Math.round(width), Math.round(height)]
                .join(" ");
            })
          );
        }).catch(() => null);
        await close();
        return found;
      };
      const [still, alive] = [await boxes(false), await boxes(true)];
      expect(still, `at ${width}`).not.toBeNull();
      expect(alive).toEqual(still);
    }
  });

  test("the page reads its log without a worker where none may start", async () => {
    const blocked = await writePage(sample, {
      edit: (page) => page.replace("worker-src blob:", "worker-src 'none'"),
    });
    const { page, close } = await openReport(browser, blocked, { hash: "#/logs?q=queue" });
    await expect.poll(() => countOf(page).textContent()).toMatch(/^[\d,]+ of 1,500$/);
    await close();
  });

  test("the page says what is wrong with its data, and keeps the static view", async () => {
    const damaged = await writePage(sample, {
      edit: (page) => page.replace('"bundle_version":3', '"bundle_version":99'),
    });
    const { page, faults, close } = await openReport(browser, damaged, { app: false });
    await expect.poll(() => page.locator("[role=alert]").textContent()).toContain(
      "version 99, expected 3",
    );
    await expect.poll(() => page.locator(".static-rows tbody tr").count()).toBe(50);
    expect(faults).toEqual([]);
    await close();
  });

  test("the page lets no other script run", async () => {
    const edited = await writePage(sample, {
      edit: (page) => page.replace("</body>", "<script>document.title='taken'</script></body>"),
    });
    const { page, faults, close } = await openReport(browser, edited);
    expect(await page.title()).not.toBe("taken");
    expect(faults.join()).toContain("Content Security Policy");
    await close();
  });

  test("the built app names no address that a browser would fetch", async () => {
    const app = appText(await builtApp());
    expect(app).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    expect(app).not.toMatch(/@import|url\((?!["']?data:)/);
    // `fetch` and `EventSource` are for pages that a server serves; elsewhere the policy forbids them.
    expect(app).not.toMatch(/XMLHttpRequest|sendBeacon|WebSocket/);
  });
});

describe("the frame", () => {
  test("the search over everything leads to records by keyboard", async () => {
    const { page, close } = await openReport(browser, url);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("LockTimeout");
    await expect.poll(() => page.locator(".quick-hit").count()).toBeGreaterThan(1);
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#\/errors\//);
    await close();
  });

  test("each finding leads to a view that opens", async () => {
    const { page, faults, close } = await openReport(browser, url);
    await page.locator("button.finding-more").click();
    const links = await page.locator("a.finding").evaluateAll((all) =>
      all.map((link) => (link as HTMLAnchorElement).hash)
    );
    expect(links.length).toBe(sample.header.findings.length);
    for (const link of links) {
      await page.evaluate((hash) => location.hash = hash, link);
      await page.waitForTimeout(80);
      expect(await page.locator("main .load-error").count(), link).toBe(0);
    }
    expect(faults).toEqual([]);
    await close();
  });

  test("theme and zone change at once and last where the browser keeps them", async () => {
    const { page, faults, close } = await openReport(browser, url);
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByRole("button", { name: "Dark" }).click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
      "dark",
    );
    const utc = await page.locator(".topbar-span time").textContent();
    await page.getByRole("button", { name: "UTC" }).click();
    await expect.poll(() => page.locator(".topbar-span time").textContent()).not.toBe(utc);
    // The browser writes what is kept in its own time.
    await expect.poll(async () => {
      await page.reload();
      await page.waitForSelector(".quick-search input");
      return await page.evaluate(() => document.documentElement.dataset["theme"]);
    }).toBe("dark");
    expect(faults).toEqual([]);
    await close();
  });

  test("an empty session opens, and its views teach what to call", async () => {
    for (const hash of ["", "#/logs"]) {
      const { page, faults, close } = await openReport(browser, emptyUrl, { hash });
      await page.waitForTimeout(80);
      await expect.poll(() => page.locator(".empty-state").count()).toBeGreaterThan(0);
      expect(faults).toEqual([]);
      await close();
    }
  });
});
