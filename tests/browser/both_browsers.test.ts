/**
 * The demo's report in each browser of this machine, as the built program writes it: every view in
 * both themes, search, deep links, the way by keyboard.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewTable } from "../../report/view_table.tsx";
import { type Driver, drivers, type Visit } from "./driver.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const root = mkdtempSync(join(tmpdir(), "planloop-both-"));
const url = pathToFileURL(join(root, "report", "index.html")).href;
let logs: string;

beforeAll(() => {
  const folders = ["--home", join(root, "home"), "--out", join(root, "report")];
  const run = spawnSync(process.execPath, [cli, "demo", "--no-open", ...folders], {
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(0);
  const [session] = readdirSync(join(root, "home", "sessions"));
  logs = join(root, "home", "sessions", session!, "logs");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lines = () => readFileSync(join(logs, "planloop.jsonl"), "utf8").trimEnd().split("\n");

/** Goes to an address and waits until it is drawn. */
function go(visit: Visit, hash: string): Promise<void> {
  return visit.evaluate(async (to) => {
    if (location.hash !== to) location.hash = to;
    for (let round = 0; round < 3; round++) {
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      for (let tries = 0; document.querySelector(".loading") && tries < 500; tries++) {
        await new Promise((done) => setTimeout(done, 10));
      }
    }
  }, hash);
}

const hashOf = (visit: Visit) => visit.evaluate(() => location.hash, null);

/** Rows of the first table; -1 where there is none. */
const rowsOf = (visit: Visit) =>
  visit.evaluate(
    () => Number(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") ?? 0) - 1,
    null,
  );

// Where neither browser is installed there is nothing to open it in; CI installs both.
describe.each(drivers)("the demo's report in $name", ({ start }) => {
  test.each(["light", "dark"] as const)("shows every view, %s, at both widths", async (theme) => {
    const driver = await start({ theme });
    for (const width of [1280, 380]) {
      const visit = await driver.open(url, { width });
      for (const { id, title } of viewTable) {
        await go(visit, `#/${id}`);
        await expect.poll(() => visit.evaluate(() => document.title, null)).toContain(title);
        const seen = await visit.evaluate(() => {
          const page = document.documentElement;
          const [red, green, blue] = getComputedStyle(document.body).color
            .match(/\d+/g)!.map(Number);
          return {
            title: document.title,
            text: document.querySelector("main")!.textContent!.length,
            failed: document.querySelectorAll(".load-error, .dead-link").length,
            tooWide: page.scrollWidth - page.clientWidth,
            // Light text stands on a dark ground.
            isDark: red! + green! + blue! > 3 * 128,
          };
        }, null);
        expect(seen, `${id} at ${width}`).toMatchObject({
          title: expect.stringContaining(title),
          failed: 0,
          tooWide: 0,
          isDark: theme === "dark",
        });
        expect(seen.text, id).toBeGreaterThan(100);
      }
      expect(visit.faults).toEqual([]);
      await visit.close();
    }
    await driver.close();
  }, 120_000);

  describe("once it is open", () => {
    let driver: Driver;
    let visit: Visit;
    beforeAll(async () => {
      driver = await start();
      visit = await driver.open(url);
    });
    afterAll(() => driver?.close());

    test("finds what an independent scan of the session finds", async () => {
      const records = lines().map((line) => line.toLowerCase());
      for (const wanted of ["idempotency", "task 3", "no such text anywhere"]) {
        await go(visit, `#/logs?q=${encodeURIComponent(wanted)}`);
        const expected = records.filter((line) => line.includes(wanted)).length;
        await expect.poll(() => rowsOf(visit), { message: wanted }).toBe(expected);
      }
      expect(records.filter((line) => line.includes("idempotency")).length).toBeGreaterThan(2);
    });

    test("opens deep links, filters and records, and goes back", async () => {
      const errors = lines().filter((line) => JSON.parse(line).level === "ERROR").length;
      const file = readdirSync(join(logs, "errors")).find((name) => name.endsWith("_error.json"))!;
      const key = file.replace(".json", "");
      const another = await driver.open(`${url}#/errors/${key}`);
      await go(another, `#/errors/${key}`);
      const drawer = () =>
        another.evaluate(() => document.querySelector(".drawer")?.textContent ?? "", null);
      await expect.poll(drawer).toContain("Cannot total order");
      await go(another, "#/logs?level=ERROR&sort=-time");
      await expect.poll(() => rowsOf(another)).toBe(errors);
      await another.back();
      await expect.poll(drawer).toContain("Cannot total order");
      expect(await hashOf(another)).toBe(`#/errors/${key}`);
      expect(another.faults).toEqual([]);
      await another.close();
    });

    test("is walked by keys: search, rows, details, help, the search over everything", async () => {
      await go(visit, "#/logs");
      await visit.press("j");
      await visit.press("ArrowDown");
      await visit.press("Enter");
      await expect.poll(() => hashOf(visit)).toBe("#/logs/2");
      await visit.press("Escape");
      await expect.poll(() => hashOf(visit)).toBe("#/logs");
      await visit.press("/");
      await visit.type("lock");
      await expect.poll(() => hashOf(visit)).toBe("#/logs?q=lock");
      await visit.press("Escape");
      await expect.poll(() => hashOf(visit)).toBe("#/logs");
      await visit.evaluate(() => (document.activeElement as HTMLElement).blur(), null);
      await visit.press("?");
      const dialog = () =>
        visit.evaluate(() => document.querySelector("dialog[open]") !== null, null);
      await expect.poll(dialog).toBe(true);
      await visit.press("Escape");
      await expect.poll(dialog).toBe(false);
      await visit.press("Control+k");
      await visit.type("TypeError");
      const hits = () => visit.evaluate(() => document.querySelectorAll(".quick-hit").length, null);
      await expect.poll(hits).toBeGreaterThan(0);
      await visit.press("Enter");
      await expect.poll(() => hashOf(visit)).toMatch(/^#\/errors\//);
    });

    test("said nothing, and asked for nothing", () => {
      expect(visit.faults).toEqual([]);
    });
  });
});
