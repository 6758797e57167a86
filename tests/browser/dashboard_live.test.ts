/**
 * The dashboard in a real browser: what is open stays as it is while records come.
 */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Session } from "../../lib/mod.ts";
import { startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { ServedHome } from "./served_home.ts";

let browser: Browser;
let home: ServedHome;
let context: BrowserContext;
let faults: string[];

/** What the pages count of themselves. */
interface Counts {
  hiddenNow: boolean;
  streams: Set<EventSource>;
  readings: number;
}
declare const counts: Counts;

/** Opens an address of the dashboard. */
async function open(hash = ""): Promise<Page> {
  const page = await context.newPage();
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(home.url + hash);
  await page.waitForSelector(".quick-search input");
  return page;
}

const inside = (session: Session, rest: string) => `#/@${session.id}/${rest}`;

/** What a page shows, however long it takes. */
function shown(page: Page, selector: string) {
  return expect.poll(() => page.locator(selector).innerText(), { timeout: 20_000 });
}

describeInBrowser("the dashboard of a session that is recorded", () => {
  beforeAll(async () => {
    browser = await startBrowser();
    home = new ServedHome();
    await home.start();
  }, 60_000);
  afterEach(async () => await context?.close());
  afterAll(async () => {
    await home?.end();
    await browser?.close();
  });

  /** A context whose pages can be told that they are out of sight, and count their streams. */
  async function watched(): Promise<void> {
    faults = [];
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript(() => {
      const counted = { hiddenNow: false, streams: new Set<EventSource>(), readings: 0 };
      Object.assign(globalThis, { counts: counted });
      Object.defineProperty(document, "hidden", { get: () => counted.hiddenNow });
      const Plain = EventSource;
      globalThis.EventSource = class extends Plain {
        constructor(url: string | URL) {
          super(url);
          counted.streams.add(this);
        }
        override close(): void {
          super.close();
          counted.streams.delete(this);
        }
      };
      const ask = fetch;
      globalThis.fetch = (...given) => {
        if (String(given[0]).endsWith("/bundle")) counted.readings += 1;
        return ask(...given);
      };
    });
  }

  test("a trace that runs grows until it ends", async () => {
    await watched();
    const session = home.record("grows");
    let end = () => {};
    let further = () => {};
    const steps = [
      new Promise<void>((resolve) => further = resolve),
      new Promise<void>((resolve) => end = resolve),
    ];
    let id = "";
    const running = session.trace("build", async (trace) => {
      id = trace.id;
      await session.span("first", () => new Promise((resolve) => setTimeout(resolve, 300)));
      await steps[0];
      await session.span("second", () => steps[1]);
    });
    const page = await open(inside(session, `traces/${id}`));
    const row = (name: string) => page.locator(".waterfall-row", { hasText: name });
    await expect.poll(() => row("first").count(), { timeout: 20_000 }).toBe(1);
    const share = () =>
      row("first").locator(".bar").evaluate((bar) => parseFloat((bar as HTMLElement).style.width));
    const before = await share();
    await expect.poll(() => page.locator(".page").innerText()).toContain("still running, for");
    // Nothing is written: only time goes on, and what is over takes less and less of it.
    await expect.poll(share, { timeout: 20_000 }).toBeLessThan(before * 0.8);
    further();
    await expect.poll(() => row("second").count(), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => row("second").locator(".bar-running").count()).toBe(1);
    const width = await row("second").locator(".bar").boundingBox();
    await expect.poll(
      async () => (await row("second").locator(".bar").boundingBox())!.width,
      { timeout: 20_000 },
    ).toBeGreaterThan(width!.width + 5);
    end();
    await running;
    await expect.poll(() => page.locator(".bar-running").count(), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => page.locator(".page").innerText()).not.toContain("still running");
    session.close();
    expect(faults).toEqual([]);
  }, 120_000);

  test("“Follow the end” leads to the last line, and to those that come", async () => {
    await watched();
    const session = home.record("follow");
    for (let line = 0; line < 300; line++) session.log(`line ${line}.`);
    const page = await open(inside(session, "logs"));
    await shown(page, ".grid").toContain("line 0.");
    const button = page.getByRole("button", { name: "Follow the end" });
    await button.click();
    await shown(page, ".grid").toContain("line 299.");
    await expect.poll(() => button.count()).toBe(0);
    for (let line = 300; line < 400; line++) session.log(`line ${line}.`);
    await shown(page, ".grid").toContain("line 399.");
    await expect.poll(() => button.count()).toBe(0);
    // Elsewhere it stays where it is, and the button is there again.
    await page.locator(".grid").evaluate((grid) => grid.scrollTop = 0);
    await shown(page, ".grid").toContain("line 0.");
    await expect.poll(() => button.count()).toBe(1);
    session.log("line 400.");
    await expect.poll(() => page.locator(".grid").getAttribute("aria-rowcount"), {
      timeout: 20_000,
    }).toBe("402");
    await expect.poll(() => page.locator(".grid").innerText()).toContain("line 0.");
    session.close();
    expect(faults).toEqual([]);
  }, 90_000);

  test("a drawer, a search and the focus stay, in every frame, while records come", async () => {
    await watched();
    const session = home.record("steady");
    for (let line = 0; line < 50; line++) session.log(`line ${line}.`);
    session.log("other");
    const page = await open(inside(session, "logs"));
    await shown(page, ".grid").toContain("line 3.");
    await page.getByPlaceholder("Search messages").fill("line");
    await page.getByRole("row", { name: /line 3\./ }).click();
    await shown(page, ".drawer").toContain("line 3.");
    await page.getByPlaceholder("Search messages").focus();
    await page.evaluate(() => {
      const kept = [...document.querySelectorAll(".drawer, .grid, .toolbar input")];
      const torn: string[] = [];
      const look = () => {
        for (const element of kept) if (!element.isConnected) torn.push(element.className);
        if (document.querySelectorAll(".grid-body .grid-row").length < 5) torn.push("no rows");
        if (!document.querySelector(".drawer")?.textContent?.includes("line 3.")) {
          torn.push("empty");
        }
        if (document.querySelector(".loading")) torn.push("loading");
        if (!document.activeElement?.matches("input")) torn.push("focus");
        requestAnimationFrame(look);
      };
      look();
      Object.assign(globalThis, { torn });
    });
    for (let turn = 1; turn <= 3; turn++) {
      session.log(`line ${50 + turn}.`);
      await expect.poll(() => page.locator(".grid").getAttribute("aria-rowcount"), {
        timeout: 20_000,
      }).toBe(String(51 + turn));
    }
    expect(await page.evaluate(() => (globalThis as unknown as { torn: string[] }).torn)).toEqual(
      [],
    );
    await expect.poll(() => page.getByPlaceholder("Search messages").inputValue()).toBe("line");
    session.close();
    expect(faults).toEqual([]);
  }, 90_000);

  test("sessions that were left leave no worker and no stream", async () => {
    await watched();
    const sessions = [home.record("one"), home.record("two")];
    for (const session of sessions) session.log("a line");
    const page = await open();
    for (const session of sessions) {
      await page.evaluate((hash) => location.hash = hash, inside(session, "logs"));
      await shown(page, ".grid").toContain("a line");
      session.log("a further line");
      await shown(page, ".grid").toContain("a further line");
      expect(await page.evaluate(() => counts.streams.size)).toBe(1);
    }
    // What was read before is let go of when nothing on screen may ask it any more.
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(1);
    await page.evaluate(() => location.hash = "#/");
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0);
    expect(await page.evaluate(() => counts.streams.size)).toBe(0);
    for (const session of sessions) session.close();
    expect(faults).toEqual([]);
  }, 120_000);

  test("a page out of sight follows nothing, and reads again when it is seen", async () => {
    await watched();
    const session = home.record("hidden");
    session.log("before");
    const page = await open(inside(session, "logs"));
    await shown(page, ".grid").toContain("before");
    const show = (isShown: boolean) =>
      page.evaluate((hidden) => {
        counts.hiddenNow = hidden;
        document.dispatchEvent(new Event("visibilitychange"));
      }, !isShown);
    await expect.poll(() => page.evaluate(() => counts.streams.size)).toBe(1);
    await show(false);
    expect(await page.evaluate(() => counts.streams.size)).toBe(0);
    const readings = await page.evaluate(() => counts.readings);
    session.log("meanwhile");
    await page.waitForTimeout(2500);
    expect(await page.evaluate(() => counts.readings)).toBe(readings);
    await show(true);
    await shown(page, ".grid").toContain("meanwhile");
    expect(await page.evaluate(() => counts.streams.size)).toBe(1);
    session.close();
    expect(faults).toEqual([]);
  }, 60_000);

  test("opened again while nothing changed, it is the same page", async () => {
    await watched();
    const session = home.record("again");
    session.log("a line");
    session.close();
    const page = await open(inside(session, "logs"));
    await shown(page, ".grid").toContain("a line");
    await page.reload();
    await shown(page, ".grid").toContain("a line");
    const second = await open(inside(session, "logs"));
    await shown(second, ".grid").toContain("a line");
    expect(faults).toEqual([]);
  }, 60_000);

  test("where the server gives no further stream, the page asks instead", async () => {
    await watched();
    await home.stop();
    await home.start({ streamsMax: 1 });
    try {
      const session = home.record("refused");
      session.log("line 0.");
      const first = await open(inside(session, "logs"));
      await shown(first, ".live").toBe("Live");
      const second = await open(inside(session, "logs"));
      await shown(second, ".grid").toContain("line 0.");
      // The browser says that it was refused; the page does not say that nobody answers.
      await expect.poll(() => faults.filter((fault) => fault.includes("503")).length, {
        timeout: 20_000,
      }).toBeGreaterThan(1);
      await second.evaluate(() => {
        const words: string[] = [];
        const look = () => {
          words.push(document.querySelector(".live")!.textContent!);
          requestAnimationFrame(look);
        };
        look();
        Object.assign(globalThis, { words });
      });
      session.log("line 1.");
      await shown(second, ".grid").toContain("line 1.");
      session.log("line 2.");
      await shown(second, ".grid").toContain("line 2.");
      const words = () =>
        second.evaluate(() => [...new Set((globalThis as unknown as { words: string[] }).words)]);
      expect(await words()).toEqual(["Live"]);
      await first.close();
      const before = faults.length;
      await second.waitForTimeout(5000);
      expect(faults.slice(before).filter((fault) => fault.includes("503")).length)
        .toBeLessThanOrEqual(1);
      session.log("line 3.");
      await shown(second, ".grid").toContain("line 3.");
      session.close();
    } finally {
      await home.stop();
      await home.start();
    }
  }, 120_000);
});
