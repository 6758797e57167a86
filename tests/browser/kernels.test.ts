/**
 * Which kernels a report runs on: WebAssembly where the browser and the page's policy let it, else
 * TypeScript, with the same outcome.
 */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSampleSource } from "../../report/sample/mod.ts";
import { firefoxPath, startFirefox } from "./firefox.ts";
import { browserPath, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { removePages, writePage } from "./report_page.ts";

const source = createSampleSource();
const permission = " 'wasm-unsafe-eval'";
let url: string;
let found: string;

beforeAll(async () => {
  url = await writePage(source);
  const rows = Array.from({ length: source.logs.rows }, (_, i) => i);
  const count = (await source.logs.records(rows)).filter(({ message, context }) =>
    `${message}\n${JSON.stringify(context)}`.toLowerCase().includes("webhook")
  ).length;
  expect(count).toBeGreaterThan(0);
  found = `${count.toLocaleString("en")} of 1,500`;
});
afterAll(removePages);

/** The word on the About page, and what a search says that it found. */
async function look(page: Page): Promise<[kernels: string | null, found: string | null]> {
  await page.evaluate(() => void (location.hash = "#/logs?q=WEBHOOK"));
  const count = page.locator(".toolbar-count");
  let text: string | null = null;
  // What was found so far may stand there before all of the text is.
  await expect.poll(async () => {
    text = await count.textContent();
    await page.waitForTimeout(200);
    return text === await count.textContent() && text;
  }, { timeout: 10_000 }).toMatch(/ of /);
  await page.evaluate(() => void (location.hash = "#/about"));
  const fact = page.locator(".fact", { hasText: "Kernels" }).locator("dd");
  await expect.poll(() => fact.textContent()).toMatch(/\w/);
  return [await fact.textContent(), text];
}

describeInBrowser("the kernels, in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test("the kernels run in WebAssembly", async () => {
    const { page, faults, close } = await openReport(browser, url);
    expect(await look(page)).toEqual(["WebAssembly SIMD", found]);
    expect(faults).toEqual([]);
    await close();
  });

  test("the kernels are TypeScript where the page's policy refuses WebAssembly", async () => {
    const refused = await writePage(source, {
      edit: (page) => {
        expect(page).toContain(permission);
        return page.replace(permission, "");
      },
    });
    const { page, close } = await openReport(browser, refused);
    expect(await look(page)).toEqual(["TypeScript", found]);
    await close();
  });

  test("the kernels are TypeScript where no worker may start", async () => {
    const blocked = await writePage(source, {
      edit: (page) => page.replace("worker-src blob:", "worker-src 'none'"),
    });
    const { page, close } = await openReport(browser, blocked);
    expect(await look(page)).toEqual(["TypeScript", found]);
    await close();
  });

  test("the kernels are TypeScript where a server's policy refuses WebAssembly", async () => {
    const server: Server = createServer((_, response) => {
      response.writeHead(200, {
        "content-type": "text/html",
        "content-security-policy": "script-src 'unsafe-inline'; worker-src blob:",
      });
      response.end(readFileSync(fileURLToPath(url)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { page, close } = await openReport(browser, `http://127.0.0.1:${port}/`);
      expect(await look(page)).toEqual(["TypeScript", found]);
      await close();
    } finally {
      server.close();
    }
  });

  test("the kernels are TypeScript where the browser has no WebAssembly", async () => {
    // Without a compiler, V8 leaves WebAssembly out.
    const without = await chromium.launch({
      executablePath: browserPath()!,
      args: ["--no-sandbox", "--disable-gpu", "--js-flags=--jitless"],
    });
    try {
      const { page, faults, close } = await openReport(without, url);
      expect(await page.evaluate(() => typeof WebAssembly)).toBe("undefined");
      expect(await look(page)).toEqual(["TypeScript", found]);
      expect(faults).toEqual([]);
      await close();
    } finally {
      await without.close();
    }
  });
});

// Firefox is not on every machine; where it is missing, Chromium alone decides.
describe.skipIf(!firefoxPath())("the kernels, in Firefox", () => {
  test.each([
    ["WebAssembly SIMD", {}],
    ["TypeScript", { "javascript.options.wasm": false }],
  ])("the kernels are %s with the settings %j", async (kernels, settings) => {
    const firefox = await startFirefox(firefoxPath()!, settings);
    try {
      const page = await firefox.newPage();
      const faults: string[] = [];
      page.on("console", (message) => faults.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => faults.push(`error: ${String(error)}`));
      await page.goto(`${url}#/logs?q=WEBHOOK`);
      await page.waitForFunction(
        (text) => document.querySelector(".toolbar-count")?.textContent === text,
        {},
        found,
      );
      await page.evaluate(() => void (location.hash = "#/about"));
      await page.waitForFunction(
        (text) =>
          [...document.querySelectorAll(".fact")].some((fact) =>
            fact.textContent === `Kernels${text}`
          ),
        {},
        kernels,
      );
      expect(faults).toEqual([]);
    } finally {
      await firefox.close();
    }
  });
});
