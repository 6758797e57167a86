import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../../browser/axe.ts";
import { browserPath } from "../../browser/harness.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

/** Every view and every kind of drawer. */
const addresses = [
  "#/tasks/9",
  "#/tasks/ci-812?tab=signals",
  "#/tasks?tab=notes",
  "#/tasks/1?tab=artifacts",
  "#/tasks/2?tab=transcript",
  "#/plan",
  "#/plan?tab=source",
  "#/llm/tr_20251118081617_429429_llm",
  "#/llm/tr_20251118081917_e71100_llm",
  "#/performance/memory.rss_mb",
  "#/performance?tab=operations",
  "#/traces",
  "#/traces/tr_20251118081548_f00ba4",
  "#/traces/tr_20251118081548_f00ba4?path=1",
  "#/traces/tr_20251118081548_f00ba4?tab=flame",
  "#/traces/tr_20251118082207_0bea57?tab=flame&zoom=0",
  "#/traces/tr_20251118082207_0bea57?row=span%3A0bea57-2",
  "#/errors/tr_20251118081947_10ad01_error",
  "#/errors/tr_20251118081917_e71100_error",
  "#/locks/e7000000-0000-4000-8000-000000000018",
  "#/locks?tab=waits",
  "#/locks",
  "#/changes/tr_20251118081457_77c0de_diff",
  "#/changes/tr_20251118081742_b40c3e_diff",
  "#/changes/tr_20251118081947_10ad01_diff",
  "#/changes?tab=paths",
  "#/changes?path=now.task_id",
  "#/changes?path=no.such",
  "#/errors?tab=faults",
  "#/llm/tr_20251118081418_a1b2c3_llm_002",
  "#/problems/2",
  "#/about",
  "#/?since=1763453720000&until=1763453780000",
  "#/traces?since=1763453720000&until=1763453780000",
  "#/locks?since=1763453720000&until=1763453780000",
  "#/llm?since=1763453720000&until=1763453720001",
  "#/nosuch",
  "#/llm/none",
  "#/logs?q=queue&sort=message",
  "#/logs?tab=patterns",
  "#/logs?pattern=Retry%20%3C*%3E%20of%20%3C*%3E%20after%20a%20%3C*%3E&since=1763453720000",
  "#/logs/logs%2Fplanloop.jsonl%3A137",
  "#/logs/logs%2Fplanloop.jsonl%3A278",
];

/** The views without an open record. */
const views = [
  "tasks",
  "plan",
  "llm",
  "performance",
  "traces",
  "errors",
  "locks",
  "changes",
  "changes?tab=paths",
  "errors?tab=faults",
  "problems",
]
  .map((view) => `#/${view}`);

describe.skipIf(!browserPath())("every view is free of axe violations", () => {
  let report: SampleReport;
  beforeAll(async () => {
    report = await openSampleReport();
  }, 120_000);
  afterAll(() => report?.close());

  const cases = [
    { name: "light", theme: "light", empty: false },
    { name: "dark", theme: "dark", empty: false },
    { name: "light, without data", theme: "light", empty: true },
    { name: "dark, without data", theme: "dark", empty: true },
  ] as const;
  test.each(cases)("$name", async ({ theme, empty }) => {
    const found: string[] = [];
    const page = await report.open({ theme, empty });
    for (const hash of empty ? views : addresses) {
      await report.go(page, hash);
      const here = await violations(page, theme === "dark");
      found.push(...here.map((text) => `${hash} ${text}`));
    }
    await page.context().close();
    expect(found).toEqual([]);
  }, 180_000);
});
