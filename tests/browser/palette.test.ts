import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { browserPath } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { openSampleReport, type SampleReport } from "../report/views/sample_page.ts";

let report: SampleReport;
beforeAll(async () => {
  if (browserPath()) report = await openSampleReport();
}, 120_000);
afterAll(() => report?.close());

const hash = (page: Page) => new URL(page.url()).hash;
const hits = (page: Page) => page.locator(".quick-hit .quick-title").allInnerTexts();
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

/** Types into the palette, and chooses the first entry at once. */
async function choose(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
}

describeInBrowser("the palette", () => {
  test("lists every view and what can be done, before anything is typed", async () => {
    const page = await report.open({ hash: "#/logs/14" });
    await page.keyboard.press("Control+k");
    const rail = await page.locator(".rail-item").evaluateAll((all) =>
      all.map((item) => [...item.childNodes].find((node) => node.nodeType === 3)?.textContent)
    );
    const listed = await hits(page);
    expect(rail.length).toBeGreaterThan(10);
    expect(listed.slice(0, rail.length)).toEqual(rail);
    for (
      const command of [
        "Copy as JSON",
        "Copy as Markdown",
        "Copy jq command",
        "Copy rows as JSON",
        "Next error",
        "Previous error",
        "Copy link",
        "Print",
        "Theme: dark",
        "Times in your own zone",
        "Times relative to the start and to now",
        "List of keys",
      ]
    ) expect(listed).toContain(command);
    expect(listed).not.toContain("Clear filters");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test.each([
    ["logs", /^#\/logs$/],
    ["tr_20251118081548_f00ba4", /^#\/traces\/tr_20251118081548_f00ba4$/],
    ["LockTimeout", /^#\/errors\//],
    ["tr_20251118081617_429429_llm", /^#\/llm\/tr_20251118081617_429429_llm$/],
    ["e7000000-0000-4000-8000-000000000018", /^#\/locks\/e7000000-0000-4000-8000-000000000018$/],
    ["now.task_id", /^#\/changes\?path=now\.task_id$/],
    ["words that no record has", /^#\/logs\?q=words/],
  ])("%s, typed in one go and entered, opens what it names", async (text, address) => {
    const page = await report.open({ hash: "#/about" });
    await choose(page, text);
    await expect.poll(() => hash(page)).toMatch(address);
    expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    await page.context().close();
  });

  test("is a combobox: the chosen option is named, in sight, and moved by the arrows", async () => {
    const page = await report.open();
    await page.keyboard.press("Control+k");
    const box = page.getByRole("combobox");
    const active = async () => {
      const id = await box.getAttribute("aria-activedescendant");
      return page.locator(`#${id}`);
    };
    await expect.poll(() => box.getAttribute("aria-expanded")).toBe("true");
    for (const key of ["ArrowUp", "ArrowDown", "ArrowDown", "PageDown", "ArrowUp"]) {
      await page.keyboard.press(key);
      await expect.poll(async () => await (await active()).getAttribute("aria-selected")).toBe(
        "true",
      );
      const inSight = await (await active()).evaluate((option) => {
        const panel = option.closest(".quick-panel")!.getBoundingClientRect();
        const { top, bottom } = option.getBoundingClientRect();
        return top >= panel.top && bottom <= panel.bottom;
      });
      expect(inSight, key).toBe(true);
    }
    await expect.poll(async () => await (await active()).innerText()).toContain(
      await hits(page).then((all) => all[8]),
    );
    await page.keyboard.press("Escape");
    await expect.poll(() => box.getAttribute("aria-expanded")).toBe("false");
    await page.context().close();
  });

  test("Escape and commands bring the focus back to where it was", async () => {
    const page = await report.open({ hash: "#/errors" });
    await page.getByRole("button", { name: "Choose columns" }).focus();
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Choose columns");
    await choose(page, "theme dark");
    await expect.poll(() => focused(page)).toBe("Choose columns");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await page.context().close();
  });

  test("copies the open record and the rows, and says so", async () => {
    const page = await report.open({ hash: "#/logs/14" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await choose(page, "copy as json");
    await expect.poll(() => page.locator(".notice").innerText()).toBe("Copied");
    expect(JSON.parse(await copied())).toHaveProperty("message");
    await choose(page, "jq command");
    await expect.poll(copied).toMatch(/^jq -nR /);
    await choose(page, "rows as json");
    await expect.poll(() => page.locator(".notice").innerText()).toMatch(
      /^Copied the first 2,000|^Copied 1,500 rows$/,
    );
    expect(JSON.parse(await copied())).toHaveLength(1500);
    await page.context().close();
  });

  test("clears filters, and nothing else of the address", async () => {
    const page = await report.open({ hash: "#/logs?level=ERROR&q=queue&sort=-time" });
    await choose(page, "clear filters");
    await expect.poll(() => hash(page)).toBe("#/logs?sort=-time");
    await page.goBack();
    expect(hash(page)).toBe("#/logs?level=ERROR&q=queue&sort=-time");
    await page.context().close();
  });

  test("next and previous error go through reports, and through the lines of the log", async () => {
    const page = await report.open();
    await page.keyboard.press("e");
    await expect.poll(() => hash(page)).toMatch(/^#\/errors\/./);
    const first = hash(page);
    await page.keyboard.press("e");
    await expect.poll(() => hash(page)).not.toBe(first);
    await page.keyboard.press("E");
    await expect.poll(() => hash(page)).toBe(first);
    await page.keyboard.press("E");
    await expect.poll(() => page.locator(".notice").innerText()).toBe("There is no further error");
    await report.go(page, "#/logs?sort=-time");
    await page.keyboard.press("e");
    await expect.poll(() => page.locator(".drawer .level").innerText()).toMatch(/ERROR|CRITICAL/);
    const line = hash(page);
    await page.keyboard.press("e");
    await expect.poll(() => hash(page)).not.toBe(line);
    await page.keyboard.press("E");
    await expect.poll(() => hash(page)).toBe(line);
    await page.context().close();
  });

  test("nothing was requested, nothing was said on the console", () => {
    expect(report.faults()).toEqual([]);
  });
});
