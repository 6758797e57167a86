import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeReport } from "../../cli/report/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "../cli/homes.ts";
import { browserPath, type OpenOptions, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { violations } from "./axe.ts";

let browser: Browser;
let address = "";
let folder = "";
const faults: string[][] = [];

beforeAll(async () => {
  if (!browserPath()) return;
  const home = openHome(makeHome({
    [goodId]: goodSession(),
    [secondId]: {
      ...goodSession(secondId),
      "logs/planloop.jsonl": logLine(1, "only in the second"),
    },
  }));
  folder = mkdtempSync(join(tmpdir(), "planloop-sessions-"));
  const out = join(folder, "report");
  const { file } = await writeReport(home.sessions(), { out, runtime: systemRuntime() });
  address = pathToFileURL(file).href;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

async function open(hash = "", options: OpenOptions = {}): Promise<Page> {
  const opened = await openReport(browser, address, { app: false, ...options, hash });
  faults.push(opened.faults);
  return opened.page;
}

const rows = (page: Page) => page.locator("[role=grid] [role=row]:not(:has([role=columnheader]))");

describeInBrowser("a report of several sessions", () => {
  test("begins with a table of them, newest first; a row leads to its session and back", async () => {
    const page = await open();
    await rows(page).nth(1).waitFor();
    await expect.poll(() => rows(page).count()).toBe(2);
    expect(await page.title()).toBe("Sessions · 2 sessions · planloop");
    await rows(page).nth(0).click();
    await page.getByRole("link", { name: "All sessions", exact: true }).waitFor();
    expect(page.url()).toContain(`#/@${secondId}/`);
    await page.getByRole("navigation").getByRole("link", { name: /^Logs/ }).click();
    await page.getByText("only in the second").first().waitFor();
    expect(page.url()).toContain(`#/@${secondId}/logs`);
    await page.getByRole("link", { name: "All sessions", exact: true }).click();
    await rows(page).nth(1).waitFor();
    await page.goBack();
    await page.getByText("only in the second").first().waitFor();
    await page.context().close();
  });

  test("a link into a session opens it there, filters and all", async () => {
    const page = await open(`#/@${goodId}/logs?level=ERROR`);
    await rows(page).nth(0).waitFor();
    await expect.poll(() => rows(page).count()).toBe(1);
    await expect.poll(() => rows(page).innerText()).toContain("three");
    await page.context().close();
  });

  test("a time window stays with its session, in each of its views", async () => {
    const page = await open(
      `#/@${goodId}/logs?since=2000-01-01T00:00:00Z&until=2001-01-01T00:00:00Z`,
    );
    await page.getByText("No row matches.").waitFor();
    await page.getByRole("navigation").getByRole("link", { name: /^Traces/ }).click();
    await page.getByText("No row matches.").waitFor();
    expect(page.url()).toContain(`#/@${goodId}/traces?since=2000`);
    await page.goBack();
    await expect.poll(() => page.locator(".window-chip").count()).toBe(1);
    await page.getByRole("link", { name: "All sessions", exact: true }).click();
    await rows(page).nth(1).waitFor();
    await expect.poll(() => page.locator(".window-chip").count()).toBe(0);
    await rows(page).nth(0).click();
    await page.getByRole("navigation").getByRole("link", { name: /^Logs/ }).click();
    await page.getByText("only in the second").first().waitFor();
    expect(page.url()).not.toContain("since");
    await page.context().close();
  });

  test("search, sorting and filters of the table are in the address", async () => {
    const page = await open(`#/?q=${secondId}&sort=-title`);
    await rows(page).nth(0).waitFor();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.context().close();
  });

  test("the palette goes to a session from the table, to another one and back", async () => {
    const page = await open();
    await rows(page).nth(1).waitFor();
    const choose = async (text: string) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.insertText(text);
      await page.keyboard.press("Enter");
    };
    await choose(secondId);
    await expect.poll(() => page.url()).toContain(`#/@${secondId}/`);
    await page.getByRole("navigation").waitFor();
    await choose(goodId);
    await expect.poll(() => page.url()).toContain(`#/@${goodId}/`);
    await page.getByRole("navigation").waitFor();
    await choose("logs");
    await expect.poll(() => page.url()).toContain(`#/@${goodId}/logs`);
    await choose("all sessions");
    await rows(page).nth(1).waitFor();
    await page.keyboard.press("Control+k");
    await expect.poll(() => page.locator(".quick-hit").allInnerTexts()).not.toContain("Overview");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test("times of the table are UTC, local or relative, the exact one in the title", async () => {
    const page = await open();
    const time = rows(page).nth(0).locator("time");
    const utc = await time.innerText();
    await expect.poll(() => time.getAttribute("title")).toMatch(/^\d{4}-.*Z · .* local · .* ago$/);
    await page.getByRole("button", { name: "UTC" }).click();
    await expect.poll(() => time.innerText()).not.toBe(utc);
    await page.getByRole("button", { name: "Local" }).click();
    await expect.poll(() => time.innerText()).toMatch(/ ago$/);
    await page.context().close();
  });

  test("a session that is not there is said, with the way back", async () => {
    const page = await open("#/@nothing/logs");
    await page.getByText("This report has no session").waitFor();
    await page.getByRole("link", { name: "Go to all sessions" }).click();
    await rows(page).nth(1).waitFor();
    await page.context().close();
  });

  test.each(["light", "dark"] as const)("has no accessibility fault in %s", async (theme) => {
    const page = await open("", { theme });
    await rows(page).nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test("without scripts the sessions are listed", async () => {
    const page = await open("", { scripts: false });
    const text = await page.locator("main").innerText();
    expect(text).toContain(goodId);
    expect(text).toContain(secondId);
    await page.context().close();
  });

  test("nothing was requested, nothing was said on the console", () => {
    expect(faults.flat()).toEqual([]);
  });
});
