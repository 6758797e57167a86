import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../browser/in_browser.ts";
import { openSampleReport, type SampleReport } from "./sample_page.ts";

const running = "tr_20251118082207_0bea57";
const suggest = "tr_20251118081429_0d41fe";

describeInBrowser("views in a browser", () => {
  let report: SampleReport;
  let page: Page;
  beforeAll(async () => {
    report = await openSampleReport();
    page = await report.open();
  }, 120_000);
  afterAll(() => report?.close());

  const texts = (selector: string) => page.locator(selector).allInnerTexts();
  const hash = () => page.evaluate(() => location.hash);

  test.each([
    ["tasks", 15],
    ["llm", 12],
    ["performance", 6],
    ["traces", 51],
    ["errors", 6],
    ["locks", 20],
    ["changes", 6],
    ["problems", 11],
  ])("%s lists every record of the section", async (view, count) => {
    await report.go(page, `#/${view}`);
    await expect.poll(() => page.getByRole("grid").getAttribute("aria-rowcount")).toBe(
      String(count + 1),
    );
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe(`${count} rows`);
  });

  test("every view says what would put data there", async () => {
    const empty = await report.open({ empty: true });
    for (
      const view of [
        "tasks",
        "plan",
        "llm",
        "performance",
        "traces",
        "errors",
        "locks",
        "changes",
        "problems",
      ]
    ) {
      await report.go(empty, `#/${view}`);
      expect(await empty.locator(".empty-state").innerText(), view).toMatch(/\w{20}|\w+ \w+ \w+/);
    }
    await empty.context().close();
  });

  test("a row opens in the drawer and in the address; Escape closes it and keeps the filters", async () => {
    await report.go(page, "#/errors?type=AssertionError");
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("2 of 6");
    await page.locator(".grid-body .grid-row").first().click();
    expect(await hash()).toBe("#/errors/tr_20251118081548_f00ba4_error?type=AssertionError");
    await expect.poll(() => page.locator(".drawer .frame-thrown").innerText()).toContain(
      "assertDeliveries",
    );
    await page.keyboard.press("Escape");
    await page.waitForSelector(".drawer", { state: "detached" });
    expect(await hash()).toBe("#/errors?type=AssertionError");
  });

  test.each([
    ["#/llm/none", "No LLM call “none” in this report."],
    ["#/locks/none", "No lock request “none” in this report."],
    ["#/errors/zz", "No error “zz” in this report."],
    ["#/changes/zz", "No state change “zz” in this report."],
    ["#/tasks/999", "No task “999” in this report."],
    ["#/tasks/999?tab=signals", "No signal “999” in this report."],
    ["#/tasks/999?tab=transcript", "No transcript line “999” in this report."],
    ["#/performance/none", "No metric “none” in this report."],
    ["#/problems/99", "No data problem “99” in this report."],
    ["#/traces/tr_20251118082207_0bea57?row=none", "No row “none” in this trace."],
  ])("%s is a dead link: a notice says so, over the list", async (address, words) => {
    await report.go(page, address);
    const notice = page.locator(".dead-link");
    await expect.poll(() => notice.innerText()).toBe(words);
    await expect.poll(() => notice.getAttribute("role")).toBe("status");
    await expect.poll(() => page.locator(".split-list [role=row]").count()).toBeGreaterThan(1);
    await expect.poll(() => page.locator(".drawer").count()).toBe(0);
    await notice.getByRole("button").click();
    await expect.poll(() => notice.count()).toBe(0);
    expect(await hash()).toBe(address.replace(/\/(none|zz|9+)(?=$|\?)|\?row=none/, ""));
  });

  test("an unknown view is named, with the way to the Overview", async () => {
    await report.go(page, "#/nosuch");
    await expect.poll(() => page.locator("main").innerText()).toContain("no view “nosuch”");
    await expect.poll(() => page.locator(".rail [aria-current=page]").count()).toBe(0);
    await page.locator("main a").click();
    await expect.poll(hash).toBe("#/overview");
    await expect.poll(() => page.locator(".rail [aria-current=page]").innerText()).toContain(
      "Overview",
    );
  });

  test("an error shows its variables, causes as a tree, held locks and environment", async () => {
    await report.go(page, "#/errors/tr_20251118081947_10ad01_error");
    const drawer = page.locator(".drawer");
    await drawer.locator("summary", { hasText: "Environment" }).click();
    await expect.poll(() => drawer.innerText()).toContain("20.20.0");
    const body = await drawer.innerText();
    for (
      const part of ["p95_ms", "errors[2].cause", "ECONNRESET", "lock for load_test", "20.20.0"]
    ) {
      expect(body).toContain(part);
    }
    const depths = await drawer.locator(".cause").evaluateAll((list) =>
      list.map((item) => (item as HTMLElement).dataset["depth"])
    );
    expect(depths).toEqual(["0", "0", "0", "1"]);
    await drawer.locator("summary", { hasText: "State at that moment" }).click();
    await expect.poll(() => drawer.innerText()).toContain("schema_version");
  });

  test("a call that an error names is a link only where its transcript is there", async () => {
    await report.go(page, "#/errors/tr_20251118081548_f00ba4_error");
    expect(await texts(".drawer .facts .plain-list a")).toHaveLength(2);
    await report.go(page, "#/errors/tr_20251118082128_c0ffee_error");
    expect(await texts(".drawer .facts .plain-list a")).toEqual([]);
    expect(await texts(".drawer .facts .plain-list li")).toEqual([
      "logs/llm_transcripts/*_tr_20251118082128_c0ffee.json",
    ]);
  });

  test("equal errors are counted and can be listed together", async () => {
    await report.go(page, "#/errors/tr_20251118081548_f00ba4_error");
    await page.locator(".drawer-subtitle a").click();
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("2 of 6");
  });

  test("a call shows its conversation, attempts and tools as text and data", async () => {
    await report.go(page, "#/llm/tr_20251118081418_a1b2c3_llm");
    expect(await texts(".message-role")).toEqual(["system", "user", "assistant\nanswer"]);
    await expect.poll(() => page.locator(".message-block").first().innerText()).toContain(
      "read_file",
    );
    await report.go(page, "#/llm/tr_20251118081617_429429_llm");
    const attempts = await texts(".drawer .mini-table tbody tr:not(.mini-note)");
    expect(attempts).toHaveLength(3);
    expect(attempts[0]).toContain("429 rate limit error");
    expect(attempts[2]).toContain("200 ok");
    await page.locator(".drawer summary", { hasText: "Rate limits" }).click();
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("tokens_remaining");
  });

  test("a call without a price says unknown, never zero", async () => {
    await report.go(page, "#/llm?cols=cost&model=qwen3%253A8b");
    expect(await texts(".grid-body .cell")).toEqual(["unknown"]);
  });

  test("the plan is laid out, with rows that break and without anything that runs or loads", async () => {
    await report.go(page, "#/plan");
    const plan = page.locator(".markdown");
    await expect.poll(() => plan.locator("h3").first().innerText()).toContain(
      "Retry failed checkout",
    );
    await expect.poll(() => plan.locator("tr.row-broken").innerText()).toContain("4, 5");
    await expect.poll(() => plan.locator("pre.markdown-code").first().innerText()).toContain(
      "Math.random()",
    );
    await expect.poll(() => plan.locator("li li").count()).toBe(2);
    await expect.poll(() =>
      plan.locator("script, img, iframe, details, object, [onerror], [onload]").count()
    )
      .toBe(0);
    await expect.poll(() => plan.innerText()).toContain(
      "<script>globalThis.__pwned = true</script>",
    );
    expect(
      await plan.locator("a").evaluateAll((list) =>
        list.map((link) => [link.getAttribute("href"), link.getAttribute("rel")])
      ),
    )
      .toEqual([
        ["https://wiki.example.com/incidents/412", "noreferrer noopener"],
        ["https://evil.example/pixel.png", "noreferrer noopener"],
        ["https://example.com/a?b=1&c=2", "noreferrer noopener"],
      ]);
    expect(await texts(".markdown-no-link")).toEqual(["run me"]);
    await report.go(page, "#/plan?tab=source");
    await expect.poll(() => page.locator(".code").innerText()).toContain("| ID | Title |");
  });

  test("a blocked task says why, and links lead along its dependencies", async () => {
    await report.go(page, "#/tasks/9");
    await expect.poll(() => page.locator(".callout").innerText()).toContain(
      "task 8, which is cancelled",
    );
    await page.locator(".drawer .related-tasks a").click();
    await expect.poll(hash).toBe("#/tasks/8");
    await report.go(page, "#/tasks/14");
    await expect.poll(() => page.locator(".callout").innerText()).toContain("14 → 15 → 14");
  });

  test("a task leads to what set its status", async () => {
    await report.go(page, "#/tasks/2");
    const history = page.locator(".drawer .section", { hasText: "Status set by" });
    await history.locator(".related-tasks a").last().click();
    await expect.poll(hash).toMatch(/^#\/traces\/tr_/);
    await report.go(page, "#/tasks/2");
    await history.getByRole("link", { name: "Before and after" }).click();
    await expect.poll(() => hash().then(decodeURIComponent)).toBe("#/changes?path=tasks[1].status");
  });

  test("a span that failed leads to its error's report, and that to its trace's log lines", async () => {
    await report.go(page, "#/traces/tr_20251118081548_f00ba4");
    await page.locator(".waterfall-body [role=row]", { hasText: "retry.test.ts" }).click();
    await page.locator(".drawer").getByRole("link", { name: "Stack and variables" }).click();
    await expect.poll(hash).toBe("#/errors/tr_20251118081548_f00ba4_error");
    await page.locator(".drawer").getByRole("link", { name: "its log lines" }).click();
    await expect.poll(hash).toBe("#/logs?trace=tr_20251118081548_f00ba4");
  });

  test("errors that were only logged are a click away", async () => {
    await report.go(page, "#/errors");
    const link = page.locator(".tab", { hasText: "In the log" });
    const count = (await link.locator(".tab-count").innerText()).trim();
    await link.click();
    await expect.poll(hash).toBe("#/logs?level=ERROR%2CCRITICAL");
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe(`${count} of 1,500`);
  });

  test("of a path that is cut, the end is seen", async () => {
    await report.go(page, "#/errors?tab=faults");
    const cell = page.locator(".cut-start", { hasText: "lock.ts:204" });
    const ends = await cell.evaluate((element) => {
      const text = element.firstElementChild!.getBoundingClientRect();
      const { left, right } = element.getBoundingClientRect();
      return { cut: text.left < left, end: text.right <= right };
    });
    expect(ends).toEqual({ cut: true, end: true });
  });

  test("signals, notes and artifacts are tabs of the tasks, with links only to web addresses", async () => {
    await report.go(page, "#/tasks/queue_stall?tab=signals");
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("javascript:alert(1)");
    await expect.poll(() => page.locator(".drawer a").count()).toBe(0);
    await report.go(page, "#/tasks/3?tab=artifacts");
    await expect.poll(() => page.locator(".drawer-body a").getAttribute("href")).toBe(
      "https://wiki.example.com/retries",
    );
    await report.go(page, "#/tasks?tab=notes");
    await expect.poll(() => page.locator(".lines li").count()).toBe(4);
  });

  test("the waterfall is walked, folded and searched by keys", async () => {
    await report.go(page, `#/traces/${suggest}`);
    const grid = page.getByRole("treegrid");
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    expect(await texts(".waterfall-body .wf-label")).toEqual([
      "collect_context",
      "scan_repository",
      "summarise",
      "llm_suggest",
      "claude-sonnet-4-5",
      "validate_suggestions",
    ]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect(await hash()).toContain(`row=span%3A0d41fe-2`);
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("3811");
    await page.keyboard.press("ArrowDown");
    await expect.poll(hash).toContain("row=span%3A0d41fe-3");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".drawer", { state: "detached" });
    await page.getByLabel("Find a span").fill("read_file");
    await expect.poll(() => texts(".waterfall-body .wf-label")).toHaveLength(6);
  });

  test("the waterfall marks what never ended, and places calls and locks on its axis", async () => {
    await report.go(page, `#/traces/${running}`);
    await expect.poll(() => page.locator(".waterfall-body .bar-running").count()).toBe(6);
    await expect.poll(() =>
      page.locator(".waterfall-body .wf-figure", { hasText: "never ended" }).count()
    )
      .toBe(
        4,
      );
    const call = page.locator(".waterfall-body .waterfall-row", {
      has: page.locator(".wf-kind[title='Model call']"),
    });
    await expect.poll(() => call.getAttribute("aria-level")).toBe("4");
    expect(
      await page.locator(".waterfall-body .waterfall-row", { hasText: "lock for update" }).count(),
    ).toBe(1);
    await expect.poll(() => page.locator(".wf-mark").getAttribute("href")).toBe(
      `#/changes/${running}_diff`,
    );
  });

  test("a trace page joins all that shares the id", async () => {
    await report.go(page, "#/traces/tr_20251118081457_77c0de");
    expect(await texts(".page h3")).toEqual([
      "update",
      "Timeline",
      "Where the time went",
      "Lock requests",
      "State changes",
      "Log lines",
      "Whole record",
    ]);
    await expect.poll(() => texts(".page [aria-label='Log lines of this trace'] .grid-row"))
      .toHaveLength(6);
    const lines = await texts(".page [aria-label='Log lines of this trace'] .grid-row");
    expect(lines.filter((line) => /lock acquired.*waited \d/s.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /lock released.*held \d/s.test(line))).toHaveLength(1);
    await page.locator("summary", { hasText: "Lock requests" }).click();
    await page.locator("[aria-label='Lock requests of this trace'] .grid-body .grid-row").click();
    expect(await hash()).toBe("#/locks/e7000000-0000-4000-8000-000000000008");
    await report.go(page, "#/traces/tr_20251118082137_105105");
    await expect.poll(() => page.locator(".note").innerText()).toContain("No trace file");
    await report.go(page, "#/traces/no-such-trace");
    await expect.poll(() => page.locator(".empty-state").innerText()).toContain("no-such-trace");
  });

  test("the critical path is shown alone, and its address keeps it", async () => {
    await report.go(page, `#/traces/${suggest}`);
    const rows = page.locator(".waterfall-body .waterfall-row");
    await page.locator(".wf-label").first().waitFor();
    const all = await rows.count();
    await page.getByRole("button", { name: "Critical path" }).click();
    await expect.poll(hash).toContain("path=1");
    const shown = await rows.count();
    expect(shown).toBeLessThan(all);
    await expect.poll(() => page.locator(".waterfall-body .bar-critical").count()).toBe(shown);
    const said = rows.first().locator(".wf-name").evaluate((name) =>
      getComputedStyle(name, "::after").content
    );
    expect(await said).toContain("on the critical path");
    await page.reload();
    await expect.poll(() => rows.count()).toBe(shown);
    await page.getByRole("button", { name: "Critical path" }).click();
    await expect.poll(() => rows.count()).toBe(all);
  });

  test("where the time went leads to the spans of a name", async () => {
    await report.go(page, `#/traces/${suggest}`);
    await page.locator("summary", { hasText: "Where the time went" }).click();
    const table = page.locator("[aria-label='Time by span name']");
    await table.getByText("read_file", { exact: true }).click();
    await expect.poll(hash).toMatch(/[?&]span=read_file(&|$)/);
    await expect.poll(() => texts(".waterfall-body .wf-label")).toHaveLength(6);
  });

  test("the flame is walked and looked into by keys and clicks", async () => {
    await report.go(page, `#/traces/${suggest}?operation=suggest`);
    await page.locator(".tab", { hasText: "Flame" }).click();
    await expect.poll(hash).toBe(`#/traces/${suggest}?operation=suggest&tab=flame`);
    const bars = page.getByRole("treeitem");
    await expect.poll(() => bars.first().getAttribute("aria-label")).toContain("whole trace");
    const all = await bars.count();
    await bars.first().focus();
    await page.keyboard.press("ArrowDown");
    const label = (await page.locator(":focus").getAttribute("aria-label"))!;
    expect(label).toContain("collect_context");
    await page.keyboard.press("Enter");
    await expect.poll(hash).toContain("zoom=0");
    await expect.poll(() => bars.first().getAttribute("aria-label")).toContain("100.0 %");
    await expect.poll(() => bars.count()).toBeLessThan(all);
    await page.goBack();
    await expect.poll(() => bars.count()).toBe(all);
    await page.locator(".flame-bar", { hasText: "llm_suggest" }).click();
    await expect.poll(hash).toContain("zoom=");
    await page.getByRole("button", { name: "Whole trace" }).click();
    await expect.poll(() => bars.count()).toBe(all);
    await report.go(page, `#/traces/${suggest}?tab=flame&zoom=999`);
    await expect.poll(() => page.locator(".dead-link").innerText()).toContain(
      "No bar “999” in this flame.",
    );
  });

  test("a trace of 240 spans keeps the page small", async () => {
    await report.go(page, "#/traces/tr_20251118081827_1de7ed");
    await expect.poll(() => page.getByRole("treegrid").getAttribute("aria-rowcount")).toBe("241");
    await expect.poll(() => page.locator(".waterfall-body .waterfall-row").count())
      .toBeLessThanOrEqual(40);
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("End");
    await expect.poll(() => texts(".waterfall-body .wf-label")).toContain("flush");
  });

  test("a click on a lane opens the request", async () => {
    await report.go(page, "#/locks");
    const lane = page.locator(".lane", { hasText: "pid:3999" }).locator(".lane-track");
    const box = (await lane.boundingBox())!;
    await lane.click({ position: { x: box.width * 0.28, y: box.height / 2 } });
    expect(await hash()).toBe("#/locks/e7000000-0000-4000-8000-000000000011");
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("Waited for this one");
    await report.go(page, "#/locks?tab=waits");
    expect((await texts(".grid-body .grid-row"))[0]).toContain("agent-b");
  });

  test("durations lead to the records behind them, the longest first", async () => {
    await report.go(page, "#/performance?tab=operations&q=suggest");
    await page.locator(".grid-body a", { hasText: "suggest" }).first().click();
    await expect.poll(hash).toBe("#/traces?operation=suggest&sort=-duration");
    await expect.poll(() => page.locator(".toolbar-count").innerText()).toBe("2 of 51");
    expect((await texts(".grid-body .grid-row"))[0]).toContain("26.2 s");
  });

  test("a change shows what was added, removed and changed", async () => {
    await report.go(page, "#/changes/tr_20251118081457_77c0de_diff");
    expect(await texts(".change-kind")).toEqual([
      "changed",
      "changed",
      "changed",
      "changed",
      "removed",
      "changed",
    ]);
    expect((await texts(".change-path .mono")).at(-1)).toBe("version");
    expect((await texts(".change-path .mono")).at(-1)).toBe("version");
    await report.go(page, "#/changes/tr_20251118081418_a1b2c3_diff");
    await expect.poll(() => page.locator(".change-added").count()).toBe(2);
    await page.locator("summary", { hasText: "State after" }).click();
    await expect.poll(() => page.locator(".drawer").innerText()).toContain("schema_version");
  });

  test("a problem is explained, with its place and the text as found", async () => {
    await report.go(page, "#/problems/2");
    const text = await page.locator(".drawer").innerText();
    for (
      const part of ["logs/planloop.jsonl:412", "98,304 to 98,511", "cut off while it was written"]
    ) {
      expect(text).toContain(part);
    }
  });

  test("nothing recorded runs, loads or becomes markup, in any view", async () => {
    for (
      const address of [
        "tasks/12",
        "llm/tr_20251118081917_e71100_llm",
        "traces/tr_20251118081917_e71100",
        "plan",
        "errors/tr_20251118081917_e71100_error",
        "changes/tr_20251118081917_e71100_diff",
        "problems/3",
        "locks",
      ]
    ) {
      await report.go(page, `#/${address}`);
      expect(await page.evaluate(() => "__pwned" in globalThis)).toBe(false);
      expect(
        await page.locator("main").locator(
          "script, img, iframe, object, embed, [onerror], [onload]",
        ).count(),
      ).toBe(0);
      const targets = await page.locator("main a").evaluateAll((list) =>
        list.map((link) => link.getAttribute("href") ?? "")
      );
      expect(targets.filter((target) => !/^(#\/|https?:|mailto:)/.test(target))).toEqual([]);
    }
    expect(report.faults()).toEqual([]);
  });
});
