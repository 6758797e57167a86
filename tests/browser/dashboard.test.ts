/**
 * The dashboard in a real browser, while a recorder writes.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openSession, type Session } from "../../lib/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { createApp, listen, type Listening } from "../../server/mod.ts";
import { violations } from "./axe.ts";
import { startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";

let browser: Browser;
let home: string;
let server: Listening;
let url: string;
let ending: AbortController;
let page: Page;
let faults: string[];

async function start(port = 0): Promise<void> {
  ending = new AbortController();
  const app = createApp({
    home,
    version: "0.0.0",
    runtime: systemRuntime(),
    redactor: createRedactor(),
    newRedactor: () => createRedactor(),
    devStatus: () => Promise.resolve({ mode: "stable" }),
    signal: ending.signal,
  });
  server = await listen(app, "127.0.0.1", port);
  url = `http://127.0.0.1:${server.port}/`;
}

async function stop(): Promise<void> {
  ending.abort();
  await server.close();
}

function record(name: string): Session {
  return openSession({ name, home, title: `Session ${name}` });
}

async function open(theme: "light" | "dark" = "light"): Promise<Page> {
  faults = [];
  page = await browser.newPage({ colorScheme: theme, viewport: { width: 1280, height: 800 } });
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    const isOwn = request.url().startsWith(url) || request.url().startsWith("blob:");
    if (!isOwn) faults.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector(".quick-search input");
  return page;
}

/** A view's link in the rail. */
function rail(name: RegExp): Locator {
  return page.locator(".rail").getByRole("link", { name });
}

describeInBrowser("the dashboard", () => {
  beforeAll(async () => {
    browser = await startBrowser();
    home = mkdtempSync(join(tmpdir(), "planloop-dashboard-"));
    await start();
  }, 60_000);
  afterEach(async () => await page?.close());
  afterAll(async () => {
    await stop();
    await browser?.close();
    rmSync(home, { recursive: true, force: true });
  });

  test("leads from the sessions to a session, to a trace", async () => {
    const session = record("first");
    const id = session.trace("build", (trace) => {
      session.log("it compiles");
      return trace.id;
    });
    session.close();
    await open();
    await page.getByRole("link", { name: "Session first" }).click();
    await rail(/^Traces/).click();
    await page.getByRole("row", { name: /build/ }).first().click();
    await expect.poll(() => page.url()).toContain(id);
    expect(page.url()).toContain("#/@first-");
    expect(faults).toEqual([]);
  }, 60_000);

  test("shows what is recorded as it comes, and keeps what the reader chose", async () => {
    const session = record("live");
    session.log("line 0");
    await open();
    await page.getByRole("link", { name: "Session live" }).click();
    await rail(/^Logs/).click();
    const rows = page.locator(".grid-body .grid-row");
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByPlaceholder("Search messages").fill("line");
    await page.evaluate(() => (globalThis as { kept?: boolean }).kept = true);
    for (let line = 1; line <= 5; line++) session.log(`line ${line}`);
    session.log("something else");
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(6);
    await expect.poll(() => page.getByPlaceholder("Search messages").inputValue()).toBe("line");
    // It was the same page all the time.
    expect(await page.evaluate(() => (globalThis as { kept?: boolean }).kept)).toBe(true);
    const running = session.trace("long", async () => {
      await expect.poll(
        () => rail(/^Traces/).innerText(),
        { timeout: 20_000 },
      ).toMatch(/1/);
    });
    await running;
    session.close();
    expect(faults).toEqual([]);
  }, 90_000);

  test("a list that grows stays at its end for who stands there", async () => {
    const session = record("tail");
    for (let line = 0; line < 100; line++) session.log(`line ${line}`);
    await open();
    await page.getByRole("link", { name: "Session tail" }).click();
    await rail(/^Logs/).click();
    const grid = page.locator(".grid");
    await expect.poll(() => page.locator(".grid-body .grid-row").count()).toBeGreaterThan(5);
    await grid.evaluate((element) => element.scrollTop = element.scrollHeight);
    await expect.poll(() => page.locator(".grid").innerText()).toContain("line 99");
    for (let line = 100; line < 200; line++) session.log(`line ${line}`);
    await expect.poll(() => page.locator(".grid").innerText(), { timeout: 20_000 })
      .toContain("line 199");
    session.close();
  }, 60_000);

  test("tells that the server is lost, and goes on when it is back", async () => {
    const session = record("lost");
    session.log("before");
    await open();
    await page.getByRole("link", { name: "Session lost" }).click();
    const live = page.locator(".live");
    await expect.poll(() => live.innerText()).toBe("Live");
    const { port } = server;
    await stop();
    await expect.poll(() => live.innerText(), { timeout: 20_000 }).toBe("No connection");
    session.log("while it was away");
    await start(port);
    await expect.poll(() => live.innerText(), { timeout: 30_000 }).toBe("Live");
    await expect.poll(
      () => rail(/^Logs/).innerText(),
      { timeout: 20_000 },
    ).toMatch(/2/);
    session.close();
  }, 120_000);

  test("can be paused, and then shows nothing new", async () => {
    const session = record("paused");
    session.log("before");
    await open();
    await page.getByRole("link", { name: "Session paused" }).click();
    const live = page.locator(".live");
    await expect.poll(() => live.innerText()).toBe("Live");
    await live.click();
    await expect.poll(() => live.innerText()).toBe("Paused");
    session.log("after");
    await page.waitForTimeout(2500);
    const logs = rail(/^Logs/);
    await expect.poll(() => logs.innerText()).toMatch(/1/);
    await live.click();
    await expect.poll(() => logs.innerText(), { timeout: 20_000 }).toMatch(/2/);
    session.close();
  }, 60_000);

  test("new sessions come into the table", async () => {
    await open();
    record("newcomer").close();
    await expect.poll(() => page.locator(".grid").innerText(), { timeout: 20_000 })
      .toContain("Session newcomer");
    expect(faults).toEqual([]);
  }, 60_000);

  test("a removed session is said to be so", async () => {
    const session = record("removed");
    session.log("soon gone");
    session.close();
    await open();
    await page.getByRole("link", { name: "Session removed" }).click();
    const live = page.locator(".live");
    await expect.poll(() => live.innerText()).toBe("Live");
    await rail(/^Logs/).click();
    await expect.poll(() => page.locator(".grid").innerText()).toContain("soon gone");
    // As a removal goes: file by file. What was read before is not given up for half a session.
    rmSync(join(session.path, "logs"), { recursive: true, force: true });
    await page.waitForTimeout(1500);
    rmSync(session.path, { recursive: true, force: true });
    await expect.poll(() => live.innerText(), { timeout: 20_000 }).toBe("Removed");
    await expect.poll(() => page.locator(".grid").innerText()).toContain("soon gone");
  }, 60_000);

  test("a session that was made smaller is shown as it is, after a while", async () => {
    const session = record("smaller");
    for (let line = 0; line < 9; line++) session.log(`line ${line}`);
    await open();
    await page.getByRole("link", { name: "Session smaller" }).click();
    const logs = rail(/^Logs/);
    await expect.poll(() => logs.innerText()).toMatch(/9/);
    await expect.poll(() => page.locator(".live").innerText()).toBe("Live");
    const file = join(session.path, "logs", "planloop.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").split("\n").slice(0, 4).join("\n") + "\n");
    await expect.poll(() => logs.innerText(), { timeout: 30_000 }).toMatch(/4/);
    session.close();
  }, 60_000);

  test.each(["light", "dark"] as const)("breaks no rule of accessibility, %s", async (theme) => {
    await open(theme);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Session first" }).click();
    await expect.poll(() => page.locator(".live").innerText()).toBe("Live");
    expect(await violations(page)).toEqual([]);
  }, 60_000);
});
