/**
 * What each view of the demo's report is made of: headings, tables, tabs, buttons, by the names that
 * a screen reader says. Pixels differ from machine to machine; this does not.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { viewTable } from "../../report/view_table.tsx";
import { browserPath, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { outline } from "./outline.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const root = mkdtempSync(join(tmpdir(), "planloop-structure-"));
const url = pathToFileURL(join(root, "report", "index.html")).href;
let browser: Browser;

beforeAll(async () => {
  if (!browserPath()) return;
  const folders = ["--home", join(root, "home"), "--out", join(root, "report")];
  const run = spawnSync(process.execPath, [cli, "demo", "--no-open", ...folders], {
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(0);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

describeInBrowser("the structure of", () => {
  test.each(viewTable.map(({ id }) => id).filter((id) => id !== "plan"))("%s", async (view) => {
    const { page, close } = await openReport(browser, url, { hash: `#/${view}` });
    await page.waitForFunction(() => !document.querySelector(".loading"));
    await page.waitForTimeout(200);
    expect((await page.evaluate(outline, "main")).join("\n")).toMatchSnapshot();
    await close();
  });
});
