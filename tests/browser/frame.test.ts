import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { staticFindingsMax } from "../../templates/static_view.ts";
import { openReport, startBrowser } from "./harness.ts";
import { builtApp, removePages, writePage } from "./report_page.ts";

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

const rowsOf = (page: Page) => page.locator(".grid-body .grid-row");
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
    expect(await page.locator("script[type='text/plain']").count()).toBe(0);
    await close();
  });

  test("the page shows overview, first rows and problems where no script runs", async () => {
    const { page, faults, close } = await openReport(browser, url, { scripts: false });
    expect(await page.locator(".finding").count()).toBeGreaterThan(staticFindingsMax);
    expect(await page.locator(".static-rows tbody tr").count()).toBe(50);
    expect(await page.locator("h1").textContent()).toBe(sample.header.title);
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
      edit: (page) => page.replace('"bundle_version":1', '"bundle_version":99'),
    });
    const { page, faults, close } = await openReport(browser, damaged, { app: false });
    expect(await page.locator("[role=alert]").textContent()).toContain("version 99, expected 1");
    expect(await page.locator(".static-rows tbody tr").count()).toBe(50);
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
    const app = await builtApp();
    expect(app).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    expect(app).not.toMatch(/@import|url\((?!["']?data:)/);
    expect(app).not.toMatch(/\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource/);
  });
});

describe("the log's view", () => {
  test("the log's view finds what a plain search of the records finds", async () => {
    const records = await sample.logs.records(
      Array.from({ length: sample.logs.rows }, (_, i) => i),
    );
    for (const text of ["WEBHOOK", "429", '"queue":"live"']) {
      const wanted = text.toLowerCase();
      const expected = records.filter((record) =>
        [
          record.message,
          JSON.stringify(record.context),
          JSON.stringify(record.extra),
          record.operation,
          record.event ?? "",
          record.trace_id ?? "",
        ].some((part) => part.toLowerCase().includes(wanted))
      ).length;
      const hash = `#/logs?q=${encodeURIComponent(text)}`;
      const { page, close } = await openReport(browser, url, { hash });
      await expect.poll(() => countOf(page).textContent()).toBe(
        `${expected.toLocaleString("en")} of 1,500`,
      );
      await close();
    }
  });

  test("the log's view filters by level from the address, and the chip says so", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=WARNING" });
    const chip = page.locator(".chip", { hasText: "WARNING" });
    expect(await chip.getAttribute("aria-pressed")).toBe("true");
    const levels = await page.locator(".grid-body .level").allTextContents();
    expect(new Set(levels)).toEqual(new Set(["WARNING"]));
    await chip.click();
    await expect.poll(() => countOf(page).textContent()).toBe("1,500 rows");
    await page.goBack();
    expect(await chip.getAttribute("aria-pressed")).toBe("true");
    await close();
  });

  test("the log's view opens the row of a file and line, as evidence names it", async () => {
    const [record] = await sample.logs.records([700]);
    const hash = `#/logs/${encodeURIComponent(`${record!.file}:${record!.line}`)}`;
    const { page, close } = await openReport(browser, url, { hash });
    await expect.poll(() => page.locator(".drawer").textContent()).toContain(
      `${record!.file}:${record!.line}`,
    );
    await expect.poll(() => page.locator(".grid-row[aria-selected=true]").count()).toBe(1);
    await close();
  });

  test("the log's view sorts by a column and tells so to a screen reader", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    const head = page.locator("[role=columnheader]", { hasText: "Duration" });
    await head.locator("button").click();
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    const durations = sample.logs.columns.duration.filter((value) => !Number.isNaN(value));
    const longest = Math.max(...durations);
    expect(await rowsOf(page).first().locator(".cell").last().getAttribute("title")).toBe(
      `${longest} ms`,
    );
    await head.locator("button").click();
    await head.locator("button").click();
    expect(await head.getAttribute("aria-sort")).toBe("none");
    await close();
  });

  test("the log's view walks by keys: down, open, follow, close, end, search", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).hash).toBe("#/logs/2");
    await page.keyboard.press("j");
    await expect.poll(() => new URL(page.url()).hash).toBe("#/logs/3");
    expect(await page.locator(".drawer").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".drawer").count()).toBe(0);
    await page.keyboard.press("End");
    await expect.poll(() => rowsOf(page).last().getAttribute("aria-rowindex")).toBe("1501");
    await page.keyboard.press("/");
    await page.keyboard.type("Retry");
    await expect.poll(() => new URL(page.url()).hash).toBe("#/logs?q=Retry");
    await page.keyboard.press("Escape");
    await expect.poll(() => new URL(page.url()).hash).toBe("#/logs");
    await close();
  });

  test("the log's view keeps the page small, wherever it is scrolled", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    const nodes = () => page.evaluate(() => document.body.querySelectorAll("*").length);
    const atTop = await nodes();
    await page.locator(".grid").evaluate((grid) => grid.scrollTop = grid.scrollHeight / 2);
    await page.waitForTimeout(100);
    expect(Math.max(atTop, await nodes())).toBeLessThanOrEqual(430);
    await close();
  });

  test("the log's view prints every row, not only those on the screen", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=WARNING" });
    const warnings = sample.header.levels.WARNING;
    expect(await rowsOf(page).count()).toBeLessThan(warnings);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await expect.poll(() => rowsOf(page).count()).toBe(warnings);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await expect.poll(() => rowsOf(page).count()).toBeLessThan(warnings);
    await close();
  });

  test("the log's view copies what it shows as JSON and as Markdown", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=CRITICAL" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = async (kind: string, start: string) => {
      await page.getByRole("button", { name: "Copy rows" }).click();
      await page.getByRole("button", { name: kind }).click();
      const read = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(async () => (await read()).slice(0, start.length)).toBe(start);
      expect(await countOf(page).textContent()).toBe("Copied 1 row");
      return await read();
    };
    const rows = sample.logs.columns.level;
    const [record] = await sample.logs.records([rows.indexOf(4)]);
    expect(JSON.parse(await copied("Copy as JSON", "["))).toEqual([record]);
    expect((await copied("Copy as Markdown", "| Time")).split("\n")[2]).toContain("CRITICAL");
    await close();
  });

  test("the log's view shows hostile text as text", async () => {
    const hostile = `<img src=x onerror="document.title='taken'"></script><b>\u202Egpj.exe\u0000`;
    const record: LogRecord = {
      time: Date.UTC(2025, 0, 1),
      level: "INFO",
      operation: hostile,
      trace_id: null,
      message: hostile,
      duration_ms: null,
      event: null,
      context: { [hostile]: hostile, ["__proto__"]: 1 },
      extra: {},
      file: "logs/planloop.jsonl",
      line: 1,
    };
    const page1 = await writePage(createEmptySource(), { records: [record] });
    const { page, faults, close } = await openReport(browser, page1, { hash: "#/logs/0" });
    await expect.poll(() => page.locator(".drawer .hidden-character").count()).toBeGreaterThan(2);
    expect(await page.locator("#planloop img, #planloop b").count()).toBe(0);
    expect(await page.title()).not.toContain("taken");
    expect(await page.locator(".log-message").textContent()).toContain("<img src=x");
    expect(faults).toEqual([]);
    await close();
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
    expect(await page.locator(".topbar-span time").textContent()).not.toBe(utc);
    await page.reload();
    await page.waitForSelector(".quick-search input");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    expect(faults).toEqual([]);
    await close();
  });

  test("an empty session opens, and its views teach what to call", async () => {
    for (const hash of ["", "#/logs"]) {
      const { page, faults, close } = await openReport(browser, emptyUrl, { hash });
      await page.waitForTimeout(80);
      expect(await page.locator(".empty-state").count()).toBeGreaterThan(0);
      expect(faults).toEqual([]);
      await close();
    }
  });
});
