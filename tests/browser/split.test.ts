/**
 * A report in a folder: what is loaded when, from disk and over http, and what is said where it
 * cannot be.
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../cli/report/mod.ts";
import type { SideList } from "../../lib/bundle/side_list.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { failureKept_ms } from "../../report/data/side_files.ts";
import { bigLines, bigSession } from "../cli/report/big_session.ts";
import { violations } from "./axe.ts";
import { firefoxPath, startFirefox } from "./firefox.ts";
import { browserPath, type OpenOptions, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { builtApp } from "./report_page.ts";
import { pageText, writePageText } from "../templates/read_page.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-split-page-"));
const firstId = "big-20251118T081417Z-ab12";
const secondId = "other-20251118T081417Z-ab12";
let browser: Browser;
/** The page of one session, and of two. */
let one = "";
let two = "";
let list: SideList;

beforeAll(async () => {
  const first = bigSession(join(root, "home"), firstId);
  const second = bigSession(join(root, "home"), secondId, 9000);
  const options = { runtime: systemRuntime(), app: await builtApp(), split: true };
  one = (await writeReport([first], { ...options, out: join(root, "one") })).file;
  two = (await writeReport([first, second], { ...options, out: join(root, "two") })).file;
  list = listOf(one);
  if (browserPath()) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

function listOf(file: string): SideList {
  return JSON.parse(/id="planloop-sides">([^<]*)</.exec(pageText(file))![1]!);
}

/** Numbers of the files of a kind, from 1. */
const numbersOf = (kind: string, of: SideList = list) =>
  of.files.flatMap((file, i) => file.kind === kind ? [i + 1] : []);

const nameOf = (number: number) => `${String(number).padStart(4, "0")}.js`;

/** A copy of the report's folder. */
function copy(name: string, file = one): { file: string; side: (number: number) => string } {
  const folder = join(root, name);
  cpSync(dirname(file), folder, { recursive: true });
  const [key] = readdirSync(join(folder, "data"));
  return {
    file: join(folder, "index.html"),
    side: (number) => join(folder, "data", key!, nameOf(number)),
  };
}

/** Opens a page and notes which side files it asks for, and what it says. */
async function open(address: string, options: OpenOptions = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    javaScriptEnabled: options.scripts ?? true,
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const asked: number[] = [];
  const faults: string[] = [];
  const url = address.startsWith("http") ? address : pathToFileURL(address).href;
  page.on("request", (request) => {
    const side = new RegExp(`/data/[0-9a-f]{16}/(\\d{4})\\.js$`).exec(request.url());
    if (side) asked.push(Number(side[1]));
    else if (request.url().split("#")[0] !== url && !/^(blob|data):/.test(request.url())) {
      faults.push(`request: ${request.url()}`);
    }
  });
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  await page.goto(url + (options.hash ?? ""), { waitUntil: "load" });
  if (options.app ?? true) await page.waitForSelector(".quick-search input");
  return { page, asked, faults, close: () => context.close() };
}

const go = (page: Page, hash: string) => page.evaluate((to) => void (location.hash = to), hash);
const countText = (page: Page) => page.locator(".toolbar-count").textContent();
const allRows = `${bigLines.toLocaleString("en")} rows`;
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

describeInBrowser("a report in a folder, from disk", () => {
  test("loads all columns, and text and documents only when they are looked at", async () => {
    const { page, asked, faults, close } = await open(one);
    const columns = numbersOf("columns");
    await expect.poll(() => [...asked]).toEqual(columns);
    await go(page, "#/logs");
    await expect.poll(() => countText(page)).toBe(allRows);
    await page.getByText("line 0 ", { exact: false }).first().waitFor();
    expect(asked).toEqual(columns);
    // The last rows are in the last file of text; those between are not needed.
    const text = numbersOf("text");
    expect(text.length).toBeGreaterThan(2);
    await go(page, "#/logs?sort=-time");
    await page.getByText("needle at the end").first().waitFor();
    expect(asked).toEqual([...columns, text.at(-1)]);
    // A search needs all text, each file once.
    await go(page, "#/logs?q=NEEDLE");
    await expect.poll(() => countText(page)).toBe(`1 of ${bigLines.toLocaleString("en")}`);
    expect(sorted(asked)).toEqual(sorted([...columns, ...text]));
    expect(numbersOf("documents").length).toBeGreaterThan(1);
    await go(page, "#/errors");
    const before = asked.length;
    await page.locator(".grid-body .grid-row").first().click();
    await expect.poll(() => asked.length).toBe(before + 1);
    expect(numbersOf("documents")).toContain(asked.at(-1));
    expect(faults).toEqual([]);
    await close();
  });

  test("finds what an independent scan of the session finds", async () => {
    const log = readFileSync(
      join(root, "home", "sessions", firstId, "logs", "planloop.jsonl"),
      "utf8",
    ).trimEnd().split("\n");
    const { page, close } = await open(one, { hash: "#/logs" });
    for (const wanted of ["line 77", "abc", "zzzz"]) {
      const found = log.filter((line) =>
        JSON.parse(line).message.toLowerCase().includes(wanted)
      ).length;
      await go(page, `#/logs?q=${encodeURIComponent(wanted)}`);
      await expect.poll(() => countText(page))
        .toBe(`${found.toLocaleString("en")} of ${bigLines.toLocaleString("en")}`);
    }
    await close();
  });

  test("loads no file where no script runs, and shows the first rows", async () => {
    const { page, asked, faults, close } = await open(one, { scripts: false, app: false });
    await expect.poll(() => page.locator(".static-rows tbody tr").count()).toBe(50);
    expect([asked, faults]).toEqual([[], []]);
    await close();
  });

  test("lets no script run that is not its own", async () => {
    const { file } = copy("strange");
    const html = pageText(file);
    const strange = "<script>document.title='taken'</script><script src='data/x.js'></script>";
    writeFileSync(join(dirname(file), "data", "x.js"), "document.title='taken'");
    writePageText(file, html.replace("</body>", `${strange}</body>`));
    const { page, faults, close } = await open(file);
    expect(await page.title()).not.toBe("taken");
    expect(faults.filter((fault) => fault.includes("Content Security Policy")).length).toBe(2);
    await close();
  });

  test.each(["light", "dark"] as const)(
    "says in the log which file is missing; the rest works, in %s",
    async (theme) => {
      const text = numbersOf("text");
      const { file, side } = copy(`missing-${theme}`);
      rmSync(side(text.at(-1)!));
      const { page, close } = await open(file, { hash: "#/logs", theme });
      await expect.poll(() => countText(page)).toBe(allRows);
      const sentence = `data/${list.key}/${nameOf(text.at(-1)!)} is missing`;
      await go(page, "#/logs?sort=-time");
      await page.locator(".grid-row").getByText(sentence).first().waitFor();
      // What is there is found; that something is not there is said.
      await go(page, "#/logs?q=line%2050");
      await page.getByRole("alert").getByText(sentence).waitFor();
      await expect.poll(() => countText(page)).toMatch(/^[\d,]+ of 16,000$/);
      expect(await countText(page)).not.toMatch(/^0 /);
      expect(await violations(page)).toEqual([]);
      await close();
    },
  );

  test("without a file of columns the log ends early, and says so", async () => {
    const [columns] = numbersOf("columns");
    const { file, side } = copy("columns");
    rmSync(side(columns!));
    const { page, close } = await open(file, { hash: "#/logs" });
    const alert = page.getByRole("alert");
    await alert.getByText(/0001\.js is missing.*Log lines after the first [\d,]+ are not shown/)
      .waitFor();
    await page.getByText("line 0 ", { exact: false }).first().waitFor();
    await go(page, "#/logs?q=line%2050");
    await expect.poll(() => countText(page)).toMatch(/^[1-9]\d* of 16,000$/);
    for (const view of ["#/overview", "#/traces/tr_0"]) {
      await go(page, view);
      await alert.getByText(/Log lines after the first [\d,]+ are not shown/).waitFor();
      await expect.poll(() => page.getByText("still being read").count()).toBe(0);
      expect(await violations(page)).toEqual([]);
    }
    await close();
  });

  test("a file that is put back is found by the next search", async () => {
    const last = numbersOf("text").at(-1)!;
    const { file, side } = copy("back");
    const content = readFileSync(side(last));
    rmSync(side(last));
    const { page, close } = await open(file, { hash: "#/logs?q=needle" });
    await page.getByRole("alert").getByText("is missing").waitFor();
    await expect.poll(() => countText(page)).toBe("0 of 16,000");
    writeFileSync(side(last), content);
    await page.waitForTimeout(failureKept_ms + 100);
    await go(page, "#/logs?q=needle%20at");
    await expect.poll(() => countText(page)).toBe("1 of 16,000");
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
    await close();
  });

  test("a truncated file, one of another report, and one of other content are damaged", async () => {
    const [first, second] = numbersOf("text");
    const [document] = numbersOf("documents");
    const { file, side } = copy("damaged");
    writeFileSync(side(first!), readFileSync(side(first!)).subarray(0, 5000));
    cpSync(join(dirname(two), "data", listOf(two).key, "0001.js"), side(second!));
    writeFileSync(side(document!), "document.title='taken'");
    const { page, close } = await open(file, { hash: "#/logs?q=needle" });
    await page.getByRole("alert").getByText("is damaged, or of another report").waitFor();
    await expect.poll(() => countText(page)).toBe("1 of 16,000");
    await go(page, "#/errors");
    await page.locator(".grid-body .grid-row").first().click();
    await page.getByText(`${nameOf(document!)} is damaged`).first().waitFor();
    await close();
  });

  test("of several sessions only the one is loaded that is opened", async () => {
    const all = listOf(two);
    const ofSession = (session: number, kind: string) =>
      all.files.flatMap((file, i) => file.session === session && file.kind === kind ? [i + 1] : []);
    const { page, asked, faults, close } = await open(two, { app: false });
    await page.getByText("2 sessions").first().waitFor();
    expect(asked).toEqual([]);
    await go(page, `#/@${secondId}/logs`);
    await expect.poll(() => countText(page)).toBe("9,000 rows");
    expect(asked).toEqual([...ofSession(1, "start"), ...ofSession(1, "columns")]);
    await go(page, `#/@${secondId}/logs?q=needle`);
    await expect.poll(() => countText(page)).toBe("1 of 9,000");
    expect(faults).toEqual([]);
    await close();
  });

  test("a session whose beginning is missing is said, and the other opens", async () => {
    const { file, side } = copy("no-start", two);
    rmSync(side(1));
    const { page, close } = await open(file, { hash: `#/@${firstId}/logs`, app: false });
    await page.getByRole("alert").getByText("0001.js is missing").waitFor();
    await go(page, `#/@${secondId}/logs`);
    await expect.poll(() => countText(page), { timeout: 20_000 }).toBe("9,000 rows");
    await close();
  });
});

describeInBrowser("a report in a folder, over http", () => {
  let server: Server;
  let address = "";
  let headers: Record<string, string> = {};

  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = new URL(request.url!, "http://localhost").pathname.slice(1);
      const type = name.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(200, { "content-type": type, ...headers });
      response.end(readFileSync(join(dirname(one), name)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`;
  });
  afterAll(() => void server.close());

  test.each([
    ["no policy", {}],
    ["'self' with inline scripts", {
      "content-security-policy": "script-src 'self' 'unsafe-inline'; worker-src blob:",
    }],
    ["no sniffing", { "x-content-type-options": "nosniff" }],
  ])("works under %s", async (_, given) => {
    headers = given;
    const { page, faults, close } = await open(address, { hash: "#/logs?q=needle" });
    await expect.poll(() => countText(page)).toBe("1 of 16,000");
    expect(faults).toEqual([]);
    await close();
  });

  test.each([
    ["Jenkins", "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"],
    ["'self' alone", "script-src 'self'; style-src 'self' 'unsafe-inline'"],
  ])("shows the first rows, and why no more, under %s", async (_, policy) => {
    headers = { "content-security-policy": policy };
    const { page, asked, close } = await open(address, { app: false });
    await expect.poll(() => page.locator(".static-rows tbody tr").count()).toBe(50);
    await expect.poll(() => page.locator("main").innerText())
      .toContain("need a browser that runs this page's own script");
    expect(asked).toEqual([]);
    await close();
  });

  test("says so where the server allows the page's script but not its files", async () => {
    headers = { "content-security-policy": "script-src 'unsafe-inline'; worker-src blob:" };
    const { page, close } = await open(address, { hash: "#/logs" });
    await page.getByRole("alert").getByText("0001.js is missing, or may not be loaded here")
      .waitFor();
    await page.getByText("line 0 ", { exact: false }).first().waitFor();
    await close();
  });
});

// Firefox is not on every machine; where it is missing, Chromium alone decides.
describe.skipIf(!firefoxPath())("a report in a folder, in Firefox", () => {
  test("loads from disk what is looked at, with no message and no error", async () => {
    const firefox = await startFirefox(firefoxPath()!);
    try {
      const page = await firefox.newPage();
      const faults: string[] = [];
      page.on("console", (message) => faults.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => faults.push(`error: ${String(error)}`));
      const count = (text: string) =>
        page.waitForFunction(
          (wanted) => document.querySelector(".toolbar-count")?.textContent === wanted,
          {},
          text,
        );
      // What is loaded from disk is in no list of Firefox's: the scripts that were added are.
      await page.evaluateOnNewDocument(() => {
        const added: string[] = [];
        Object.assign(globalThis, { added });
        new MutationObserver((changes) => {
          for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
            if (node instanceof HTMLScriptElement && node.src) added.push(node.src);
          }
        }).observe(document, { childList: true, subtree: true });
      });
      const asked = () =>
        page.evaluate(() => (globalThis as unknown as { added: string[] }).added.length);
      await page.goto(`${pathToFileURL(one).href}#/logs`);
      await count(allRows);
      expect(await asked()).toBe(numbersOf("columns").length);
      await page.evaluate(() => void (location.hash = "#/logs?q=NEEDLE"));
      await count("1 of 16,000");
      expect(await asked()).toBe(numbersOf("columns").length + numbersOf("text").length);
      expect(faults).toEqual([]);
    } finally {
      await firefox.close();
    }
  });
});
