/**
 * From a recorded session to its report on screen: the demo, as the built program records it.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plantedKey } from "../../demo/mod.ts";
import { firefoxPath, startFirefox } from "./firefox.ts";
import { openReport, startBrowser } from "./harness.ts";
import { pageText } from "../templates/read_page.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const folder = mkdtempSync(join(tmpdir(), "planloop-whole-"));
const report = join(folder, "report", "index.html");
const url = pathToFileURL(report).href;
let session: string;
let browser: Browser;

beforeAll(async () => {
  const args = [
    cli,
    "demo",
    "--no-open",
    "--home",
    join(folder, "home"),
    "--out",
    join(report, ".."),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(stdout.trim()).toBe(report);
  const sessions = join(folder, "home", "sessions");
  session = join(sessions, readdirSync(sessions)[0]!);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesOf = (kind: string, name: RegExp) =>
  readdirSync(join(session, "logs", kind)).filter((file) => name.test(file));

/** Rows of the view's first table, the head left out. */
async function rowsOf(page: Page, view: string): Promise<number> {
  await page.evaluate((hash) => void (location.hash = hash), `#/${view}`);
  const grid = page.locator("[role=grid]").first();
  await grid.waitFor();
  return Number(await grid.getAttribute("aria-rowcount")) - 1;
}

describe("the demo's report", () => {
  test("every view has as many rows as the session has records on disk", async () => {
    const log = readFileSync(join(session, "logs", "planloop.jsonl"), "utf8").trimEnd().split("\n");
    const state = JSON.parse(readFileSync(join(session, "state.json"), "utf8"));
    const locks = new Set(log.map((line) => JSON.parse(line).lock_entry_id).filter(Boolean));
    const { page, faults, close } = await openReport(browser, url);
    expect({
      tasks: await rowsOf(page, "tasks"),
      logs: await rowsOf(page, "logs"),
      llm: await rowsOf(page, "llm"),
      traces: await rowsOf(page, "traces"),
      errors: await rowsOf(page, "errors"),
      locks: await rowsOf(page, "locks"),
      changes: await rowsOf(page, "changes"),
    }).toEqual({
      tasks: state.tasks.length,
      logs: log.length,
      llm: filesOf("llm_transcripts", /_llm(_\d+)?(\.journal)?\.jsonl?$/).length,
      traces: filesOf("traces", /\.jsonl?$/).length,
      errors: filesOf("errors", /_error(_\d+)?\.json$/).length,
      locks: locks.size,
      changes: filesOf("diffs", /_diff(_\d+)?\.json$/).length,
    });
    expect(faults).toEqual([]);
    await close();
  });

  test("rows come in the order in which things happened", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/traces" });
    const times = await page.locator(".grid-body .grid-row").evaluateAll((rows) =>
      rows.map((row) => row.querySelector("time")?.getAttribute("datetime") ?? "")
    );
    expect(times.length).toBeGreaterThan(5);
    expect(times).toEqual(times.toSorted());
    await close();
  });

  test("a trace's page joins its spans, calls, locks, changes and log lines", async () => {
    const [error] = filesOf("errors", /_error\.json$/);
    const trace = error!.replace("_error.json", "");
    const { page, faults, close } = await openReport(browser, url, { hash: `#/traces/${trace}` });
    await page.getByText("Cannot total order").first().waitFor();
    const text = await page.locator("main").innerText();
    for (const part of ["Timeline", "Errors", "Model calls", "Lock", "changes", "Log"]) {
      expect(text.toLowerCase()).toContain(part.toLowerCase());
    }
    expect(faults).toEqual([]);
    await close();
  });

  test("the trace of the killed process is shown as one that never ended, with its open spans", async () => {
    const [journal] = filesOf("traces", /\.journal\.jsonl$/);
    const trace = journal!.replace(".journal.jsonl", "");
    const { page, faults, close } = await openReport(browser, url, { hash: `#/traces/${trace}` });
    await page.getByText("upload_build").first().waitFor();
    await expect.poll(() => page.locator("main").innerText()).toContain("never ended");
    expect(faults).toEqual([]);
    await close();
  });

  test("an error's stack shows the demo's source, not the bundle's", () => {
    const [error] = filesOf("errors", /_error\.json$/);
    const report = JSON.parse(readFileSync(join(session, "logs", "errors", error!), "utf8"));
    expect(report.stack_trace.at(-1)).toMatchObject({
      file: resolve(import.meta.dirname, "../../demo/order_total.ts"),
      function: "orderTotal",
      code: expect.stringContaining("throw new TypeError("),
    });
  });

  test("no planted secret is in the session or in the report", () => {
    expect(pageText(report)).not.toContain(plantedKey);
    for (const entry of readdirSync(session, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      expect(readFileSync(file, "latin1"), file).not.toContain(plantedKey);
    }
  });

  // Firefox is not on every machine; where it is missing, Chromium alone decides.
  test.skipIf(!firefoxPath())(
    "Firefox opens it from disk, with no message and no error",
    async () => {
      const firefox = await startFirefox(firefoxPath()!);
      try {
        const page = await firefox.newPage();
        const faults: string[] = [];
        page.on("console", (message) => faults.push(`console: ${message.text()}`));
        page.on("pageerror", (error) => faults.push(`error: ${String(error)}`));
        await page.goto(`${url}#/logs`);
        await page.waitForSelector(".grid-body .grid-row");
        const log = readFileSync(join(session, "logs", "planloop.jsonl"), "utf8").trimEnd();
        const rows = await page.$eval("[role=grid]", (grid) => grid.getAttribute("aria-rowcount"));
        expect(Number(rows) - 1).toBe(log.split("\n").length);
        await page.evaluate(() => void (location.hash = "#/logs?q=idempotency"));
        const found = log.split("\n").filter((line) => /idempotency/i.test(line)).length;
        await page.waitForFunction(
          (count) => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === count,
          {},
          String(found + 1),
        );
        expect(faults).toEqual([]);
      } finally {
        await firefox.close();
      }
    },
  );
});
