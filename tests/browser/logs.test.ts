import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { createEmptySource, createSampleSource } from "../../report/sample/mod.ts";
import { openReport, startBrowser } from "./harness.ts";
import { removePages, writePage } from "./report_page.ts";

const sample = createSampleSource();
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

const rowsOf = (page: Page) => page.locator(".grid-body .grid-row");

interface Late {
  /** Every count and first row that the table showed, and every word in place of its rows. */
  seen: Set<string>;
}

/** Holds back what the log's worker found out, and notes what the table shows until then. */
function answerLate(): void {
  const late_ms: Record<string, number> = { search: 150, ranks: 300 };
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage")!;
  Object.defineProperty(Worker.prototype, "onmessage", {
    set(take: (event: MessageEvent<{ kind: string }>) => void) {
      set!.call(this, (event: MessageEvent<{ kind: string }>) => {
        const wait = late_ms[event.data.kind];
        if (wait === undefined) take(event);
        else setTimeout(take, wait, event);
      });
    },
  });
  const seen = new Set<string>();
  Object.assign(globalThis, { seen });
  const look = () => {
    const shown = document.querySelector(".grid-body .grid-row, .grid-empty");
    const count = document.querySelector(".toolbar-count")?.textContent;
    // The time, which is there before the message is.
    if (shown) seen.add(`${count} ${shown.firstElementChild!.textContent}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
const countOf = (page: Page) => page.locator(".toolbar-count");

describe("the log's view", () => {
  test("the log's view finds what a plain search of the records finds", async () => {
    const records = await sample.logs.records(
      Array.from({ length: sample.logs.rows }, (_, i) => i),
    );
    // Neither the session's id nor the names of further keys are on screen.
    for (const text of ["WEBHOOK", "429", '"queue":"live"', ":", "checkout", "lock_entry_id"]) {
      const wanted = text.toLowerCase();
      const expected = records.filter(({ message, context }) =>
        [message, Object.keys(context).length > 0 ? JSON.stringify(context) : ""]
          .some((part) =>
            part.toLowerCase().includes(wanted)
          )
      ).length;
      const hash = `#/logs?q=${encodeURIComponent(text)}`;
      const { page, close } = await openReport(browser, url, { hash });
      await expect.poll(() => countOf(page).textContent()).toBe(
        `${expected.toLocaleString("en")} of 1,500`,
      );
      expect(await rowsOf(page).count(), text).toBeLessThanOrEqual(expected);
      expect(await rowsOf(page).filter({ hasNot: page.locator("mark") }).count(), text).toBe(0);
      await close();
    }
  });

  test("the log's view searches a small log at the first key, then once the keys pause", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    await page.waitForSelector("[data-search]");
    const type = (text: string, pauses: boolean) =>
      page.evaluate(({ text, pauses }) => {
        const input = document.querySelector<HTMLInputElement>("[data-search]")!;
        const wait = globalThis.setTimeout;
        // Without pauses, what waits for one never comes.
        if (!pauses) globalThis.setTimeout = (() => 0) as never;
        // Made together: on a busy machine there may be a pause between drawing for one and the next.
        const keys = [...text].map(() => new InputEvent("input", { bubbles: true }));
        const asked = keys.map((key, i) => {
          input.value = text.slice(0, i + 1);
          input.dispatchEvent(key);
          return location.hash;
        });
        globalThis.setTimeout = wait;
        return asked;
      }, { text, pauses });
    expect(await type("webhook", false)).toEqual(Array(7).fill("#/logs?q=w"));
    await page.waitForTimeout(150);
    expect((await type("webhook", true)).at(-1)).toBe("#/logs?q=w");
    await expect.poll(() => page.evaluate(() => location.hash)).toBe("#/logs?q=webhook");
    await close();
  });

  test("the log's view shows every hit, wherever it is in its message or context", async () => {
    const [plain] = await sample.logs.records([20]);
    const long = "lorem ipsum ".repeat(90);
    const records: LogRecord[] = [
      { ...plain!, message: `${long}needle ${long}`, context: {} },
      { ...plain!, message: "short", context: { note: `${long}NEEDLE ${long}` } },
      { ...plain!, message: long, context: { note: `${long}needle` } },
      { ...plain!, message: "a needle at once", context: {} },
      { ...plain!, message: "İİİ Needle", context: {} },
      { ...plain!, message: long, context: { note: "none" } },
    ];
    const { page, close } = await openReport(browser, await writePage(sample, { records }), {
      hash: "#/logs?q=needle",
    });
    await expect.poll(() => countOf(page).textContent()).toBe("5 of 6");
    await expect.poll(() => page.locator(".grid-body mark").count()).toBe(5);
    const inSight = await page.locator(".grid-body .grid-row").evaluateAll((rows) =>
      rows.map((row) => {
        const mark = row.querySelector("mark")!;
        const { left, right } = mark.getBoundingClientRect();
        const cell = mark.closest(".cell")!.getBoundingClientRect();
        return left >= cell.left && right <= cell.right;
      })
    );
    expect(inSight).toEqual([true, true, true, true, true]);
    await close();
  });

  test("the log's view sorts by message, together with a search and a filter", async () => {
    const all = await sample.logs.records(Array.from({ length: sample.logs.rows }, (_, i) => i));
    const found = all.map((record, row) => ({ record, row })).filter(({ record }) =>
      record.level === "INFO" && JSON.stringify(record.context).includes('"live"')
    );
    const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const hash = `#/logs?level=INFO&q=${encodeURIComponent('"live"')}`;
    const blocked = await writePage(sample, {
      edit: (page) => page.replace("worker-src blob:", "worker-src 'none'"),
    });
    for (const address of [url, blocked]) {
      const { page, close } = await openReport(browser, address, { hash });
      const head = page.locator("[role=columnheader]", { hasText: "Message" });
      for (const [order, sign] of [["ascending", 1], ["descending", -1]] as const) {
        await head.locator("button").click();
        await expect.poll(() => head.getAttribute("aria-sort")).toBe(order);
        const sorted = [...found].sort((a, b) =>
          sign * compare(a.record.message, b.record.message) || a.row - b.row
        );
        const expected = sorted.slice(0, 12).map(({ record }) => record.message);
        await expect.poll(async () => {
          const shown = await page.locator(".grid-body .cell:nth-child(4)").allInnerTexts();
          return shown.slice(0, 12).map((text) => text.split("{")[0]!.trim());
        }).toEqual(expected);
        await rowsOf(page).first().click();
        await expect.poll(() => new URL(page.url()).hash).toContain(`/${sorted[0]!.row}?`);
        await page.keyboard.press("Escape");
      }
      await close();
    }
  });

  test("a link to a search or an order shows no other rows first, however late the answer", async () => {
    for (const hash of ["#/logs?q=queue", "#/logs?sort=message", "#/logs?q=queue&sort=-message"]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(answerLate);
      await page.goto(url + hash);
      await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(10);
      await page.waitForTimeout(500);
      const seen = await page.evaluate(() => [...(globalThis as unknown as Late).seen]);
      expect(seen, hash).toHaveLength(1);
      expect(seen[0]).toMatch(hash.includes("q=") ? /^1,344 of 1,500 / : /^1,500 rows /);
      await context.close();
    }
  });

  test("the log's view says that a line is not there, and opens the one that is", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs/99999" });
    const notice = page.locator(".dead-link");
    await expect.poll(() => notice.innerText()).toBe("No log line “99999” in this report.");
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(10);
    await notice.getByRole("button").click();
    await expect.poll(() => notice.count()).toBe(0);
    expect(new URL(page.url()).hash).toBe("#/logs");
    await page.evaluate(() => location.hash = "#/logs?row=logs%2Fplanloop.jsonl%3A99999");
    await expect.poll(() => notice.innerText()).toContain("“logs/planloop.jsonl:99999”");
    await page.evaluate(() => location.hash = "#/logs?row=14&level=INFO");
    await expect.poll(() => new URL(page.url()).hash).toBe("#/logs/14?level=INFO");
    await expect.poll(() => page.locator(".drawer").count()).toBe(1);
    await expect.poll(() => notice.count()).toBe(0);
    await close();
  });

  test("the log's view filters by level from the address, and the chip says so", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=WARNING" });
    const chip = page.locator(".chip", { hasText: "WARNING" });
    await expect.poll(() => chip.getAttribute("aria-pressed")).toBe("true");
    const levels = await page.locator(".grid-body .level").allTextContents();
    expect(new Set(levels)).toEqual(new Set(["WARNING"]));
    await chip.click();
    await expect.poll(() => countOf(page).textContent()).toBe("1,500 rows");
    await page.goBack();
    await expect.poll(() => chip.getAttribute("aria-pressed")).toBe("true");
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
    await expect.poll(() => head.getAttribute("aria-sort")).toBe("descending");
    const durations = sample.logs.columns.duration.filter((value) => !Number.isNaN(value));
    const longest = Math.max(...durations);
    await expect.poll(() => rowsOf(page).first().locator(".cell").last().getAttribute("title"))
      .toBe(
        `${longest} ms`,
      );
    await head.locator("button").click();
    await head.locator("button").click();
    await expect.poll(() => head.getAttribute("aria-sort")).toBe("none");
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
    await expect.poll(() => page.locator(".drawer").isVisible()).toBe(true);
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

  test("the log's view copies what it shows as JSON and as Markdown", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?level=CRITICAL" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = async (kind: string, start: string) => {
      await page.getByRole("button", { name: "Copy rows" }).click();
      await page.getByRole("button", { name: kind }).click();
      const read = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(async () => (await read()).slice(0, start.length)).toBe(start);
      await expect.poll(() => countOf(page).textContent()).toBe("Copied 1 row");
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
    await expect.poll(() => page.locator("#planloop img, #planloop b").count()).toBe(0);
    expect(await page.title()).not.toContain("taken");
    await expect.poll(() => page.locator(".log-message").textContent()).toContain("<img src=x");
    expect(faults).toEqual([]);
    await close();
  });
});
