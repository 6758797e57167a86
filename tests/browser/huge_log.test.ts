import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "vite";
import { createEmptySource } from "../../report/sample/mod.ts";
import { appConfig, logWorker, onePage } from "../../report/vite.config.ts";
import type { ReportApp } from "../../templates/mod.ts";
import { fillPage } from "../../templates/page.ts";
import { drivers } from "./driver.ts";
import { openReport, startBrowser } from "./harness.ts";

const rows = 5_000_000;
const rowHeight = 28;
let browser: Browser;
let folder: string;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), "planloop-huge-"));
  let app: ReportApp | undefined;
  const entry = resolve(import.meta.dirname, "huge_log.ts");
  await build(appConfig(entry, [logWorker(), onePage((built) => app = built)]));
  const pieces: Uint8Array[] = [];
  const { header } = createEmptySource();
  for await (const piece of fillPage({ app: app!, head: header, staticHtml: "", chunks: [] })) {
    pieces.push(piece);
  }
  const file = join(folder, "index.html");
  writeFileSync(file, Buffer.concat(pieces));
  url = pathToFileURL(file).href;
}, 60_000);
afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

interface Shown {
  /** From 1. */
  row: number;
  text: string;
  /** Distance of its top from the top of the room for rows, in CSS pixels. */
  top: number;
}

/** The rows in the page, once each has its text. */
async function shownRows(page: Page): Promise<Shown[]> {
  await expect.poll(() => page.locator(".grid-body .cell:nth-child(4)", { hasText: "…" }).count())
    .toBe(0);
  return page.locator(".grid-body .grid-row").evaluateAll((all) => {
    const head = document.querySelector(".grid-head")!.getBoundingClientRect();
    return all.map((element) => ({
      row: Number(element.getAttribute("aria-rowindex")) - 1,
      text: element.querySelector(".cell:nth-child(4)")!.textContent!,
      top: element.getBoundingClientRect().top - head.bottom,
    })).sort((a, b) => a.row - b.row);
  });
}

/** Height of the room for rows. */
function roomOf(page: Page): Promise<number> {
  return page.locator(".grid").evaluate((grid) => {
    const head = grid.querySelector(".grid-head")!.getBoundingClientRect();
    return grid.getBoundingClientRect().bottom - head.bottom;
  });
}

/** Each row follows the one before it, without a gap, and says its own number. */
function expectWhole(shown: readonly Shown[], room: number): void {
  shown.forEach(({ row, text, top }, i) => {
    expect(text).toBe(`Line ${row} of the log`);
    expect(row).toBe(shown[0]!.row + i);
    expect(Math.abs(top - shown[0]!.top - i * rowHeight)).toBeLessThan(0.6);
  });
  expect(shown[0]!.top).toBeLessThanOrEqual(0.6);
  expect(shown.at(-1)!.top + rowHeight).toBeGreaterThanOrEqual(room - 0.6);
}

/** Rows that are wholly in sight. */
function inSight(shown: readonly Shown[], room: number): number[] {
  return shown.filter(({ top }) => top > -0.6 && top + rowHeight < room + 0.6)
    .map(({ row }) => row);
}

describe("a log of five million lines", () => {
  test("a log of five million lines is walked through by keys to its last row", async () => {
    const { page, faults, close } = await openReport(browser, url, { hash: "#/logs" });
    const grid = page.locator(".grid");
    await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe(String(rows + 1));
    const room = await roomOf(page);
    await grid.focus();
    await page.keyboard.press("End");
    await expect.poll(async () => (await shownRows(page)).at(-1)!.row).toBe(rows);
    const atEnd = await shownRows(page);
    expectWhole(atEnd, room);
    expect(Math.abs(atEnd.at(-1)!.top + rowHeight - room)).toBeLessThan(0.6);
    // A row up is in sight already: nothing moves.
    await page.keyboard.press("k");
    expect(await shownRows(page)).toEqual(atEnd);
    const page1 = inSight(atEnd, room);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("PageUp");
    const up = await shownRows(page);
    expectWhole(up, room);
    const pageRows = Math.floor(room / rowHeight);
    expect(inSight(up, room)[0]).toBe(rows - 1 - 2 * pageRows);
    expect(inSight(up, room)[0]).toBeLessThan(page1[0]!);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".drawer").textContent())
      .toContain(`Line ${rows - 1 - 2 * pageRows} of the log`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Home");
    await expect.poll(async () => (await shownRows(page))[0]!.row).toBe(1);
    expect(await page.evaluate(() => document.body.querySelectorAll("*").length))
      .toBeLessThanOrEqual(400);
    expect(faults).toEqual([]);
    await close();
  }, 60_000);

  test("a log of five million lines moves by rows under the wheel, and stays", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs" });
    const room = await roomOf(page);
    const grid = page.locator(".grid");
    const middle = await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
      return element.scrollTop;
    });
    expect(middle).toBeGreaterThan(1_000_000);
    await expect.poll(async () => (await shownRows(page))[0]!.row).toBeGreaterThan(2_400_000);
    const before = await shownRows(page);
    expectWhole(before, room);
    expect(before[0]!.row).toBeLessThan(2_600_000);
    await grid.hover();
    for (const [delta, moved] of [[10, 10], [10, 20], [-25, -5]] as const) {
      await page.mouse.wheel(0, delta * rowHeight);
      await expect.poll(async () => (await shownRows(page))[0]!.row).toBe(before[0]!.row + moved);
      const after = await shownRows(page);
      expectWhole(after, room);
      expect(Math.abs(after[0]!.top - before[0]!.top)).toBeLessThan(0.6);
      await page.waitForTimeout(150);
      expect(await shownRows(page)).toEqual(after);
    }
    await grid.evaluate((element) => element.scrollTop = element.scrollHeight);
    await expect.poll(async () => (await shownRows(page)).at(-1)!.row).toBe(rows);
    expectWhole(await shownRows(page), room);
    await page.mouse.wheel(0, 1000);
    await page.waitForTimeout(100);
    expect((await shownRows(page)).at(-1)!.row).toBe(rows);
    await close();
  }, 60_000);

  test("a log of five million lines opens at any row, sorted and filtered", async () => {
    const { page, close } = await openReport(browser, url, { hash: `#/logs/${rows - 1}` });
    const chosen = page.locator(".grid-row[aria-selected=true]");
    await expect.poll(() => chosen.getAttribute("aria-rowindex")).toBe(String(rows + 1));
    await expect.poll(() => chosen.textContent()).toContain(`Line ${rows} of the log`);
    await page.evaluate(() => location.hash = "#/logs/3999999?level=ERROR&sort=-time");
    // The 4,000,000th line is the 4,000th error, with 1,000 later ones in front of it.
    await expect.poll(() => chosen.getAttribute("aria-rowindex")).toBe("1002");
    await expect.poll(() => chosen.textContent()).toContain("Line 4000000 of the log");
    await expect.poll(() => page.locator(".toolbar-count").textContent()).toBe(
      "5,000 of 5,000,000",
    );
    await page.evaluate(() => location.hash = "#/logs?tab=patterns");
    await expect.poll(() => page.locator(".grid-body .cell").first().textContent())
      .toBe("5,000,000");
    await close();
  }, 60_000);
});

// The height that an element may have at most differs between browsers.
describe.each(drivers)("a log of five million lines in $name", ({ start }) => {
  test("reaches its last row, its middle and its first one by keys and by the bar", async () => {
    const driver = await start();
    const visit = await driver.open(`${url}#/logs`);
    const shown = () =>
      visit.evaluate(() => {
        const head = document.querySelector(".grid-head")?.getBoundingClientRect();
        if (!head) return { room: 0, rows: [] };
        const room = document.querySelector(".grid")!.getBoundingClientRect().bottom - head.bottom;
        const all = [...document.querySelectorAll(".grid-body .grid-row")].map((element) => ({
          row: Number(element.getAttribute("aria-rowindex")) - 1,
          text: element.querySelector(".cell:nth-child(4)")!.textContent!,
          top: element.getBoundingClientRect().top - head.bottom,
        }));
        return { room, rows: all.sort((a, b) => a.row - b.row) };
      }, null);
    /** Waits for a row to be there, with the text of all that are, and holds them to the room. */
    const expectAt = async (place: "first" | "last", fits: (row: number) => boolean) => {
      let seen = await shown();
      await expect.poll(async () => {
        seen = await shown();
        const row = seen.rows.at(place === "first" ? 0 : -1)?.row;
        return row !== undefined && fits(row) &&
          seen.rows.every(({ text }) => text.startsWith("Line"));
      }, { timeout: 10_000 }).toBe(true);
      expectWhole(seen.rows, seen.room);
    };
    await expectAt("first", (row) => row === 1);
    await visit.evaluate(() => document.querySelector<HTMLElement>(".grid")!.focus(), null);
    await visit.press("End");
    await expectAt("last", (row) => row === rows);
    await visit.press("PageUp");
    await visit.press("PageUp");
    await expectAt("last", (row) => row < rows && row > rows - 200);
    await visit.evaluate(() => {
      const grid = document.querySelector(".grid")!;
      grid.scrollTop = grid.scrollHeight / 2;
    }, null);
    await expectAt("first", (row) => row > 2_400_000 && row < 2_600_000);
    await visit.press("Home");
    await expectAt("first", (row) => row === 1);
    expect(visit.faults).toEqual([]);
    await driver.close();
  }, 60_000);
});
