/**
 * Browsers for measuring: each start has a new profile, each visit a context of its own.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import puppeteer, { type Browser, type CDPSession, type Page } from "puppeteer-core";
import { build } from "vite";
import type { KernelTimes } from "./page/kernels.ts";
import type { Asked, Seen, Stillness, Watch } from "./page/probe.ts";

/** The browsers that are measured. */
export type BrowserName = "Chromium" | "Firefox";

const programs: Record<BrowserName, readonly (string | undefined)[]> = {
  Chromium: [
    process.env["CHROME_PATH"],
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ],
  Firefox: [
    process.env["FIREFOX_PATH"],
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
  ],
};

/** What runs in the page, by name. */
export interface InPage {
  seen: Seen;
  asked: Asked[];
  type(selector: string, text: string, stillness: Stillness): Promise<number>;
  go(hash: string, stillness: Stillness): Promise<number>;
  elements(): number;
  count(selector: string): number;
  parsed(): number;
  kernels(): KernelTimes;
  inflateLog(): Promise<number>;
}

/** The window that is measured in, in CSS pixels: the static first view's log lines are in sight. */
const windowSize = { width: 1440, height: 900 };

/** The window that elements are counted in: one that is taller has more rows. */
const countingWindow = { width: 1280, height: 800 };

/** Longest wait for anything in a page. */
const patience_ms = 180_000;

/** The program of a browser; undefined where it is not installed. */
export function programOf(name: BrowserName): string | undefined {
  return programs[name].find((path) => path && existsSync(path));
}

/** Builds what runs in the page: one script that leaves `benchProbe` behind. */
export async function buildProbe(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2023",
      lib: { entry: resolve("bench/report/page/main.ts"), formats: ["iife"], name: "benchProbe" },
    },
  });
  const [{ output }] = result as unknown as [{ output: [{ code: string }] }];
  return output[0].code;
}

/** A browser that measures pages. */
export class Meter {
  readonly name: BrowserName;
  readonly #browser: Browser;
  readonly #probe: string;

  private constructor(name: BrowserName, browser: Browser, probe: string) {
    this.name = name;
    this.#browser = browser;
    this.#probe = probe;
  }

  /** Starts a browser with a new profile. Whatever is not on this machine cannot be reached. */
  static async start(name: BrowserName, probe: string): Promise<Meter> {
    const shared = { executablePath: programOf(name)!, headless: true, protocolTimeout: 300_000 };
    const browser = await puppeteer.launch(
      name === "Chromium"
        ? {
          ...shared,
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
          ],
        }
        : {
          ...shared,
          browser: "firefox",
          extraPrefsFirefox: { "security.fileuri.strict_origin_policy": true },
        },
    );
    return new Meter(name, browser, probe);
  }

  /** The browser's name and version. */
  version(): Promise<string> {
    return this.#browser.version();
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** Opens a page in a new context, measures it, and closes it. */
  async visit<Result>(
    url: string,
    watch: Watch,
    measure: (visit: Visit) => Promise<Result>,
  ): Promise<Result> {
    const context = await this.#browser.createBrowserContext();
    try {
      const cpuBefore = await this.#rendererCpu();
      const page = await context.newPage();
      await page.setViewport(windowSize);
      // As a function, since Firefox takes nothing else; its one argument comes as JSON.
      const preload = `(watch) => {${this.#probe}\nglobalThis.benchProbe=benchProbe;` +
        "benchProbe.start(watch)}";
      await page.evaluateOnNewDocument(asFunction(preload), watch);
      const visit = new Visit(page, this.name === "Chromium", async () => {
        const cpu = await this.#rendererCpu();
        return [...cpu].reduce((sum, [id, ms]) => sum + ms - (cpuBefore.get(id) ?? 0), 0);
      });
      await page.goto(url, { waitUntil: "load", timeout: patience_ms });
      return await measure(visit);
    } finally {
      await context.close();
    }
  }

  /** CPU time of all threads of each renderer so far, in milliseconds; only Chromium tells. */
  async #rendererCpu(): Promise<Map<number, number>> {
    if (this.name !== "Chromium") return new Map();
    const client = await this.#browser.target().createCDPSession();
    const { processInfo } = await client.send("SystemInfo.getProcessInfo");
    await client.detach();
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    return new Map(renderers.map(({ id, cpuTime }) => [id, 1000 * cpuTime]));
  }

  /** How many elements match in a page whose scripts may not run. Chromium only. */
  async countWithoutScripts(url: string, selector: string): Promise<number> {
    const context = await this.#browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.setJavaScriptEnabled(false);
      await page.goto(url, { waitUntil: "load", timeout: patience_ms });
      const client = await page.createCDPSession();
      const { root } = await client.send("DOM.getDocument", { depth: 0 });
      const found = await client.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
      return found.nodeIds.length;
    } finally {
      await context.close();
    }
  }
}

function asFunction(source: string): (argument: unknown) => void {
  return new Function(`return ${source}`)() as (argument: unknown) => void;
}

/** What a page holds, in megabytes. */
export interface Memory {
  /** JavaScript heap of the page and its workers, with the memory behind typed arrays. */
  heap: number;
  /** The same of the page alone, without what is behind typed arrays. */
  objects: number;
  /** What the renderer's process takes of the machine; NaN where that cannot be read. */
  tab: number;
}

/** A page on screen. */
export class Visit {
  readonly #page: Page;
  readonly #isChromium: boolean;
  readonly #cpu: () => Promise<number>;
  /** Requests so far, without `blob:` and `data:`, the page itself included. */
  requests = 0;

  constructor(page: Page, isChromium: boolean, cpu: () => Promise<number>) {
    this.#page = page;
    this.#isChromium = isChromium;
    this.#cpu = cpu;
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url())) this.requests += 1;
    });
  }

  /** Calls something that runs in the page. */
  async call<Name extends keyof InPage>(
    name: Name,
    ...args: InPage[Name] extends (...args: infer Args) => unknown ? Args : []
  ): Promise<
    InPage[Name] extends (...args: never) => infer Result ? Awaited<Result> : InPage[Name]
  > {
    return await this.#page.evaluate(
      async (name, args) => {
        const probe = (globalThis as unknown as { benchProbe: Record<string, unknown> }).benchProbe;
        const member = probe[name];
        return typeof member === "function" ? await member(...args) : member;
      },
      name,
      args as unknown[],
    ) as never;
  }

  /** Waits until something was seen; undefined if it was not in time. */
  async sight(what: keyof Seen, timeout_ms: number = patience_ms): Promise<number | undefined> {
    const deadline = performance.now() + timeout_ms;
    while (performance.now() < deadline) {
      const seen = await this.call("seen");
      if (seen[what] !== undefined) return seen[what];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  /** CPU time that the page has taken so far, in milliseconds; NaN where the browser does not tell. */
  async cpu(): Promise<number> {
    return this.#isChromium ? await this.#cpu() : NaN;
  }

  /** Elements on screen in a window of 1280 × 800. */
  async elements(): Promise<number> {
    await this.#page.setViewport(countingWindow);
    await this.call("go", await this.#page.evaluate(() => location.hash), {
      busy: "",
      quiet_ms: 300,
    });
    const elements = await this.call("elements");
    await this.#page.setViewport(windowSize);
    return elements;
  }

  /** What the page holds after its garbage was collected. Chromium only. */
  async memory(): Promise<Memory> {
    if (!this.#isChromium) return { heap: NaN, objects: NaN, tab: NaN };
    const client = await this.#page.createCDPSession();
    const page = await heapOf(client);
    let heap = page.used + page.buffers;
    for (const worker of this.#page.workers()) {
      const { used, buffers } = await heapOf(worker.client);
      heap += used + buffers;
    }
    return { heap: heap / 1e6, objects: page.used / 1e6, tab: await this.#tabBytes() / 1e6 };
  }

  /** Of all renderers, the largest: the browser keeps an empty one in stock. */
  async #tabBytes(): Promise<number> {
    if (process.platform !== "linux") return NaN;
    const client = await this.#page.browser().target().createCDPSession();
    const { processInfo } = await client.send("SystemInfo.getProcessInfo");
    await client.detach();
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    return Math.max(...renderers.map(({ id }) => {
      const rollup = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
      return 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? NaN);
    }));
  }
}

async function heapOf(client: CDPSession): Promise<{ used: number; buffers: number }> {
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await client.send("Runtime.getHeapUsage") as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return { used: usedSize, buffers: backingStorageSize };
}
