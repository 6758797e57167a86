import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeReport } from "../../cli/report/mod.ts";
import type { Task } from "../../lib/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { violations } from "./axe.ts";
import { browserPath, openReport, startBrowser } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";

let browser: Browser;
let address = "";
let folder = "";

const task = (id: number, title: string): Task => ({
  id,
  title,
  type: "fix",
  status: "TODO",
  depends_on: [],
  commit_sha: null,
  last_updated_at: new Date().toISOString(),
});

beforeAll(async () => {
  if (!browserPath()) return;
  folder = mkdtempSync(join(tmpdir(), "planloop-tasks-"));
  const session = openSession({ name: "reordered", home: folder });
  const step = (operation: string, change: (tasks: Task[]) => void) =>
    session.trace(operation, () => session.updateState(({ tasks }) => change(tasks)));
  await step("plan", (tasks) => void tasks.push(task(1, "Reproduce"), task(2, "Mend")));
  await step("begin_first", (tasks) => void (tasks[0]!.status = "IN_PROGRESS"));
  await step("drop_first", (tasks) => void tasks.shift());
  await step("begin_second", (tasks) => void (tasks[0]!.status = "IN_PROGRESS"));
  session.close();
  const sessions = openHome(folder).sessions();
  const out = join(folder, "report");
  const { file } = await writeReport(sessions, { out, runtime: systemRuntime() });
  address = pathToFileURL(file).href;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

describeInBrowser("a task that moved up in the list", () => {
  test("has the changes of its own status, and says what made it move", async () => {
    for (const theme of ["light", "dark"] as const) {
      const { page, faults, close } = await openReport(browser, address, {
        hash: "#/tasks/2",
        theme,
      });
      const history = page.locator(".drawer .section", { hasText: "Status set by" });
      await expect.poll(() => history.locator("li").allInnerTexts()).toEqual([
        expect.stringContaining("begin_second"),
        expect.stringContaining("drop_first"),
      ]);
      const note = history.locator("p");
      await expect.poll(() => note.innerText()).toMatch(/^Until drop_first .* another task stood/);
      expect(await violations(page, theme === "dark")).toEqual([]);
      await note.getByRole("link", { name: "drop_first" }).click();
      await expect.poll(() => new URL(page.url()).hash).toMatch(/^#\/changes\/./);
      expect(faults).toEqual([]);
      await close();
    }
  });
});
