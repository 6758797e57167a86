import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { createSampleSource } from "../../report/sample/mod.ts";
import { coloured } from "../../report/sample/hostile.ts";
import { violations } from "./axe.ts";
import { openReport, startBrowser } from "./harness.ts";
import { removePages, writePage } from "./report_page.ts";

const sample = createSampleSource();
let records: LogRecord[];
let browser: Browser;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  records = await sample.logs.records(Array.from({ length: sample.logs.rows }, (_, i) => i));
  url = await writePage(sample);
});
afterAll(async () => {
  await browser?.close();
  removePages();
});

const countOf = (page: Page) => page.locator(".toolbar-count");
const rowsOf = (page: Page) => page.locator(".grid-body .grid-row");
const hashOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash);

describe("the log's patterns", () => {
  const groups = () => {
    const counts = new Map<string, number>();
    for (const { message } of records) {
      if (!/^(Delivered|Retry|Poll|Task|Saved|Read|Delivery)/.test(message)) continue;
      const pattern = message.replace(/[\w.-]*\d[\w.-]*/g, "<*>");
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  };

  test("the log's patterns count the lines of each template, the most frequent first", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?tab=patterns" });
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(10);
    const shown = await rowsOf(page).evaluateAll((rows) =>
      rows.slice(0, 7).map((row) => {
        const cells = row.querySelectorAll(".cell");
        return [cells[2]!.textContent!, Number(cells[0]!.textContent!.replace(",", ""))];
      })
    );
    expect(shown).toEqual(groups());
    const [first] = records.filter(({ message }) => message.startsWith("Delivered"));
    await expect.poll(() => rowsOf(page).first().locator(".cell").nth(4).textContent())
      .toBe(first!.message);
    await close();
  });

  test("the log's patterns lead to their lines, and keep the other filters", async () => {
    const { page, faults, close } = await openReport(browser, url, {
      hash: "#/logs?tab=patterns&operation=status",
    });
    const isRetry = ({ message, operation }: LogRecord) =>
      operation === "status" && message.startsWith("Retry");
    const expected = records.filter(isRetry).length;
    const row = rowsOf(page).filter({ hasText: "Retry <*> of <*> after a <*>" });
    await expect.poll(() => row.locator(".cell").first().textContent()).toBe(String(expected));
    await row.locator(".cell").nth(1).click();
    await expect.poll(() => countOf(page).textContent()).toBe(`${expected} of 1,500`);
    expect(hashOf(page)).toBe("#/logs?operation=status&pattern=Retry+<*>+of+<*>+after+a+<*>");
    await page.getByRole("link", { name: "Patterns" }).click();
    await expect.poll(() => hashOf(page)).toBe("#/logs?operation=status&tab=patterns");
    await page.goBack();
    await page.getByTitle(/^Remove the filter by pattern/).click();
    const ofStatus = records.filter(({ operation }) => operation === "status").length;
    await expect.poll(() => countOf(page).textContent()).toBe(`${ofStatus} of 1,500`);
    expect(faults).toEqual([]);
    await close();
  });

  test("the log's patterns are found by keys, sorted by last line, and searched", async () => {
    const { page, close } = await openReport(browser, url, {
      hash: "#/logs?tab=patterns&sort=-last&q=webhook",
    });
    await expect.poll(() => rowsOf(page).count()).toBe(1);
    await page.locator(".grid").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => hashOf(page)).toBe("#/logs?pattern=Delivered+webhook+<*>");
    await page.evaluate(() => location.hash = "#/logs?pattern=No+such+pattern");
    await expect.poll(() => countOf(page).textContent()).toBe("0 of 1,500");
    await close();
  });

  test("the log's patterns need no worker", async () => {
    const blocked = await writePage(sample, {
      edit: (page) => page.replace("worker-src blob:", "worker-src 'none'"),
    });
    const { page, close } = await openReport(browser, blocked, { hash: "#/logs?tab=patterns" });
    await expect.poll(() => rowsOf(page).first().locator(".cell").nth(2).textContent())
      .toBe(groups()[0]![0]);
    await close();
  });
});

describe("colours of a terminal", () => {
  const open = async (theme: "light" | "dark") => {
    const opened = await openReport(browser, url, { hash: "#/logs?q=queue.test.ts++slow", theme });
    await expect.poll(() => countOf(opened.page).textContent()).toBe("1 of 1,500");
    return opened;
  };

  test("colours of a terminal are shown in the drawer and left out in the row", async () => {
    const { page, faults, close } = await open("light");
    // The address' search goes across three changes of look.
    const cell = rowsOf(page).first().locator(".cell").nth(3);
    await expect.poll(() => cell.textContent()).toContain(
      "FAIL tests/queue.test.ts  slow  retried",
    );
    for (const rest of ["\u001b", "u001b", "[1;31m"]) {
      await expect.poll(() => cell.textContent()).not.toContain(rest);
    }
    await rowsOf(page).first().click();
    const message = page.locator(".log-message");
    await expect.poll(() => message.locator("mark").allTextContents())
      .toEqual(["queue.test.ts", " ", " slow"]);
    const look = (text: string) =>
      message.locator(".ansi", { hasText: text }).evaluate((span) => {
        const { color, backgroundColor, fontWeight, textDecorationLine } = getComputedStyle(span);
        return { color, backgroundColor, fontWeight, textDecorationLine };
      });
    const own = await message.evaluate((element) => getComputedStyle(element).color);
    const fail = await look("FAIL");
    expect(fail.fontWeight).toBe("700");
    expect(fail.color).not.toBe(own);
    expect((await look("queue.test.ts")).textDecorationLine).toBe("underline");
    expect((await look("slow")).backgroundColor).toMatch(/^rgb\(255, 255, 0\)$/);
    expect((await look("retried")).color).not.toBe(fail.color);
    await expect.poll(() => message.locator("a").count()).toBe(0);
    await expect.poll(() => message.locator(".hidden-character").allTextContents()).toEqual([
      "␛[2K",
      "␛]0;tests␇",
      "␛]8;;https://evil.example/␛\\",
      "␛]8;;␛\\",
    ]);
    expect(faults).toEqual([]);
    await close();
  });

  test.each(["light", "dark"] as const)("colours of a terminal can be read, %s", async (theme) => {
    const every = Array.from(
      { length: 256 },
      (_, i) => `\x1b[38;5;${i}mtext\x1b[48;5;${255 - i}mon`,
    );
    const plain = records[20]!;
    const page1 = await writePage(sample, {
      records: [{ ...plain, message: `${every.join("")}\x1b[0;2mdim\x1b[7mboth`, context: {} }],
    });
    const { page, close } = await openReport(browser, page1, { hash: "#/logs/0", theme });
    await expect.poll(() => page.locator(".log-message .ansi").count()).toBeGreaterThan(500);
    expect(await violations(page)).toEqual([]);
    await close();
  });

  test("colours of a terminal may be many", async () => {
    const message = "\x1b[31mx\x1b[32my".repeat(5000);
    const page1 = await writePage(sample, { records: [{ ...records[20]!, message }] });
    const { page, close } = await openReport(browser, page1, { hash: "#/logs/0" });
    await page.getByRole("button", { name: "Show all 10,000 characters" }).click();
    await expect.poll(() => page.locator(".log-message bdi").textContent()).toBe("xy".repeat(5000));
    await expect.poll(() => page.locator(".log-message .ansi").count()).toBe(2000);
    await expect.poll(() => page.locator(".log-message").textContent()).toContain("number 2,000");
    await close();
  });

  test("the recorded text is what the sample says", () => {
    expect(records.some(({ message }) => message === coloured)).toBe(true);
  });
});

describe("stacks in messages", () => {
  test("stacks in messages fold library frames, but never the frame that threw", async () => {
    const { page, close } = await openReport(browser, url, { hash: "#/logs?q=Cannot+read" });
    await expect.poll(() => countOf(page).textContent()).toBe("1 of 1,500");
    await rowsOf(page).first().click();
    const message = page.locator(".log-message");
    const folds = message.locator(".fold-frames");
    await expect.poll(() => folds.allTextContents()).toEqual([
      "3 library frames",
      "2 library frames",
    ]);
    await expect.poll(() => message.textContent()).not.toContain("router/lib");
    await expect.poll(() => message.textContent()).toContain("Caused by: Error: ECONNRESET");
    await folds.first().focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => folds.first().getAttribute("aria-expanded")).toBe("true");
    await expect.poll(() => message.textContent()).toContain("router/lib/layer.js:95:5");
    await expect.poll(() => page.locator(".json .fold-frames").count()).toBe(2);
    await page.locator("summary", { hasText: "Whole line" }).click();
    await expect.poll(() => page.getByRole("group", { name: "Whole line" }).textContent())
      .toContain("trace_id");
    await page.evaluate(() => location.hash = location.hash.replace("Cannot+read", "layer.js"));
    await expect.poll(() => message.locator("mark").allTextContents()).toEqual(["layer.js"]);
    await close();
  });

  test("stacks of Python keep the last frame, which threw", async () => {
    const message = [
      "Traceback (most recent call last):",
      '  File "/app/main.py", line 3, in <module>',
      "    run()",
      '  File "/usr/lib/python3.12/asyncio/base.py", line 7, in run',
      "    loop()",
      "    ~~~~^^",
      '  File "/app/.venv/lib/python3.12/site-packages/x/y.py", line 9, in call',
      "    z()",
      '  File "/usr/lib/python3.12/json/decoder.py", line 1, in decode',
      "    raise err",
      "ValueError: no",
    ].join("\n");
    const page1 = await writePage(sample, { records: [{ ...records[20]!, message }] });
    const { page, close } = await openReport(browser, page1, { hash: "#/logs/0" });
    const shown = page.locator(".log-message");
    await expect.poll(() => shown.locator(".fold-frames").allTextContents()).toEqual([
      "2 library frames",
    ]);
    await expect.poll(() => shown.textContent()).toContain("json/decoder.py");
    await expect.poll(() => shown.textContent()).toContain("ValueError: no");
    await expect.poll(() => shown.textContent()).not.toContain("asyncio");
    await close();
  });
});

describe("copying a line", () => {
  const hostileFile = "logs/it's $(touch pwned) `id`\n\u202e; echo x.jsonl";

  const copiedFrom = async (line: LogRecord, name: string) => {
    const page1 = await writePage(sample, { records: [line] });
    const { page, close } = await openReport(browser, page1, { hash: "#/logs/0" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(() => navigator.clipboard.writeText("nothing"));
    await page.getByRole("button", { name: "Copy the line" }).click();
    await page.getByRole("button", { name }).click();
    const read = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(read).not.toBe("nothing");
    const text = await read();
    await close();
    return text;
  };

  test("copying a line as JSON gives the record", async () => {
    const line = { ...records[20]!, message: coloured };
    expect(JSON.parse(await copiedFrom(line, "Copy as JSON"))).toEqual(line);
  });

  test("copying a line as Markdown lets nothing out of its blocks", async () => {
    const message = "\x1b[31mred\x1b[0m\n```\n# not a title <img src=x> @someone\u202e\n````";
    const text = await copiedFrom({ ...records[20]!, message, context: { a: 1 } }, "Markdown");
    const [head, ...rest] = text.split("\n");
    expect(head).toMatch(/^\*\*\w+\*\* 2025-11-18T/);
    expect(rest.slice(0, 7)).toEqual([
      "",
      "`````text",
      "red",
      "```",
      "# not a title <img src=x> @someone⟨U+202E⟩",
      "````",
      "`````",
    ]);
    expect(text).toContain('```json\n{\n  "a": 1\n}\n```');
  });

  // The command is for those who have jq; CI installs it.
  const hasJq = spawnSync("jq", ["--version"]).status === 0;
  test.skipIf(!hasJq)("copying a jq command finds the line, and runs nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planloop-jq-"));
    try {
      mkdirSync(join(folder, "logs"));
      for (const file of ["logs/planloop.jsonl", "-n.jsonl", hostileFile]) {
        writeFileSync(join(folder, file), '{"n":1}\nno json\n{"n":3,"m":"é"}\nlast');
        const command = (line: number) =>
          copiedFrom({ ...records[20]!, file, line }, "Copy jq command");
        const run = (text: string) =>
          execFileSync("sh", ["-c", text], { cwd: folder, encoding: "utf8" });
        const third = await command(3);
        expect(third, file).not.toMatch(/[\n\u202e]/);
        expect(JSON.parse(run(third)), file).toEqual({ n: 3, m: "é" });
        expect(JSON.parse(run(await command(2))), file).toBe("no json");
        expect(JSON.parse(run(await command(4))), file).toBe("last");
        expect(spawnSync("ls", { cwd: folder, encoding: "utf8" }).stdout).not.toContain("pwned");
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
