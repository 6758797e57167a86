/**
 * One way to drive a report in either browser: what a test says, it says once for both.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Browser as Firefox, Page as FirefoxPage } from "puppeteer-core";
import { firefoxPath, startFirefox } from "./firefox.ts";
import { browserPath, startBrowser } from "./harness.ts";

/** How a browser is started. */
export interface DriverOptions {
  theme?: "light" | "dark";
  /** False: no page may run a script. */
  scripts?: boolean;
}

/** How a page is opened. */
export interface VisitOptions {
  width?: number;
  height?: number;
  /** False: no script of the page can run. Default: the driver's `scripts`. */
  scripts?: boolean;
  /** Runs in the page before any script of its own. */
  before?(): void;
}

/** Whether the app is there: it takes over once the first view is on screen. Or says why not. */
function isStarted(): boolean {
  return document.querySelector(".quick-search input, .grid-body, [role=alert]") !== null;
}

async function waitForApp(isThere: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await isThere()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The report's app did not start.");
}

/** A page on screen. */
export interface Visit {
  /** Runs a function in the page, with one value that is handed over. */
  evaluate<Given, Result>(
    work: (given: Given) => Result | Promise<Result>,
    given: Given,
  ): Promise<Result>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  back(): Promise<void>;
  /** Requests, console messages, dialogs and errors so far. */
  faults: string[];
  close(): Promise<void>;
}

/** A browser. */
export interface Driver {
  open(url: string, options?: VisitOptions): Promise<Visit>;
  /** Hosts that anything of the browser has asked for, as the proxy saw it that all goes through. */
  hosts(): string[];
  close(): Promise<void>;
}

/** A browser that may be started. */
export interface DriverEntry {
  name: string;
  start(options?: DriverOptions): Promise<Driver>;
}

/** The browsers of this machine. */
export const drivers: readonly DriverEntry[] = [
  ...(browserPath() ? [{ name: "Chromium", start: startChromium }] : []),
  ...(firefoxPath() ? [{ name: "Firefox", start: startFirefoxDriver }] : []),
];

/** A proxy that answers nothing and notes who was asked for. */
interface Proxy {
  port: number;
  hosts: string[];
  close(): void;
}

async function startProxy(): Promise<Proxy> {
  const hosts: string[] = [];
  const server: Server = createServer((request, response) => {
    hosts.push(new URL(request.url ?? "", "http://unknown").hostname);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    hosts.push((request.url ?? "").replace(/:\d+$/, ""));
    socket.on("error", () => {});
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hosts,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Whether a request is the page itself, or was made of what the page holds. */
function isOwn(address: string, url: string): boolean {
  return address.split("#")[0] === url.split("#")[0] || /^(?:blob|data):/.test(address) ||
    // A served page asks its own server.
    (url.startsWith("http:") && address.startsWith(new URL("/", url).href)) ||
    // A report in a folder loads its own files, which are next to it.
    (address.startsWith(new URL("data/", url).href) && /\/\d{4}\.js$/.test(address));
}

async function startChromium(options: DriverOptions = {}): Promise<Driver> {
  const proxy = await startProxy();
  const browser: Browser = await startBrowser([`--proxy-server=127.0.0.1:${proxy.port}`]);
  return {
    hosts: () => proxy.hosts,
    open: async (url, given = {}) => {
      const context = await browser.newContext({
        viewport: { width: given.width ?? 1280, height: given.height ?? 800 },
        colorScheme: options.theme ?? "light",
        javaScriptEnabled: options.scripts ?? true,
        reducedMotion: "reduce",
        timezoneId: "Europe/Berlin",
      });
      return await visitChromium(context, url, { scripts: options.scripts ?? true, ...given });
    },
    close: async () => {
      await browser.close();
      proxy.close();
    },
  };
}

async function visitChromium(
  context: BrowserContext,
  url: string,
  { before, scripts }: VisitOptions,
): Promise<Visit> {
  if (before) await context.addInitScript(before);
  const page: Page = await context.newPage();
  const faults: string[] = [];
  context.on("request", (request) => {
    if (!isOwn(request.url(), url)) faults.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("page", () => faults.push("another page was opened"));
  await page.goto(url, { waitUntil: "load" });
  if (scripts) await waitForApp(() => page.evaluate(isStarted));
  return {
    evaluate: (work, given) => page.evaluate(work as (given: unknown) => never, given),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
    back: async () => void await page.goBack(),
    faults,
    close: () => context.close(),
  };
}

async function startFirefoxDriver(options: DriverOptions = {}): Promise<Driver> {
  const proxy = await startProxy();
  const firefox: Firefox = await startFirefox(firefoxPath()!, {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": proxy.port,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": proxy.port,
    "ui.systemUsesDarkTheme": options.theme === "dark" ? 1 : 0,
    "ui.prefersReducedMotion": 1,
    "javascript.enabled": options.scripts ?? true,
  });
  return {
    hosts: () => proxy.hosts,
    open: async (url, given = {}) => {
      const scripts = options.scripts ?? true;
      return await visitFirefox(await firefox.newPage(), url, { scripts, ...given });
    },
    close: async () => {
      await firefox.close();
      proxy.close();
    },
  };
}

async function visitFirefox(
  page: FirefoxPage,
  url: string,
  { width = 1280, height = 800, before, scripts }: VisitOptions,
): Promise<Visit> {
  const faults: string[] = [];
  page.on("request", (request) => {
    if (!isOwn(request.url(), url)) faults.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${String(error)}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("popup", () => faults.push("another page was opened"));
  await page.setViewport({ width, height });
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(url, { waitUntil: "load" });
  if (scripts) await waitForApp(() => page.evaluate(isStarted));
  return {
    evaluate: (work, given) => page.evaluate(work as (given: unknown) => never, given) as never,
    press: (key) => pressInFirefox(page, key),
    type: (text) => page.keyboard.type(text),
    back: async () => void await page.goBack(),
    faults,
    close: () => page.close(),
  };
}

/** `Control+k`, as Playwright says it. */
async function pressInFirefox(page: FirefoxPage, keys: string): Promise<void> {
  const parts = keys.split("+") as Parameters<FirefoxPage["keyboard"]["press"]>[0][];
  const last = parts.pop()!;
  for (const part of parts) await page.keyboard.down(part);
  await page.keyboard.press(last);
  for (const part of parts.toReversed()) await page.keyboard.up(part);
}
