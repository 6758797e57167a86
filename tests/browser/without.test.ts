/**
 * The demo's report where a browser lacks what reports use, or is not allowed to: what can be shown
 * is shown, and what cannot is said.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { staticRowsMax } from "../../templates/static_view.ts";
import { type Driver, drivers, type Visit } from "./driver.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const root = mkdtempSync(join(tmpdir(), "planloop-without-"));
const file = join(root, "report", "index.html");
const url = pathToFileURL(file).href;
let lines: string[];

beforeAll(() => {
  const folders = ["--home", join(root, "home"), "--out", join(root, "report")];
  const run = spawnSync(process.execPath, [cli, "demo", "--no-open", ...folders], {
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(0);
  const [session] = readdirSync(join(root, "home", "sessions"));
  const log = join(root, "home", "sessions", session!, "logs", "planloop.jsonl");
  lines = readFileSync(log, "utf8").trimEnd().split("\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What a reader without the app sees. */
const stillView = (visit: Visit) =>
  visit.evaluate(() => {
    const main = document.querySelector("main")!;
    // Contrast, as WCAG counts it, of the text on the first ground that is not transparent.
    const channels = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
    const luminance = (colour: string) => {
      const [r, g, b] = channels(colour).map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
      );
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const ground = (element: Element | null): string => {
      // Nothing is painted: the canvas of the theme shows.
      if (!element) {
        return matchMedia("(prefers-color-scheme: dark)").matches
          ? "rgb(28,28,28)"
          : "rgb(255,255,255)";
      }
      const colour = getComputedStyle(element).backgroundColor;
      return channels(colour)[3] === 0 ? ground(element.parentElement) : colour;
    };
    const pale = [...main.querySelectorAll("*")].filter((element) => {
      if (!element.textContent?.trim() || element.children.length > 0) return false;
      const style = getComputedStyle(element);
      const [a, b] = [luminance(style.color), luminance(ground(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((element) => element.outerHTML.slice(0, 120));
    return {
      heading: document.querySelector("h1")?.innerText ?? "",
      text: main.innerText,
      rows: main.querySelectorAll(".static-rows tbody tr").length,
      figures: [...document.querySelectorAll<HTMLElement>(".figure-box, .rail-item")]
        .map((box) => box.innerText),
      isDark: matchMedia("(prefers-color-scheme: dark)").matches,
      filledIcons: [...document.querySelectorAll("svg.icon path")]
        .filter((path) => getComputedStyle(path).fill !== "none").length,
      pale,
      tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  }, null);

/** Holds what stands without the app to what must be there. */
async function expectStillView(visit: Visit, isDark: boolean): Promise<void> {
  const seen = await stillView(visit);
  expect(seen.heading).toBe("Fix the flaky checkout");
  expect(seen.rows).toBe(staticRowsMax);
  expect(seen.text).toContain(JSON.parse(lines[0]!).message);
  expect(seen.text).toContain("Where to look first");
  expect(seen.text).toContain(`of ${lines.length}; the others, and every other view, need`);
  // Names and numbers stand apart, also where no style says so.
  expect(seen.figures.filter((text) => /\p{L}\d/u.test(text))).toEqual([]);
  expect(seen.figures.length).toBe(24);
  expect(seen).toMatchObject({ isDark, filledIcons: 0, pale: [], tooWide: 0 });
}

// Where neither browser is installed there is nothing to open it in; CI installs both.
describe.each(drivers)("in $name", ({ name, start }) => {
  const themes = ["light", "dark"] as const;

  test.each(themes)(
    "without scripts the overview and the first rows are there, %s",
    async (theme) => {
      const driver = await start({ theme, scripts: false });
      for (const width of [1280, 380]) {
        const visit = await driver.open(url, { width });
        await expectStillView(visit, theme === "dark");
        expect(visit.faults).toEqual([]);
        await visit.close();
      }
      await driver.close();
    },
  );

  describe("behind a server with Jenkins' policy", () => {
    let server: Server;
    let asked: string[];
    let address: string;
    beforeAll(async () => {
      asked = [];
      server = createServer((request, response) => {
        asked.push(request.url!);
        response.writeHead(200, {
          "content-type": "text/html",
          "content-security-policy":
            "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';",
        });
        response.end(readFileSync(file));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`;
    });
    afterAll(() => void server.close());

    test.each(themes)("neither script nor style runs, and it is readable, %s", async (theme) => {
      const driver = await start({ theme });
      const visit = await driver.open(address, { scripts: false });
      await expectStillView(visit, theme === "dark");
      await driver.close();
      expect(asked.filter((path) => path !== "/index.html")).toEqual([]);
    });
  });

  describe("with scripts, but less than usual", () => {
    let driver: Driver;
    beforeAll(async () => {
      driver = await start();
    });
    afterAll(() => driver?.close());

    /** Everything in the log can be found, sorted and opened. */
    async function expectWhole(visit: Visit): Promise<void> {
      const rows = () =>
        visit.evaluate(() => document.querySelector(".toolbar-count")?.textContent ?? "", null);
      await expect.poll(rows).toBe(`${lines.length} rows`);
      const found = lines.filter((line) => /idempotency/i.test(line)).length;
      await visit.evaluate(() => void (location.hash = "#/logs?q=IDEMPOTENCY&sort=message"), null);
      await expect.poll(rows).toBe(`${found} of ${lines.length}`);
      await visit.evaluate(() => void (location.hash = "#/errors"), null);
      await visit.evaluate(async () => {
        for (let tries = 0; tries < 500; tries++) {
          const row = document.querySelector<HTMLElement>(".grid-body .grid-row");
          if (row) return row.click();
          await new Promise((done) => setTimeout(done, 10));
        }
      }, null);
      const drawer = () =>
        visit.evaluate(() => document.querySelector(".drawer")?.textContent ?? "", null);
      await expect.poll(drawer).toContain("Cannot total order");
      expect(visit.faults).toEqual([]);
    }

    const lacks: [string, () => void][] = [
      ["DecompressionStream", () => Reflect.deleteProperty(globalThis, "DecompressionStream")],
      ["WebAssembly", () => Reflect.deleteProperty(globalThis, "WebAssembly")],
      ["Worker", () => Reflect.deleteProperty(globalThis, "Worker")],
      ["the right to start a Worker", () => {
        Object.assign(globalThis, {
          Worker: class {
            constructor() {
              throw new DOMException("No worker here", "SecurityError");
            }
          },
        });
      }],
      ["a clipboard", () => Object.defineProperty(navigator, "clipboard", { value: undefined })],
      ["storage", () => {
        const get = () => {
          throw new DOMException("The operation is insecure", "SecurityError");
        };
        Object.defineProperty(globalThis, "localStorage", { get });
        Object.defineProperty(globalThis, "sessionStorage", { get });
      }],
      ["all of these", () => {
        for (const name of ["DecompressionStream", "WebAssembly", "Worker"]) {
          Reflect.deleteProperty(globalThis, name);
        }
      }],
    ];
    // What takes their place is the same code in every browser, so one of them tries each alone.
    const tried = name === "Chromium" ? lacks : lacks.slice(-2);
    test.each(tried)("without %s everything works", async (_, before) => {
      const visit = await driver.open(`${url}#/logs`, { before });
      await expectWhole(visit);
      await visit.close();
    });

    const broken: [string, () => void, string][] = [
      ["read its data", () => {
        Object.defineProperty(globalThis, "TextDecoder", { value: undefined });
      }, "TextDecoder is not a constructor"],
      ["draw", () => {
        document.createElementNS = () => {
          throw new Error("Nothing can be drawn here");
        };
      }, "Nothing can be drawn here"],
    ];
    test.each(broken)("where the app cannot %s it says so, and the first rows stay", async (
      _,
      before,
      reason,
    ) => {
      const visit = await driver.open(url, { before });
      const alert = () =>
        visit.evaluate(
          () => document.querySelector<HTMLElement>("[role=alert]")?.innerText ?? "",
          null,
        );
      await expect.poll(alert).toContain("This report opened only in part.");
      expect(await alert()).toContain(reason);
      expect((await stillView(visit)).rows).toBe(staticRowsMax);
      expect(visit.faults).toEqual([]);
      await visit.close();
    });
  });
});
