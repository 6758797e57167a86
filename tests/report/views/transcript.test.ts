import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import { agentRows } from "../../../report/views/parts/agent_transcript.tsx";
import { lockTimes } from "../../../report/views/parts/log_columns.tsx";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

describe("agentRows", () => {
  test("agentRows puts both shapes of the transcript in one form", () => {
    const timestamp = "2025-11-18T08:14:17.123Z";
    const rows = agentRows([
      { timestamp, type: "command", command: "status", args: { a: 1 }, agent: "agent-a" },
      { timestamp, type: "response", command: "status", success: false, error: "no session" },
      { timestamp, type: "note", message: "Looked." },
      { event: "bash_output", output: "1 passed", cmd_number: 1 },
      { event: "bash_command", command: "npm test", error: "no such file" },
    ]);
    const time = Date.UTC(2025, 10, 18, 8, 14, 17, 123);
    expect(rows.map(({ line: _, ...row }) => row)).toEqual([
      { key: "1", time, type: "command", text: 'status {"a":1}', outcome: "", agent: "agent-a" },
      {
        key: "2",
        time,
        type: "response",
        text: "status: no session",
        outcome: "failed",
        agent: "",
      },
      { key: "3", time, type: "note", text: "Looked.", outcome: "", agent: "" },
      { key: "4", time: null, type: "shell output", text: "1 passed", outcome: "", agent: "" },
      {
        key: "5",
        time: null,
        type: "shell command",
        text: "npm test",
        outcome: "failed",
        agent: "",
      },
    ]);
  });
});

describe("lockTimes", () => {
  const record = (event: string | null, extra: Record<string, unknown>) =>
    ({ event, extra }) as unknown as LogRecord;

  test("lockTimes says how long a lock was waited for and held", () => {
    expect(lockTimes(record("lock_acquired", { wait_ms: 2.85 }))).toEqual(["waited 2.9 ms"]);
    expect(lockTimes(record("lock_released", { wait_ms: 0, hold_ms: 1500 }))).toEqual([
      "waited 0 ms",
      "held 1.50 s",
    ]);
  });

  test("lockTimes says nothing of other events, and of values that are no figures", () => {
    expect(lockTimes(record("state_updated", { wait_ms: 3 }))).toEqual([]);
    expect(lockTimes(record(null, { wait_ms: 3 }))).toEqual([]);
    expect(lockTimes(record("lock_acquired", { wait_ms: "3" }))).toEqual([]);
  });
});

describeInBrowser("transcript, rail and toolbar in a browser", () => {
  let report: SampleReport;
  let page: Page;
  beforeAll(async () => {
    report = await openSampleReport();
    page = await report.open();
  }, 120_000);
  afterAll(() => report?.close());

  test("the tasks' view lists the agent transcript, and opens a line", async () => {
    await report.go(page, "#/tasks?tab=transcript");
    await expect.poll(() => page.locator(".tab[aria-current]").innerText()).toMatch(
      /Agent transcript\s*4/,
    );
    await expect.poll(() => page.locator(".grid-body .grid-row").count()).toBe(4);
    await report.go(page, "#/tasks/3?tab=transcript");
    const drawer = await page.locator(".drawer").innerText();
    expect(drawer).toContain("The test fails as it should.");
    expect(drawer).toContain("agent-a");
  });

  test("a session without a transcript has no tab for it", async () => {
    const empty = await report.open({ empty: true });
    await report.go(empty, "#/tasks?tab=transcript");
    await expect.poll(() => empty.getByText("Agent transcript").count()).toBe(0);
    await empty.context().close();
  });

  test("no view's name in the rail is cut off, and a narrow rail shows the current one", async () => {
    await report.go(page, "#/problems");
    const cut = await page.locator(".rail-item").evaluateAll((items) =>
      items.filter((item) => item.scrollWidth > item.clientWidth).map((item) => item.textContent)
    );
    expect(cut).toEqual([]);
    const narrow = await report.open({ width: 380 });
    await report.go(narrow, "#/problems");
    const box = await narrow.locator(".rail-item[aria-current]").boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(380);
    await narrow.context().close();
  });

  test("the table stays in its place when the drawer opens", async () => {
    const top = async () => (await page.locator(".grid").first().boundingBox())!.y;
    for (const width of [1280, 1400]) {
      await page.setViewportSize({ width, height: 820 });
      for (const view of ["logs", "llm", "errors", "locks", "changes", "problems"]) {
        await report.go(page, `#/${view}`);
        const closed = await top();
        await page.locator(".grid-body .grid-row").first().click({ position: { x: 20, y: 10 } });
        await page.waitForSelector(".drawer");
        await page.waitForTimeout(50);
        expect(await top(), `${view} at ${width}`).toBe(closed);
      }
    }
  });

  test("the question mark opens the list of keys, Escape closes it and nothing else", async () => {
    await page.setViewportSize({ width: 1280, height: 820 });
    await report.go(page, "#/errors");
    await page.locator(".grid-body .grid-row").first().click({ position: { x: 20, y: 10 } });
    await page.waitForSelector(".drawer");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await expect.poll(() => page.locator("dialog kbd").allInnerTexts()).toContain("Ctrl K");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await expect.poll(() => page.locator(".drawer").count()).toBe(1);
    await page.keyboard.press("/");
    await page.keyboard.type("?");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  test("the overview shows its first findings, and the others when asked", async () => {
    await report.go(page, "#/overview");
    const shown = await page.locator(".finding").count();
    const more = page.locator("button.finding-more");
    const hidden = Number(/\d+/.exec(await more.innerText())![0]);
    await more.click();
    await page.waitForFunction(
      (n) => document.querySelectorAll(".finding").length === n,
      shown + hidden,
    );
    expect(shown).toBe(6);
    await expect.poll(() => more.count()).toBe(0);
  });
});
