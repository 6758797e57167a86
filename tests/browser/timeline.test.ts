import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSampleSource } from "../../report/sample/mod.ts";
import { violations } from "./axe.ts";
import { browserPath, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { removePages, writePage } from "./report_page.ts";

const sample = createSampleSource();
const start = sample.header.time_range.start!;
const end = sample.header.time_range.end!;
/** As the timeline is drawn. */
const [labels, endRoom] = [84, 12];
let browser: Browser;
let url: string;

beforeAll(async () => {
  if (!browserPath()) return;
  browser = await startBrowser();
  url = await writePage(sample);
});
afterAll(async () => {
  await browser?.close();
  removePages();
});

const paramsOf = (page: Page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
const windowOf = (page: Page) => {
  const params = paramsOf(page);
  return { since: Number(params.get("since")), until: Number(params.get("until")) };
};
const svg = (page: Page) => page.locator(".timeline-svg");
const chip = (page: Page) => page.locator(".topbar .window-chip");
const railCount = async (page: Page, view: string) =>
  await page.locator(`.rail-item[href^="#/${view}"] .rail-count`).textContent();

/** Where things are on the timeline. */
async function geometry(page: Page) {
  await svg(page).scrollIntoViewIfNeeded();
  const box = (await svg(page).boundingBox())!;
  const plot = box.width - labels - endRoom;
  return {
    box,
    x: (time: number) => box.x + labels + (time - start) / (end - start) * plot,
    time: (x: number) => start + (x - box.x - labels) / plot * (end - start),
    pixel: (end - start) / plot,
  };
}

/** What is inside, by plain comparisons. */
async function insideOf({ since, until }: { since: number; until: number }) {
  const touches = (from: number | null, to: number | null) =>
    from !== null && (to ?? from) >= since && from <= until;
  const count = (list: boolean[]) => list.filter((yes) => yes).length;
  const [traces, llm, errors, locks, changes, metrics] = await Promise.all([
    sample.section("traces"),
    sample.section("llm"),
    sample.section("errors"),
    sample.section("locks"),
    sample.section("changes"),
    sample.section("metrics"),
  ]);
  return {
    logs: count([...sample.logs.columns.time].map((time) => touches(time, null))),
    llm: count(llm.map((row) => touches(row.time, (row.time ?? 0) + (row.duration_ms ?? 0)))),
    traces: count(traces.map((row) => touches(row.start, row.end))),
    errors: count(errors.map((row) => touches(row.time, null))),
    locks: count(locks.map((row) =>
      touches(
        row.requested ?? row.acquired,
        row.released ??
          (row.outcome === "timeout" ? row.requested! + row.wait_ms! : Infinity),
      )
    )),
    changes: count(changes.map((row) => touches(row.time, null))),
    performance: count(metrics.rows.map(([time]) => touches(time, null))),
  };
}

const totals = {
  logs: sample.header.counts.logs,
  llm: sample.header.counts.llm_calls,
  traces: sample.header.counts.traces,
  errors: sample.header.counts.errors,
  locks: sample.header.counts.lock_requests,
  changes: sample.header.counts.changes,
  performance: sample.header.counts.metrics,
};

describeInBrowser("the timeline's brush", () => {
  test("a drag sets the window; the rail counts what is inside; clear and back undo and redo", async () => {
    const { page, faults, close } = await openReport(browser, url);
    const { box, time, pixel } = await geometry(page);
    const [from, to] = [box.x + 300, box.x + 450];
    await page.mouse.move(to, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(from, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await chip(page).waitFor();
    const window = windowOf(page);
    expect(Math.abs(window.since - time(from))).toBeLessThan(2 * pixel);
    expect(Math.abs(window.until - time(to))).toBeLessThan(2 * pixel);
    const inside = await insideOf(window);
    for (const [view, count] of Object.entries(inside)) {
      const total = totals[view as keyof typeof totals].toLocaleString("en");
      await expect.poll(() => railCount(page, view)).toBe(
        `${count.toLocaleString("en")} of ${total}`,
      );
    }
    expect(Object.values(inside).filter((count) => count > 0).length).toBeGreaterThan(4);
    await chip(page).click();
    await expect.poll(() => chip(page).count()).toBe(0);
    expect(await railCount(page, "logs")).toBe("1,500");
    await page.goBack();
    await expect.poll(() => chip(page).count()).toBe(1);
    expect(windowOf(page)).toEqual(window);
    expect(faults).toEqual([]);
    await close();
  });

  test("the window of a link holds in every view that the reader goes to", async () => {
    const window = { since: start + 90_000, until: start + 150_000 };
    const { page, faults, close } = await openReport(browser, url, {
      hash: `#/?since=${window.since}&until=${window.until}`,
    });
    const inside = await insideOf(window);
    for (const view of ["logs", "llm", "traces", "errors", "locks", "changes"] as const) {
      await page.locator(`.rail-item[href^="#/${view}"]`).click();
      const total = totals[view].toLocaleString("en");
      await expect.poll(() => page.locator(".toolbar-count").textContent())
        .toBe(`${inside[view]} of ${total}`);
      expect(inside[view], view).toBeLessThan(totals[view]);
      await expect.poll(() => chip(page).textContent()).toMatch(
        /\d\d:\d\d:\d\d – \d\d:\d\d:\d\d, 1m 00s clear$/,
      );
      expect(windowOf(page), view).toEqual(window);
    }
    // A search, an open record and its links keep it; going back does as well.
    await page.locator(".rail-item[href^='#/errors']").click();
    await page.keyboard.press("/");
    await page.keyboard.type("Error");
    await expect.poll(() => paramsOf(page).get("q")).toBe("Error");
    await page.locator("[role=row][aria-selected]").first().click();
    await page.locator(".drawer a[href^='#/traces/']").first().click();
    await page.locator(".trace-head").waitFor();
    expect(windowOf(page)).toEqual(window);
    await page.goBack();
    await page.locator(".drawer").waitFor();
    expect(windowOf(page)).toEqual(window);
    expect(faults).toEqual([]);
    await close();
  });

  test("tables made of records count those inside only, and say so where there are none", async () => {
    const hash = (view: string, from: number, to: number) =>
      `#/${view}${view.includes("?") ? "&" : "?"}since=${start + from}&until=${start + to}`;
    const { page, close } = await openReport(browser, url, {
      hash: hash("performance?tab=operations", 90_000, 150_000),
    });
    const counted = async () =>
      (await page.locator("[role=row] [role=gridcell]:nth-child(3)").allTextContents())
        .reduce((sum, text) => sum + Number(text), 0);
    const { traces, llm } = await insideOf({ since: start + 90_000, until: start + 150_000 });
    await expect.poll(counted).toBeGreaterThan(0);
    const some = await counted();
    await chip(page).click();
    await expect.poll(counted).toBeGreaterThan(some);
    expect(traces + llm).toBeLessThan(totals.traces + totals.llm);
    for (
      const view of ["errors", "errors?tab=faults", "locks?tab=waits", "changes?tab=paths", "llm"]
    ) {
      await page.evaluate((to) => location.hash = to, hash(view, -9.1e8, -9e8));
      await page.getByText("No row matches.").waitFor();
      expect(await page.locator(".empty-state").count(), view).toBe(0);
    }
    await page.getByRole("button", { name: "Clear the time window" }).click();
    await expect.poll(() => page.locator(".toolbar-count").textContent()).toContain("row");
    expect(windowOf(page)).toEqual({ since: 0, until: 0 });
    await close();
  });

  test("an open record outside of the window is shown, and its page is whole", async () => {
    const { page, close } = await openReport(browser, url, {
      hash: `#/errors/tr_20251118081917_e71100_error?since=${start}&until=${start + 1000}`,
    });
    await page.locator(".drawer").waitFor();
    await expect.poll(() => page.locator(".dead-link").count()).toBe(0);
    await expect.poll(() => page.locator(".toolbar-count").textContent()).toMatch(/^0 of/);
    await close();
  });

  test("keys choose a time, zoom, and clear it again", async () => {
    const { page, faults, close } = await openReport(browser, url);
    await svg(page).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => svg(page).getAttribute("aria-valuetext")).toMatch(
      /^\d\d:.*log lines?$/,
    );
    await page.keyboard.down("Shift");
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => svg(page).getAttribute("aria-valuetext")).toMatch(/ to .*, [\d.]+ s$/);
    await expect.poll(() => chip(page).count()).toBe(0);
    await page.keyboard.up("Shift");
    await chip(page).waitFor();
    const { pixel } = await geometry(page);
    const { since, until } = windowOf(page);
    expect(Math.abs(since - start - 5 * pixel)).toBeLessThan(2);
    expect(Math.abs(until - since - 50 * pixel)).toBeLessThan(3);
    for (const key of ["+", "+"]) await page.keyboard.press(key);
    const zoomedTo = () => (paramsOf(page).get("zoom") ?? "").split("-").map(Number);
    const shown = (end - start) / 4;
    await expect.poll(() => Math.abs(zoomedTo()[1]! - zoomedTo()[0]! - shown)).toBeLessThan(3);
    const shownTo = zoomedTo()[1]!;
    // The arrows take what is shown along.
    await page.keyboard.press("End");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => zoomedTo()[1]).toBeGreaterThan(shownTo);
    await page.keyboard.press("0");
    await expect.poll(() => paramsOf(page).get("zoom")).toBeNull();
    await page.keyboard.press("Escape");
    await expect.poll(() => chip(page).count()).toBe(0);
    await page.keyboard.press("Enter");
    await chip(page).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test("a finger chooses a time, two fingers zoom", async () => {
    const { page, faults, close } = await openReport(browser, url, { width: 380, height: 800 });
    const { box } = await geometry(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...xs: number[]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 60, id })),
      });
    await touch("touchStart", 150);
    for (const x of [170, 200, 240]) await touch("touchMove", x);
    await touch("touchEnd");
    await chip(page).waitFor();
    const window = windowOf(page);
    expect(window.since).toBeLessThan(window.until);
    await touch("touchStart", 180, 220);
    for (const gap of [30, 45, 60]) await touch("touchMove", 200 - gap, 200 + gap);
    await touch("touchEnd");
    // The address follows the fingers move by move.
    const zoomed = () => {
      const [from, to] = (paramsOf(page).get("zoom") ?? "").split("-").map(Number);
      return (end - start) / (to! - from!);
    };
    await expect.poll(zoomed).toBeGreaterThan(1.8);
    expect(zoomed()).toBeLessThan(5);
    expect(windowOf(page)).toEqual(window);
    expect(faults).toEqual([]);
    await close();
  });
});

describeInBrowser("the timeline", () => {
  test("Ctrl and the wheel zoom where the pointer is; a link keeps it; a double click resets", async () => {
    const { page, close } = await openReport(browser, url);
    const { box, x, time } = await geometry(page);
    const at = time(box.x + 500);
    const top = await page.locator(".page-scroll").evaluate((node) => node.scrollTop);
    await page.mouse.move(box.x + 500, box.y + 10);
    await page.keyboard.down("Control");
    for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -100);
    await page.keyboard.up("Control");
    const isStill = async () => {
      const before = paramsOf(page).get("zoom");
      await page.waitForTimeout(200);
      return before !== null && before === paramsOf(page).get("zoom");
    };
    await expect.poll(isStill).toBe(true);
    expect(await page.locator(".page-scroll").evaluate((node) => node.scrollTop)).toBe(top);
    const [from, to] = paramsOf(page).get("zoom")!.split("-").map(Number);
    expect((at - from!) / (to! - from!)).toBeCloseTo((at - start) / (end - start), 1);
    const again = await openReport(browser, page.url().split("#")[0]!, {
      hash: new URL(page.url()).hash,
    });
    await expect.poll(() => again.page.locator(".timeline-grid text").allTextContents())
      .toEqual(await page.locator(".timeline-grid text").allTextContents());
    await again.close();
    // The upper edge of the lanes' log is empty here: no mark takes the click.
    await page.mouse.dblclick(x(start) + 2, box.y + box.height - 4);
    await expect.poll(() => paramsOf(page).get("zoom")).toBeNull();
    await close();
  });

  test("the buttons zoom, to the window as well", async () => {
    const since = start + 60_000;
    const { page, close } = await openReport(browser, url, {
      hash: `#/?since=${since}&until=${since + 30_000}`,
    });
    await page.getByRole("button", { name: "Zoom to the time window" }).click();
    await expect.poll(() => paramsOf(page).get("zoom")).toBe(`${since}-${since + 30_000}`);
    await page.getByRole("button", { name: /^Zoom out/ }).click();
    await expect.poll(() => paramsOf(page).get("zoom")).toBe(`${since - 15_000}-${since + 45_000}`);
    await page.getByRole("button", { name: /^Show all/ }).click();
    await expect.poll(() => paramsOf(page).get("zoom")).toBeNull();
    await close();
  });

  test("a click on a mark opens its record; one on a bar of the log its lines", async () => {
    const { page, close } = await openReport(browser, url);
    const { box, x } = await geometry(page);
    const [first] = await sample.section("errors");
    await page.mouse.move(x(first!.time!), box.y + 10);
    await expect.poll(() => page.locator(".timeline-note").textContent())
      .toContain(first!.error_type);
    await page.mouse.click(x(first!.time!), box.y + 10);
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#\/errors\/tr_/);
    await page.locator(".drawer").waitFor();
    await page.goBack();
    await svg(page).waitFor();
    await svg(page).scrollIntoViewIfNeeded();
    const now = (await svg(page).boundingBox())!;
    await page.mouse.click(x(sample.logs.columns.time[700]!), now.y + now.height - 22);
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#\/logs\?since=\d+&until=\d+$/);
    const { logs } = await insideOf(windowOf(page));
    expect(logs).toBeGreaterThan(0);
    await expect.poll(() => page.locator(".toolbar-count").textContent()).toBe(`${logs} of 1,500`);
    await close();
  });

  test("the table counts what its links show", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/?table=1" });
    const table = page.locator(".timeline-table table");
    const heads = await table.locator("thead th").allTextContents();
    expect(heads)
      .toEqual(["From", "Errors", "Traces", "LLM calls", "Locks", "Log warnings", "Log lines"]);
    const links = await table.locator("td a").evaluateAll((all) =>
      all.map((link) => [(link as HTMLAnchorElement).hash, link.textContent!])
    );
    expect(links.length).toBeGreaterThan(10);
    for (const [hash, count] of links.filter((_, i) => i % 4 === 0)) {
      await page.evaluate((to) => location.hash = to, hash!);
      await expect.poll(() => page.locator(".toolbar-count").textContent())
        .toMatch(new RegExp(`^${count} (of|row)`));
    }
    await page.evaluate(() => location.hash = "#/?table=1");
    await table.locator("th button").nth(2).click();
    await expect.poll(() => paramsOf(page).get("zoom")).not.toBeNull();
    await close();
  });

  test("the overview stays small, within its width, and free of axe violations with a window", async () => {
    const hash = `#/?since=${start + 90_000}&until=${start + 150_000}&table=1`;
    for (const width of [1280, 380]) {
      for (const theme of ["light", "dark"] as const) {
        const { page, close } = await openReport(browser, url, { hash, width, theme });
        await page.locator(".timeline-table").waitFor();
        await expect.poll(() => page.locator("main *").count()).toBeLessThanOrEqual(400);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await expect.poll(() => chip(page).isVisible()).toBe(true);
        expect(await violations(page, theme === "dark")).toEqual([]);
        await close();
      }
    }
  });
});
