import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printedRowsMax } from "../../report/state/printing.ts";
import { browserPath } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { openSampleReport, type SampleReport } from "../report/views/sample_page.ts";

/** A4 without its margins, in CSS pixels. */
const paper = { width: 703, height: 1032 };

let report: SampleReport;
beforeAll(async () => {
  if (browserPath()) report = await openSampleReport();
}, 120_000);
afterAll(() => report?.close());

const rows = (page: Page) => page.locator(".grid-body .grid-row");

/** Puts the page on paper, as the browser does; the way back. */
async function onPaper(page: Page): Promise<() => Promise<void>> {
  const screen = page.viewportSize()!;
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(paper);
  return async () => {
    await page.setViewportSize(screen);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  };
}

/** What should not be on paper: controls, what is cut off, what is dark. */
function faultsOnPaper(): string[] {
  const faults: string[] = [];
  const name = (element: Element) => element.outerHTML.slice(0, 100);
  if (document.documentElement.scrollWidth > innerWidth) faults.push("wider than the paper");
  const controls = ".rail, .toolbar, .button, .icon-button, .search, .menu, input, .skip-link";
  for (const element of document.querySelectorAll(controls)) {
    if (element.checkVisibility()) faults.push(`a control: ${name(element)}`);
  }
  for (const element of document.querySelectorAll("main *")) {
    if (!element.checkVisibility() || element.closest(".offscreen, svg")) continue;
    const style = getComputedStyle(element);
    // A flame's bars are a picture, as wide as time says.
    const isPicture = element.closest(".flame");
    if (element instanceof HTMLElement && style.display !== "inline" && !isPicture) {
      const isCut =
        (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) ||
        (style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1);
      if (isCut) faults.push(`cut off: ${name(element)}`);
    }
    const [red, green, blue, alpha] = style.backgroundColor.match(/[\d.]+/g)!.map(Number);
    const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
    if (isText && (alpha ?? 1) > 0.5 && red! + green! + blue! < 300) {
      faults.push(`dark: ${name(element)}`);
    }
  }
  return faults;
}

const addresses = [
  "#/",
  "#/tasks",
  "#/tasks/9",
  "#/plan",
  "#/logs",
  "#/logs/14",
  "#/logs?tab=patterns",
  "#/llm",
  "#/llm/tr_20251118081617_429429_llm",
  "#/performance",
  "#/performance/memory.rss_mb",
  "#/traces",
  "#/traces/tr_20251118081548_f00ba4",
  "#/traces/tr_20251118081548_f00ba4?tab=flame",
  "#/errors",
  "#/errors/tr_20251118081947_10ad01_error",
  "#/locks",
  "#/locks/e7000000-0000-4000-8000-000000000018",
  "#/locks?tab=waits",
  "#/changes",
  "#/changes?tab=paths",
  "#/changes/tr_20251118081742_b40c3e_diff",
  "#/problems",
  "#/problems/2",
  "#/about",
];

describeInBrowser("on paper", () => {
  test("every view and drawer is light, whole, and without what one clicks", async () => {
    const page = await report.open({ theme: "dark" });
    for (const address of addresses) {
      await report.go(page, address);
      const back = await onPaper(page);
      // The view is laid out again for the paper's width; on a busy machine not at once.
      await expect.poll(() => page.evaluate(faultsOnPaper), { message: address, timeout: 20_000 })
        .toEqual([]);
      await back();
    }
    await page.context().close();
  }, 180_000);

  test("a table's rows begin with those in sight, and a note says how many there are", async () => {
    const page = await report.open({ hash: "#/logs" });
    await page.locator(".grid").evaluate((grid) => grid.scrollTop = 700 * 28);
    await expect.poll(() => rows(page).first().getAttribute("aria-rowindex")).toBe("701");
    await expect.poll(() => page.locator(".on-its-way").count()).toBe(0);
    const top = await page.locator(".grid").evaluate((grid) => grid.scrollTop);
    const back = await onPaper(page);
    await expect.poll(() => page.locator(".on-its-way").count()).toBe(0);
    await expect.poll(() => page.locator(".rows-on-paper").innerText()).toMatch(
      /^Rows (?:69\d|70\d) to 7\d\d of 1,500\.$/,
    );
    await back();
    await expect.poll(() => page.locator(".grid").evaluate((grid) => grid.scrollTop)).toBe(top);
    await expect.poll(() => page.locator(".rows-on-paper").count()).toBe(0);
    await page.context().close();
  });

  test("Ctrl+P and the command fetch more rows before the browser prints", async () => {
    const page = await report.open({ hash: "#/logs?level=INFO" });
    await page.evaluate(() => {
      globalThis.print = () => {
        const lines = [...document.querySelectorAll(".grid-body .grid-row")];
        document.title = `${lines.length} rows, ${
          document.querySelectorAll(".on-its-way").length
        } without text. ${document.querySelector(".rows-on-paper")?.textContent}`;
        dispatchEvent(new Event("beforeprint"));
        dispatchEvent(new Event("afterprint"));
      };
    });
    const expected = new RegExp(
      `^${printedRowsMax} rows, 0 without text\\. Rows 1 to ${printedRowsMax} of [\\d,]+, ` +
        "chosen by search and filters from 1,500\\.$",
    );
    await page.keyboard.press("Control+p");
    await expect.poll(() => page.title()).toMatch(expected);
    await expect.poll(() => rows(page).count()).toBeLessThan(100);
    await page.evaluate(() => document.title = "");
    await page.keyboard.press("Control+k");
    await page.keyboard.insertText("print");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.title()).toMatch(expected);
    await page.context().close();
  });

  test("what is folded is whole on paper, and folded again afterwards", async () => {
    const page = await report.open({ hash: "#/errors/tr_20251118081947_10ad01_error" });
    const folds = () =>
      page.evaluate(() => ({
        closed: document.querySelectorAll("main details:not([open])").length,
        open: document.querySelectorAll("main details[open]").length,
        nodes: document.querySelectorAll("main .json-toggle[aria-expanded=true]").length,
      }));
    const before = await folds();
    expect(before.closed).toBeGreaterThan(0);
    const back = await onPaper(page);
    const paper = await folds();
    expect(paper.closed).toBe(0);
    expect(paper.nodes).toBeGreaterThan(before.nodes);
    await back();
    await expect.poll(folds).toMatchObject({ closed: before.closed, open: before.open });
    await page.context().close();
  });

  test("a long record goes over several pages", async () => {
    const page = await report.open({ hash: "#/errors/tr_20251118081947_10ad01_error" });
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)!.length;
    expect(pages).toBeGreaterThan(1);
    expect(await page.evaluate(() => document.querySelectorAll("details:not([open])").length))
      .toBeGreaterThan(0);
    await page.context().close();
  });

  test("nothing was requested, nothing was said on the console", () => {
    expect(report.faults()).toEqual([]);
  });
});
