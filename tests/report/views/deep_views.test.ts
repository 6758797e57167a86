import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DataSource } from "../../../lib/bundle/data_source.ts";
import type { ChangeRow, DocumentRef, Sections } from "../../../lib/bundle/sections.ts";
import { createSampleSource } from "../../../report/sample/mod.ts";
import { openReport, startBrowser } from "../../browser/harness.ts";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { removePages, writePage } from "../../browser/report_page.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

const second = "#/llm/tr_20251118081418_a1b2c3_llm_002";

describeInBrowser("views in depth", () => {
  let report: SampleReport;
  let page: Page;
  beforeAll(async () => {
    report = await openSampleReport();
    page = await report.open();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  }, 120_000);
  afterAll(() => report?.close());

  const texts = (selector: string) => page.locator(selector).allInnerTexts();
  const hash = () => page.evaluate(() => location.hash);

  test("a call folds what the call before it had, and lists changed parameters", async () => {
    await report.go(page, second);
    const fold = page.locator(".message-fold > .fold");
    expect((await fold.innerText()).trim()).toBe("3 messages as in call 1");
    expect(await texts(".message-role")).toEqual(["user", "assistant\nanswer"]);
    await expect.poll(() => page.locator(".message-block").innerText()).toMatch(
      /^result of read_file/,
    );
    expect(await texts(".drawer .changes .change-path")).toEqual(["temperature\nremoved"]);
    await fold.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => fold.getAttribute("aria-expanded")).toBe("true");
    expect(await texts(".message-role")).toEqual([
      "system",
      "user",
      "assistant",
      "user",
      "assistant\nanswer",
    ]);
    await page.locator(".drawer .section-actions a", { hasText: "call 1" }).click();
    await expect.poll(hash).toBe("#/llm/tr_20251118081418_a1b2c3_llm");
    await expect.poll(() => page.locator(".message-fold").count()).toBe(0);
  });

  test("a call is copied as Markdown, as a request without keys, and as a jq command", async () => {
    await report.go(page, second);
    const copied = async (label: string) => {
      await page.locator(".drawer-actions").getByRole("button", { name: label }).click();
      await expect.poll(() => texts(".drawer-actions .menu-panel")).toEqual([
        expect.stringContaining("Copied"),
      ]);
      const text = await page.evaluate(() => navigator.clipboard.readText());
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Copy", exact: true }).first().click();
      return text;
    };
    await page.locator(".drawer-actions").getByRole("button", { name: "Copy", exact: true })
      .click();
    expect(JSON.parse(await copied("Copy as JSON"))).toMatchObject({ call_index: 2 });
    expect(await copied("Copy as Markdown")).toContain("### assistant (answer)");
    expect(await copied("Copy as curl")).toContain("$ANTHROPIC_API_KEY");
    expect(await copied("Copy jq command")).toMatch(/^jq '.*' 'logs\/llm_transcripts\/.*\.json'$/);
    await page.keyboard.press("Escape");
  });

  test("a changed text is marked word by word, a changed object member by member", async () => {
    await report.go(page, "#/changes/tr_20251118081947_10ad01_diff");
    expect(await texts(".change del")).toEqual(["200"]);
    expect(await texts(".change ins")).toEqual(["150"]);
    expect(await texts(".change-skip")).toHaveLength(2);
    await report.go(page, "#/changes/tr_20251118081917_e71100_diff");
    await expect.poll(() => page.locator(".change del, .change ins").count()).toBe(0);
    await report.go(page, "#/changes/tr_20251118081742_b40c3e_diff");
    expect(await texts(".change-inner .change-path .mono")).toEqual([
      "reason",
      "task_id",
      "signal_id",
    ]);
    await page.locator(".change-inner summary").click();
    await expect.poll(() => page.locator(".change-inner .json").count()).toBe(2);
  });

  test("a path leads to every change that set it, the last one first", async () => {
    await report.go(page, "#/changes/tr_20251118081457_77c0de_diff");
    await page.locator(".change-path a", { hasText: "now.task_id" }).click();
    await expect.poll(hash).toBe("#/changes?path=now.task_id");
    await expect.poll(() => page.locator(".path-head").innerText()).toContain(
      "tr_20251118081742_b40c3e",
    );
    await expect.poll(() => texts(".grid-body .grid-row")).toEqual([
      expect.stringMatching(/4 → null[\s\S]*now[\s\S]*alert/),
      expect.stringMatching(/1 → 2[\s\S]*itself[\s\S]*update/),
      expect.stringMatching(/null → 1[\s\S]*itself[\s\S]*plan/),
    ]);
    await page.locator(".grid-body .grid-row").first().click();
    await expect.poll(hash).toBe("#/changes/tr_20251118081742_b40c3e_diff?path=now.task_id");
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("signals[0]");
    await page.keyboard.press("Escape");
    await page.locator(".path-head a", { hasText: "All paths" }).click();
    await expect.poll(hash).toBe("#/changes?tab=paths");
    await expect.poll(() => page.locator(".tabs [aria-current=page]").innerText()).toContain(
      "By path",
    );
    expect((await texts(".grid-body .grid-row"))[0]).toMatch(/^version\s+6/);
    await report.go(page, "#/changes?path=no.such");
    await expect.poll(() => page.locator(".empty-state").innerText()).toContain(
      "No change set this path",
    );
  });

  test("errors are grouped by fault; a fault opens the list of its reports", async () => {
    await report.go(page, "#/errors?tab=faults");
    const rows = await texts(".grid-body .grid-row");
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^2\s+AssertionError\s+expected 1 delivery, got 2/);
    await page.getByRole("grid").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await expect.poll(hash).toMatch(/^#\/errors\?fault=[0-9a-f]{16}$/);
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("2 of 6");
    await expect.poll(() => page.locator(".tabs [aria-current=page]").innerText()).toContain(
      "Reports",
    );
  });

  test("waits are drawn from waiter to holder, and a dead holder is marked", async () => {
    await report.go(page, "#/locks?tab=waits");
    await expect.poll(() => page.locator(".wait-line").count()).toBe(5);
    await expect.poll(() => page.locator(".wait-failed").count()).toBe(1);
    expect((await texts(".wait-names li")).filter((text) => text.includes("died"))).toEqual([
      "pid:3999 died",
    ]);
    expect((await texts(".grid-body .grid-row")).filter((text) => /died/.test(text)))
      .toHaveLength(1);
    expect((await texts(".lane-name")).filter((text) => /died/.test(text))).toHaveLength(1);
  });

  test("nothing of it asks the network, fails or is wider than a phone", async () => {
    const small = await report.open({ width: 380 });
    for (
      const address of [
        second,
        "#/changes?tab=paths",
        "#/changes?path=now.task_id",
        "#/errors?tab=faults",
        "#/locks?tab=waits",
      ]
    ) {
      await report.go(small, address);
      expect(await small.evaluate(() => document.documentElement.scrollWidth), address).toBe(380);
    }
    await small.context().close();
    expect(report.faults()).toEqual([]);
  });
});

/** A source with 10,000 changes, every one of 20 paths out of 5000. */
function manyChanges(): DataSource {
  const sample = createSampleSource();
  const names = Array.from({ length: 5_000 }, (_, i) => `tasks[${i}].status`);
  const idsOf = (at: number) => Array.from({ length: 20 }, (_, k) => (at + k) % names.length);
  const rows = Array.from({ length: 10_000 }, (_, at): ChangeRow => ({
    trace_id: `tr_20251118081418_${at.toString(16).padStart(6, "0")}`,
    time: 1_763_453_657_000 + at,
    operation: "update",
    changes: 20,
    paths: idsOf(at).slice(0, 8).map((id) => names[id]!),
    version_before: at,
    version_after: at + 1,
    file: `logs/diffs/${at}_diff.json`,
    document: [77, at, 1] as DocumentRef,
    before: null,
    after: null,
  }));
  const paths = { names, changes: rows.map((_, at) => idsOf(at)), left_out: 3 };
  const own: Partial<Sections> = { changes: rows, paths };
  return {
    ...sample,
    section: (name) => name in own ? Promise.resolve(own[name]! as never) : sample.section(name),
    document: (ref) =>
      ref[0] !== 77 ? sample.document(ref) : Promise.resolve({
        changes: Object.fromEntries(
          idsOf(ref[1]).map((id) => [names[id]!, { old: `v${ref[1] - 1}`, new: `v${ref[1]}` }]),
        ),
      }),
  };
}

describeInBrowser("10,000 changes", () => {
  afterAll(removePages);

  test("a path's history is there at once, and the page stays small", async () => {
    const browser = await startBrowser();
    try {
      const url = await writePage(manyChanges());
      const { page, faults } = await openReport(browser, url, {
        hash: "#/changes?path=tasks%5B7%5D.status",
      });
      const rows = () => page.locator(".grid-body .grid-row").allInnerTexts();
      await expect.poll(async () => (await rows())[0]).toMatch(/v9998 → v9999/);
      await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("40 rows");
      await expect.poll(() => page.locator(".path-note").innerText()).toContain(
        "3 changed paths are not",
      );
      await page.evaluate(() => void (location.hash = "#/changes?tab=paths"));
      await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("5,000 rows");
      await expect.poll(() => page.locator("body *").count()).toBeLessThanOrEqual(400);
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);
});
