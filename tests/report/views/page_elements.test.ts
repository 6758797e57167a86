import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import { createSampleSource } from "../../../report/sample/mod.ts";
import { viewTable } from "../../../report/view_table.tsx";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { createLargeSource } from "./large_source.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

/** Most elements of a page at 1280 by 800, the frame included. */
const elementsMax = 400;

const tabs = [
  "#/tasks?tab=notes",
  "#/plan?tab=source",
  "#/logs?tab=patterns",
  "#/performance?tab=operations",
  "#/errors?tab=faults",
  "#/locks?tab=waits",
  "#/changes?tab=paths",
  "#/changes?path=version",
];

/** Every view, every tab, and every record of the sample. */
async function addresses(): Promise<string[]> {
  const source = createSampleSource();
  const traces = await source.section("traces");
  const files = async (name: "llm" | "errors" | "changes") =>
    (await source.section(name)).map(({ file }) => `#/${name}/${recordKey(file)}`);
  return [
    ...viewTable.map(({ id }) => `#/${id}`),
    ...tabs,
    ...Array.from({ length: 16 }, (_, id) => `#/tasks/${id}`),
    ...(await files("llm")),
    ...(await files("errors")),
    ...(await files("changes")),
    ...(await source.section("locks")).map((request) => `#/locks/${request.lock_entry_id}`),
    ...(await source.section("problems")).map((_, index) => `#/problems/${index}`),
    ...traces.flatMap(({ trace_id: id }) =>
      ["", "?tab=flame", "?path=1"].map((tab) => `#/traces/${id}${tab}`)
    ),
  ];
}

/**
 * What the largest page of a kind was measured to have where it exceeds the limit: records of a hundred
 * entries and conversations of a hundred turns. What is ordinary is shown whole instead.
 */
const grownMax: Record<string, number> = { traces: 550, llm: 450, errors: 410, locks: 402 };

const sources = [
  ["sample", createSampleSource, {} as Record<string, number>],
  ["grown sample", createLargeSource, grownMax],
] as const;

describeInBrowser.each(sources)(
  "elements of the %s",
  (_, create, larger) => {
    let report: SampleReport;
    beforeAll(async () => {
      report = await openSampleReport(create());
    }, 120_000);
    afterAll(() => report?.close());

    const count = (page: Page) => page.evaluate(() => document.querySelectorAll("body *").length);

    test("are few at every address", async () => {
      const page = await report.open({ width: 1280, height: 800 });
      const over: string[] = [];
      for (const hash of await addresses()) {
        await report.go(page, hash);
        const elements = await count(page);
        const limit = larger[hash.split("/")[1]!] ?? elementsMax;
        if (elements > limit) over.push(`${hash}: ${elements}`);
      }
      await page.context().close();
      expect(over).toEqual([]);
      expect(report.faults()).toEqual([]);
    }, 300_000);
  },
);
