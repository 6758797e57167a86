import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browserPath } from "./harness.ts";
import { describeInBrowser } from "./in_browser.ts";
import { openSampleReport, type SampleReport } from "../report/views/sample_page.ts";

let report: SampleReport;
beforeAll(async () => {
  if (browserPath()) report = await openSampleReport();
}, 120_000);
afterAll(() => report?.close());

const hash = (page: Page) => new URL(page.url()).hash;

/** What has the focus: its role or element. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement!;
    return element.id || element.getAttribute("role") || element.className || element.localName;
  });

/** Each view's letter and address, as the list of keys and the rail say. */
async function viewKeys(page: Page): Promise<[letter: string, href: string][]> {
  await page.keyboard.press("?");
  const letters = await page.locator(".keys-views dt").allInnerTexts();
  const titles = await page.locator(".keys-views dd").allInnerTexts();
  await page.keyboard.press("Escape");
  const rail = await page.locator(".rail-item").evaluateAll((all) =>
    all.map((a) => [a.childNodes[0]!.textContent, (a as HTMLAnchorElement).hash] as const)
  );
  return letters.map((letter, i) => [
    letter.trim(),
    rail.find(([title]) => title === titles[i])![1],
  ]);
}

/** A stop of the Tab key. */
interface Stop {
  name: string;
  /** Has a size, inside the window. */
  seen: boolean;
  /** Has an outline or shadow of its own, or its box has. */
  marked: boolean;
}

function stopHere(): Stop | null {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
  const looks = [element, element.parentElement!].map((one) => getComputedStyle(one));
  return {
    name: element.outerHTML.slice(0, 120),
    seen: width * height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight,
    marked: looks.some((look) => look.outlineStyle !== "none" && look.outlineWidth !== "0px"),
  };
}

const withDrawers = [
  "#/tasks",
  "#/logs",
  "#/llm",
  "#/performance",
  "#/errors",
  "#/locks",
  "#/changes",
  "#/problems",
];

describeInBrowser("by keyboard alone", () => {
  test("g and a letter go to every view, from anywhere, and the focus goes along", async () => {
    const page = await report.open({ hash: "#/logs/14" });
    const keys = await viewKeys(page);
    expect(new Set(keys.map(([, href]) => href)).size).toBe(
      await page.locator(".rail-item").count(),
    );
    for (const [letter, href] of keys) {
      await page.keyboard.press("g");
      await page.keyboard.press(letter);
      await expect.poll(() => hash(page), { message: letter }).toBe(href);
      expect(await focused(page), letter).toBe("content");
    }
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await page.keyboard.press("o");
    expect(hash(page), "only right after g").toBe(keys.at(-1)![1]);
    await page.context().close();
  });

  test.each(withDrawers)("%s: j, k, Enter and Esc walk, open, enter and close", async (view) => {
    const page = await report.open({ hash: view });
    await page.keyboard.press("j");
    expect(await focused(page)).toBe("grid");
    await page.keyboard.press("Enter");
    await page.locator(".drawer").waitFor();
    const second = hash(page);
    await page.keyboard.press("k");
    await expect.poll(() => hash(page)).not.toBe(second);
    await page.keyboard.press("Enter");
    expect(await focused(page), "into the details").toBe("group");
    await page.keyboard.press("j");
    await expect.poll(() => hash(page), { message: "next one, from inside the details" }).toBe(
      second,
    );
    await page.keyboard.press("Escape");
    await page.locator(".drawer").waitFor({ state: "detached" });
    expect(await focused(page)).toBe("grid");
    await page.keyboard.press("Enter");
    await page.locator(".drawer").waitFor();
    await page.getByRole("button", { name: "Close the details" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".drawer").waitFor({ state: "detached" });
    await expect.poll(() => focused(page), { message: "after the button has gone" }).toBe("grid");
    await page.goBack();
    await page.locator(".drawer").waitFor();
    await page.context().close();
  });

  test("a trace is opened from the table, its spans by j and Enter", async () => {
    const page = await report.open({ hash: "#/traces" });
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("[role=treegrid]").waitFor();
    expect(await focused(page)).not.toBe("body");
    await page.keyboard.press("j");
    await expect.poll(() => focused(page)).toBe("treegrid");
    await page.keyboard.press("Enter");
    await page.locator(".drawer").waitFor();
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("group");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("treegrid");
    await page.context().close();
  });

  test.each(["#/overview", "#/plan"])("%s has no list: j and k go over its links", async (view) => {
    const page = await report.open({ hash: view });
    const stops = new Set<string>();
    for (const key of ["j", "j", "j", "k"]) {
      await page.keyboard.press(key);
      const stop = await page.evaluate(stopHere);
      expect(stop).toMatchObject({ seen: true, marked: true });
      stops.add(stop!.name);
    }
    expect(stops.size).toBeGreaterThan(1);
    await page.context().close();
  });

  test("/ searches the view, or goes to the palette; Esc gives the focus back", async () => {
    const page = await report.open();
    for (const [, href] of await viewKeys(page)) {
      await report.go(page, href);
      await page.keyboard.press("/");
      expect(await page.evaluate(() => document.activeElement!.localName), href).toBe("input");
      await page.keyboard.press("Escape");
      await expect.poll(() => focused(page), { message: href }).not.toBe("body");
    }
    await page.context().close();
  });

  test("Tab goes through every view: in order, in sight, marked, never trapped", async () => {
    const page = await report.open();
    const addresses = [
      ...(await viewKeys(page)).map(([, href]) => href),
      "#/traces/tr_20251118081548_f00ba4",
      "#/errors/tr_20251118081947_10ad01_error",
      "#/llm/tr_20251118081617_429429_llm",
    ];
    const faults: string[] = [];
    for (const href of addresses) {
      await report.go(page, href);
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      const names = new Set<string>();
      let stops = 0;
      for (; stops < 400; stops++) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate(stopHere);
        if (!stop) break;
        names.add(stop.name);
        if (!stop.seen) faults.push(`${href}: out of sight: ${stop.name}`);
        if (!stop.marked) faults.push(`${href}: not marked: ${stop.name}`);
      }
      if (stops === 400) faults.push(`${href}: no end after 400 stops`);
      if (names.size < 18) faults.push(`${href}: only ${names.size} stops`);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  }, 120_000);

  test("a choice that takes itself away keeps the focus in its menu, a filter's in the list", async () => {
    const page = await report.open({ hash: "#/logs?operation=plan&since=1763453720000" });
    await page.getByRole("button", { name: "Operation: plan" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Clear this filter" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => hash(page)).not.toContain("operation");
    await expect.poll(() => page.evaluate(() => !!document.activeElement!.closest(".menu"))).toBe(
      true,
    );
    await page.keyboard.press("Escape");
    await page.locator(".window-chip").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("grid");
    await page.context().close();
  });

  test("nothing was requested, nothing was said on the console", () => {
    expect(report.faults()).toEqual([]);
  });
});
