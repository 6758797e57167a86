import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptSessionsMax } from "../../report/state/kept_columns.ts";
import { browserPath } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { openSampleReport, type SampleReport } from "../report/views/sample_page.ts";

let report: SampleReport;
beforeAll(async () => {
  if (browserPath()) report = await openSampleReport();
}, 120_000);
afterAll(() => report?.close());

const titles = (page: Page) => page.locator("[role=columnheader]").allInnerTexts();
const hash = (page: Page) => new URL(page.url()).hash;
const stored = (page: Page) => page.evaluate(() => localStorage.getItem("planloop:columns"));

/** Switches a column on or off. */
async function toggle(page: Page, column: string): Promise<void> {
  await page.getByRole("button", { name: "Choose columns" }).click();
  await page.locator(".menu-panel label", { hasText: column }).click();
  await page.keyboard.press("Escape");
}

/** Stores it as the next page begins: what was stored before, a new page may not have heard of. */
async function storeBefore(page: Page, text: string): Promise<void> {
  await page.addInitScript((value) => localStorage.setItem("planloop:columns", value), text);
}

async function reload(page: Page, to: string): Promise<void> {
  await page.evaluate((next) => history.replaceState(null, "", next), to);
  await page.reload();
  await page.locator("[role=columnheader]").first().waitFor();
}

describeInBrowser("a table's columns", () => {
  test("are remembered for the view, without their link; a link's own come first", async () => {
    const page = await report.open({ hash: "#/errors" });
    const others = await titles(page);
    await toggle(page, "Function");
    expect(await titles(page)).toContain("Function");
    expect(hash(page)).toContain("cols=");
    await report.go(page, "#/llm");
    expect(await titles(page)).not.toContain("Function");
    await report.go(page, "#/errors");
    expect(await titles(page)).toContain("Function");
    // The browser may hand a new page its storage before it has heard of what was just stored.
    await expect.poll(async () => {
      await reload(page, "#/errors?sort=-time");
      return await titles(page);
    }).toContain("Function");
    await report.go(page, "#/errors?cols=time");
    expect((await titles(page)).length).toBe(1);
    await report.go(page, "#/errors");
    await page.getByRole("button", { name: "Choose columns" }).click();
    await page.getByRole("button", { name: "Reset columns" }).click();
    expect(await titles(page)).toEqual(others);
    expect(await stored(page)).toBeNull();
    await page.context().close();
  });

  test("sorting is in the address alone; the back button brings filters back", async () => {
    const page = await report.open({ hash: "#/errors" });
    const sorted = () => page.locator("[aria-sort=descending]").count();
    await page.getByRole("columnheader", { name: /^Time|^When/ }).getByRole("button").click();
    await expect.poll(sorted).toBe(1);
    await report.go(page, "#/llm");
    await report.go(page, "#/errors");
    expect(await sorted()).toBe(0);
    await report.go(page, "#/logs?level=ERROR");
    const count = page.locator(".toolbar-count");
    const filtered = await count.innerText();
    expect(filtered).toMatch(/^\d+ of /);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator(".drawer").waitFor();
    expect(hash(page)).toMatch(/^#\/logs\/\d+\?level=ERROR$/);
    await report.go(page, "#/about");
    await page.goBack();
    await page.locator(".drawer").waitFor();
    await expect.poll(() => count.innerText()).toBe(filtered);
    await page.context().close();
  });

  test("of other sessions and tables are other columns, and only the last sessions are kept", async () => {
    const page = await report.open({ hash: "#/errors" });
    const kept = Array.from({ length: 40 }, (_, i) => [`session ${i}`, "errors Errors", "time"]);
    await storeBefore(page, JSON.stringify(kept));
    await reload(page, "#/errors");
    expect((await titles(page)).length).toBeGreaterThan(1);
    await toggle(page, "Function");
    const entries = JSON.parse((await stored(page))!) as string[][];
    expect(entries.length).toBe(keptSessionsMax);
    expect(entries[0]![1]).toBe("errors Errors");
    expect(entries.slice(1)).toEqual(kept.slice(0, keptSessionsMax - 1));
    await page.context().close();
  });

  test.each([
    "{",
    "null",
    '{"length":1}',
    '[null,1,["a"],["a","b",3]]',
    "[[]]",
  ])("storage that holds %s is no storage", async (text) => {
    const page = await report.open({ hash: "#/errors" });
    const others = await titles(page);
    await storeBefore(page, text);
    await reload(page, "#/errors");
    expect(await titles(page)).toEqual(others);
    await toggle(page, "Function");
    expect(await titles(page)).toContain("Function");
    await page.context().close();
  });

  test("last as long as the page where storage is denied, or full", async () => {
    for (const how of ["denied", "full"]) {
      const page = await report.open({ hash: "#/errors" });
      await page.context().addInitScript((kind) => {
        const refuse = () => {
          throw new DOMException("no", "SecurityError");
        };
        if (kind === "denied") Object.defineProperty(globalThis, "localStorage", { get: refuse });
        else Storage.prototype.setItem = refuse;
      }, how);
      await reload(page, "#/errors");
      await toggle(page, "Function");
      await report.go(page, "#/llm");
      await report.go(page, "#/errors");
      expect(await titles(page), how).toContain("Function");
      await page.getByRole("button", { name: "Choose columns" }).click();
      await page.getByRole("button", { name: "Reset columns" }).click();
      expect(await titles(page), how).not.toContain("Function");
      await page.context().close();
    }
  });

  test("nothing was requested, nothing was said on the console", () => {
    expect(report.faults()).toEqual([]);
  });
});
