/**
 * What the browsers' figures are held to, and how they are shown.
 *
 * @module
 */

import type { Figures } from "../figures.ts";
import type { Goal } from "../goal.ts";
import { figure, type Table } from "../table.ts";
import type { BrowserName } from "./browser.ts";
import type { ReportPage } from "./views.ts";

/** Lines of the log that the goals in milliseconds are for. */
const goalLines = 1_000_000;

/** Elements on screen, whatever the size. */
const elementsMax = 400;

const measures: readonly [name: string, title: string][] = [
  ["firstRow", "**first row**"],
  ["empty", "floor: an empty page"],
  ["ready", "**ready**"],
  ["parse", "floor: parse"],
  ["inflate", "floor: inflate"],
  ["readyCpu", "ready, CPU"],
  ["parseCpu", "floor: parse, CPU"],
  ["search", "**search**"],
  ["searchShown", "search, shown"],
  ["filter", "**filter** of two columns"],
  ["filterShown", "filter, shown"],
  ["sort", "**sort**"],
  ["sortShown", "sort, shown"],
  ["messageSort", "**sort by message**"],
  ["messageSortShown", "sort by message, shown"],
  ["heap", "heap, MB"],
  ["tab", "tab, MB"],
  ["elements", "elements"],
];

/** What opening and using reports takes, a column a size. */
export function viewTable(
  browser: BrowserName,
  pages: readonly ReportPage[],
  figures: Figures,
): Table {
  const value = (subject: string, name: string) =>
    name === "empty" ? figures.median("empty page", "firstRow") : figures.median(subject, name);
  const measured = measures.filter(([name]) =>
    pages.some(({ subject }) => Number.isFinite(value(subject, name)))
  );
  return {
    title: `Opening and using it in ${browser}, ms`,
    head: [
      "ms",
      ...pages.map(({ subject, split }) => `${subject}${split ? ", `--split`" : ""}`),
    ],
    rows: measured.map(([name, title]) => [
      title,
      ...pages.map(({ subject }) => figure(value(subject, name))),
    ]),
  };
}

/** What one browser's figures are held to. */
export function viewGoals(
  browser: BrowserName,
  pages: readonly ReportPage[],
  figures: Figures,
): Goal[] {
  const empty = figures.median("empty page", "firstRow");
  const goals: Goal[] = [];
  for (const { subject, lines, split } of pages) {
    const get = (name: string) => figures.median(subject, name);
    const add = (what: string, value: number, bar: number) =>
      void goals.push({ goal: `${browser}, ${subject}: ${what}`, value, bar });
    add("first row, ratio to an empty page", get("firstRow") / empty, 2);
    if (!split && lines >= goalLines / 10) {
      add("ready, ratio to parse + inflate", get("ready") / (get("parse") + get("inflate")), 2);
    }
    if (lines === goalLines) {
      add("search, ms", get("search"), 25);
      add("filter of two columns, ms", get("filter"), 4);
      add("sort of a column, ms", get("sort"), 50);
      add("sort by message, ms", get("messageSort"), 500);
    }
    add("elements on screen", get("elements"), elementsMax);
  }
  return goals;
}

/** Ours beside the others'. */
export function rivalTable(subjects: readonly string[], figures: Figures): Table {
  const yes = (value: number) => value > 0 ? "yes" : "no";
  const rows: [title: string, text: (get: (name: string) => number) => string][] = [
    ["first row, ms", (get) => figure(get("firstRow"))],
    ["search, typed to shown, ms", (get) => figure(get("search"))],
    ["heap, MB", (get) => figure(get("heap"))],
    ["… without typed arrays and workers, MB", (get) => figure(get("objects"))],
    ["tab, MB", (get) => figure(get("tab"))],
    ["elements", (get) => figure(get("elements"))],
    ["bytes an item", (get) => figure(get("perItem"))],
    ["report of one item, KB", (get) => figure(get("base") / 1e3)],
    ["opens from a file", (get) => get("opensFromFile") === 0 ? "no" : "yes"],
    ["requests, with the page itself", (get) => figure(get("requests"))],
    ["rows without scripts", (get) => yes(get("withoutScripts"))],
  ];
  return {
    title: "10,000 items, side by side, in Chromium",
    head: ["", ...subjects],
    rows: rows.map(([title, text]) => [
      title,
      ...subjects.map((subject) => text((name) => figures.median(subject, name))),
    ]),
  };
}

/** What ours is held to beside the others'. */
export function rivalGoals(figures: Figures): Goal[] {
  const own = (name: string) => figures.median("planloop", name);
  const playwright = (name: string) => figures.median("Playwright", name);
  const empty = figures.median("empty page", "firstRow");
  const goal = (what: string, value: number, bar: number): Goal => ({
    goal: `10k items: ${what}`,
    value,
    bar,
  });
  return [
    goal(
      "first row, ratio to Playwright's",
      own("firstRow") / playwright("firstRow"),
      0.25,
    ),
    goal("first row, ms after an empty page", own("firstRow") - empty, 60),
    goal(
      "search, typed to shown, ratio to Playwright's",
      own("search") / playwright("search"),
      1 / 3,
    ),
    goal("bytes an item", own("perItem"), 35),
    goal("the page without data, gzip -9, KB", own("appGzipped") / 1e3, 92),
    goal("heap, ratio to Playwright's", own("heap") / playwright("heap"), 0.5),
    goal("requests besides the page", own("requests") - 1, 0),
    goal("pages that have no row without scripts", own("withoutScripts") > 0 ? 0 : 1, 0),
  ];
}
