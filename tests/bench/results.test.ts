import { describe, expect, test } from "vitest";
import { Figures } from "../../bench/figures.ts";
import { isMet } from "../../bench/goal.ts";
import { generationGoals, generationTable } from "../../bench/report/generation.ts";
import { rivalGoals, rivalTable, viewGoals, viewTable } from "../../bench/report/results.ts";
import type { ReportPage } from "../../bench/report/views.ts";

const page = (subject: string, lines: number, split = false): ReportPage => ({
  subject,
  lines,
  split,
  file: "index.html",
  expected: 1,
});
const pages = [page("1M lines", 1_000_000), page("3M lines", 3_000_000, true)];

function viewFigures(): Figures {
  const figures = new Figures();
  figures.add("empty page", { firstRow: 100 });
  figures.add("1M lines", { firstRow: 190, ready: 950, parse: 300, inflate: 200, search: 26 });
  figures.add("1M lines", { filter: 3, sort: 40, messageSort: 400, elements: 390 });
  figures.add("3M lines", { firstRow: 210, ready: 2000, elements: 390 });
  return figures;
}

describe("the report in browsers", () => {
  test("viewGoals holds a million lines to milliseconds, and what is split to no floor", () => {
    const goals = viewGoals("Chromium", pages, viewFigures());
    expect(goals.map((goal) => [goal.goal, goal.value, goal.bar, isMet(goal)])).toEqual([
      ["Chromium, 1M lines: first row, ratio to an empty page", 1.9, 2, true],
      ["Chromium, 1M lines: ready, ratio to parse + inflate", 1.9, 2, true],
      ["Chromium, 1M lines: search, ms", 26, 25, false],
      ["Chromium, 1M lines: filter of two columns, ms", 3, 4, true],
      ["Chromium, 1M lines: sort of a column, ms", 40, 50, true],
      ["Chromium, 1M lines: sort by message, ms", 400, 500, true],
      ["Chromium, 1M lines: elements on screen", 390, 400, true],
      ["Chromium, 3M lines: first row, ratio to an empty page", 2.1, 2, false],
      ["Chromium, 3M lines: elements on screen", 390, 400, true],
    ]);
  });

  test("viewGoals misses what was not measured", () => {
    expect(viewGoals("Firefox", pages, new Figures()).some(isMet)).toBe(false);
  });

  test("viewTable has a column a size, and no row of what a browser does not tell", () => {
    const { head, rows } = viewTable("Firefox", pages, viewFigures());
    expect(head).toEqual(["ms", "1M lines", "3M lines, `--split`"]);
    expect(rows.slice(0, 4)).toEqual([
      ["**first row**", "190", "210"],
      ["floor: an empty page", "100", "100"],
      ["**ready**", "950", "2,000"],
      ["floor: parse", "300", "–"],
    ]);
    expect(rows.some(([title]) => title === "heap, MB")).toBe(false);
  });
});

test("generationGoals compares with JSON.parse, gzip and the smaller size", () => {
  const figures = new Figures();
  figures.add("1M lines", { parseCpu: 4000, reportCpu: 8000, memory: 180e6, bytes: 42e6 });
  figures.add("1M lines", {
    gzipBytes: 45e6,
    logBytes: 308e6,
    reportWall: 6000,
    parseAllCpu: 5000,
  });
  figures.add("3M lines", { parseCpu: 12e3, reportCpu: 24e3, memory: 198e6, bytes: 126e6 });
  const goals = generationGoals(pages, figures, false);
  expect(goals.map((goal) => [Number(goal.value.toFixed(2)), goal.bar, isMet(goal)])).toEqual([
    [2, 1.25, false],
    [1.6, 3, true],
    [198, 200, true],
    [1.1, 1.15, true],
    [0.7, 0.7, true],
  ]);
  const { rows } = generationTable(pages, figures);
  expect(rows.find(([title]) => title === "bytes a line")).toEqual(["bytes a line", "42", "42"]);
});

describe("the report beside others", () => {
  const figures = new Figures();
  figures.add("empty page", { firstRow: 80 });
  figures.add("planloop", { firstRow: 140, search: 30, heap: 4, perItem: 26, requests: 1 });
  figures.add("planloop", { appGzipped: 91_000, withoutScripts: 50 });
  figures.add("Playwright", { firstRow: 600, search: 60, heap: 10, withoutScripts: 0 });

  test("rivalGoals holds ours to a part of Playwright's", () => {
    const goals = rivalGoals(figures);
    expect(goals.filter((goal) => !isMet(goal)).map(({ goal, value }) => [goal, value])).toEqual([
      ["10k items: search, typed to shown, ratio to Playwright's", 0.5],
    ]);
    expect(goals.length).toBe(8);
  });

  test("rivalTable has a column for each", () => {
    const { head, rows } = rivalTable(["planloop", "Playwright"], figures);
    expect(head).toEqual(["", "planloop", "Playwright"]);
    expect(rows.at(-1)).toEqual(["rows without scripts", "yes", "no"]);
    expect(rows[0]).toEqual(["first row, ms", "140", "600"]);
  });
});
