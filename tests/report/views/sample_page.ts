/**
 * The sample report as a page, opened from `file://` as a report is opened.
 */

import type { Browser, Page } from "playwright-core";
import type { DataSource } from "../../../lib/bundle/data_source.ts";
import { createEmptySource, createSampleSource } from "../../../report/sample/mod.ts";
import { type OpenOptions, openReport, startBrowser } from "../../browser/harness.ts";
import { writePage } from "../../browser/report_page.ts";

/** How the sample is opened. */
export interface SampleOptions extends OpenOptions {
  /** The report without any record. */
  empty?: boolean;
}

/** The written pages and a browser for them. */
export interface SampleReport {
  open(options?: SampleOptions): Promise<Page>;
  /** Goes to another address in an open page, and waits until it is drawn. */
  go(page: Page, hash: string): Promise<void>;
  /** Requests, console messages and errors of every page so far. */
  faults(): string[];
  close(): Promise<void>;
}

/**
 * Writes the pages and starts the browser.
 *
 * @param source What is opened; default: the sample.
 */
export async function openSampleReport(
  source: DataSource = createSampleSource(),
): Promise<SampleReport> {
  const sample = await writePage(source);
  const nothing = await writePage(createEmptySource());
  const browser: Browser = await startBrowser();
  const faults: string[][] = [];
  return {
    faults: () => faults.flat(),
    async open({ empty = false, ...options } = {}) {
      const opened = await openReport(browser, empty ? nothing : sample, options);
      faults.push(opened.faults);
      await settled(opened.page);
      return opened.page;
    },
    async go(page, hash) {
      await page.evaluate((to) => location.hash = to, hash);
      await settled(page);
    },
    close: () => browser.close(),
  };
}

/** Waits until nothing is being read any more, and what was read is drawn. */
async function settled(page: Page): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await page.evaluate(() =>
      new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
    );
    await page.waitForFunction(() => !document.querySelector(".loading"));
  }
}
