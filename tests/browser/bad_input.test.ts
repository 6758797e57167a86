/**
 * Sessions as large as they get, from the built program to the screen. `npm run stress` makes them
 * whole, `npm test` a tenth.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { humanCount } from "../../lib/format/human.ts";
import { largeTrace, largeTranscript, manyFiles } from "../helpers/large_sessions.ts";
import { browserPath, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";

const isStress = process.env["PLANLOOP_STRESS"] === "1";
const share = isStress ? 1 : 0.1;
const megabyte = 1024 * 1024;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const root = mkdtempSync(join(tmpdir(), "planloop-bad-input-"));
let browser: Browser;

beforeAll(async () => {
  if (browserPath()) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
  // To remove 100,000 files takes its time.
}, 300_000);

/** Says at its end how much memory the process had at most, in KB. */
const tellsMemory = `--import=data:text/javascript,${
  encodeURIComponent(
    'process.on("exit",()=>process.stderr.write("maxRSS="+process.resourceUsage().maxRSS))',
  )
}`;

/** Writes a session's report with the program. */
function report(folder: string, more: string[] = []): { url: string; peakMb: number } {
  const out = `${folder}-report`;
  const args = [cli, "report", "--session", folder, "--out", out, "--quiet", ...more];
  const run = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: tellsMemory },
  });
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe(join(out, "index.html"));
  const peakMb = Number(/maxRSS=(\d+)/.exec(run.stderr)?.[1]) / 1024;
  if (isStress) process.stderr.write(`${folder.slice(root.length + 1)}: ${peakMb.toFixed(0)} MB\n`);
  return { url: pathToFileURL(run.stdout.trim()).href, peakMb };
}

/** Elements on screen; a list shows a window of its rows, whatever their number. */
const nodesOf = (page: Page) => page.evaluate(() => document.body.querySelectorAll("*").length);
const rowCount = async (page: Page, role: string) =>
  Number(await page.getByRole(role as "grid").first().getAttribute("aria-rowcount")) - 1;

async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = to), hash);
  await page.waitForFunction(() => !document.querySelector(".loading"));
  await page.locator("main [role=grid], main [role=treegrid]").first().waitFor();
}

/**
 * Most elements of a view with a list: the frame, its toolbar, and a window of at most 40 rows, of
 * which those with the most columns have some 20 elements each.
 */
const nodesMax = 700;

describeInBrowser("a session as large as they get", () => {
  test(`of ${100_000 * share} small files is read whole, and its lists stay small`, async () => {
    const folder = join(root, "files");
    const count = 100_000 * share;
    manyFiles(folder, count);
    const { url, peakMb } = report(folder);
    expect(peakMb).toBeLessThan(isStress ? 1200 : 400);
    const { page, faults, close } = await openReport(browser, url);
    const written = (kind: string) => readdirSync(join(folder, "logs", kind)).length;
    for (
      const [view, kind] of [
        ["llm", "llm_transcripts"],
        ["errors", "errors"],
        ["changes", "diffs"],
      ] as const
    ) {
      await go(page, `#/${view}`);
      expect(await rowCount(page, "grid"), view).toBe(written(kind));
      expect(await nodesOf(page), view).toBeLessThanOrEqual(nodesMax);
    }
    await go(page, "#/traces");
    // Each id has a row, whether or not its trace was written.
    expect(await rowCount(page, "grid")).toBe(count);
    expect(await nodesOf(page)).toBeLessThanOrEqual(nodesMax);
    await page.getByRole("grid").first().focus();
    await page.keyboard.press("End");
    const last = page.locator(".grid-body .grid-row").last();
    await expect.poll(() => last.getAttribute("aria-rowindex")).toBe(String(count + 1));
    // What the session lacks, and nothing else: none of the files is too many.
    await go(page, "#/problems");
    expect(await rowCount(page, "grid")).toBe(2);
    await go(page, "#/about");
    await expect.poll(() => page.locator("main").innerText()).toContain(
      `${humanCount(count)} files`,
    );
    const files = page.getByRole("grid", { name: "Input files" });
    await expect.poll(() => files.getAttribute("aria-rowcount")).toBe(String(count + 1));
    expect(await nodesOf(page)).toBeLessThanOrEqual(nodesMax);
    expect(faults).toEqual([]);
    await close();
  }, 300_000);

  test(`with a trace of ${100_000 * share} spans shows and searches all of it`, async () => {
    const folder = join(root, "spans");
    const spans = 100_000 * share;
    largeTrace(folder, spans);
    const { url, peakMb } = report(folder);
    expect(peakMb).toBeLessThan(isStress ? 900 : 400);
    const { page, faults, close } = await openReport(browser, url, { hash: "#/traces/tr_large" });
    await page.getByRole("treegrid").waitFor({ timeout: 60_000 });
    expect(await rowCount(page, "treegrid")).toBe(spans);
    // The trace's page: beside the waterfall it has a table of times by name.
    expect(await nodesOf(page)).toBeLessThanOrEqual(2 * nodesMax);
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("End");
    const last = page.locator(".waterfall-row").last();
    await expect.poll(() => last.getAttribute("aria-rowindex")).toBe(String(spans + 1));
    await page.getByLabel("Find a span").fill("step 77");
    await expect.poll(() => page.locator(".waterfall-row").count()).toBeGreaterThan(2);
    await page.evaluate(() => void (location.hash = "#/traces/tr_large?tab=flame"));
    await page.getByRole("treeitem").first().waitFor({ timeout: 60_000 });
    expect(await nodesOf(page)).toBeLessThanOrEqual(2 * nodesMax);
    expect(faults).toEqual([]);
    await close();
  }, 300_000);

  test.each(["each inside the one before", "in a circle"] as const)(
    `with a trace of ${100_000 * share} spans, %s, shows all of it`,
    async (shape) => {
      const folder = join(root, shape.replaceAll(" ", "-"));
      const spans = 100_000 * share;
      largeTrace(folder, spans, shape);
      const { url, peakMb } = report(folder);
      expect(peakMb).toBeLessThan(isStress ? 900 : 400);
      const { page, faults, close } = await openReport(browser, url, { hash: "#/traces/tr_large" });
      await page.getByRole("treegrid").waitFor({ timeout: 60_000 });
      expect(await rowCount(page, "treegrid")).toBe(spans);
      await page.getByRole("treegrid").focus();
      await page.keyboard.press("End");
      const last = page.locator(".waterfall-row").last();
      await expect.poll(() => last.getAttribute("aria-rowindex")).toBe(String(spans + 1));
      await page.evaluate(() => void (location.hash = "#/traces/tr_large?tab=flame"));
      await page.getByRole("treeitem").first().waitFor({ timeout: 60_000 });
      expect(await nodesOf(page)).toBeLessThanOrEqual(2 * nodesMax);
      expect(faults).toEqual([]);
      await close();
    },
    300_000,
  );

  test(`with a message of ${50 * share} MB opens it, folded`, async () => {
    const folder = join(root, "message");
    const bytes = 50 * share * megabyte;
    largeTranscript(folder, bytes, bytes);
    const { url, peakMb } = report(folder);
    expect(peakMb).toBeLessThan(isStress ? 1200 : 400);
    const { page, faults, close } = await openReport(browser, url, {
      hash: "#/llm/tr_large_llm",
    });
    const drawer = page.locator(".drawer");
    await drawer.getByText("message 0: ").first().waitFor({ timeout: 60_000 });
    expect(await nodesOf(page)).toBeLessThanOrEqual(nodesMax);
    const fold = drawer.getByRole("button", { name: /^Show all [\d,]+ characters$/ }).first();
    expect(Number((await fold.textContent())!.replace(/\D/g, ""))).toBeGreaterThan(bytes);
    await drawer.getByText("the answer at the end").first().waitFor();
    expect(faults).toEqual([]);
    await close();
  }, 300_000);

  test(`with a transcript of ${50 * share} MB opens it, folded`, async () => {
    const folder = join(root, "transcript");
    largeTranscript(folder, 50 * share * megabyte);
    const { url, peakMb } = report(folder);
    expect(peakMb).toBeLessThan(isStress ? 1200 : 400);
    const { page, faults, close } = await openReport(browser, url, {
      hash: "#/llm/tr_large_llm",
    });
    const drawer = page.locator(".drawer");
    await drawer.getByText("the answer at the end").first().waitFor({ timeout: 60_000 });
    expect(await nodesOf(page)).toBeLessThanOrEqual(nodesMax);
    // What came before is shown some hundred messages at a time, back to the first.
    const earlier = drawer.getByRole("button", { name: "earlier messages" });
    let clicks = 0;
    for (; await earlier.count() > 0; clicks++) await earlier.click();
    expect(clicks).toBe(isStress ? 9 : 1);
    await drawer.getByText("message 0: ").first().waitFor();
    expect(faults).toEqual([]);
    await close();
  }, 300_000);
});
