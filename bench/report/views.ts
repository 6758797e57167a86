/**
 * What reports of growing logs take in a browser, beside an empty page, a page of the same size
 * that only has to be parsed, and the browser's own inflate of the same data.
 *
 * @module
 */

import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { decodeFile } from "../../lib/bundle/wide_text.ts";
import { humanCount } from "../../lib/format/human.ts";
import type { Figures } from "../figures.ts";
import type { Meter, Visit } from "./browser.ts";
import type { Stillness } from "./page/probe.ts";

/** A report that is measured. */
export interface ReportPage {
  /** Its name among the figures. */
  subject: string;
  lines: number;
  /** Path of the page. */
  file: string;
  /** Whether its data is in files beside it: it has no page of the same size to be compared with. */
  split: boolean;
  /** Rows that {@linkcode readyAddress} leaves; counted in the source, not by the report. */
  expected: number;
}

/** First rows: of the static first view, or of the app's table. */
export const rowSelector = ".static-rows tbody tr, .grid-row";

/** The text that is searched for, and how lines of the source begin their message with it. */
const needle = "MODEL qwen3-CODER answered";
const inSource = '"message":"Model qwen3-coder answered';

/** Further texts to search for: one in contexts, one that is nowhere. */
const furtherNeedles = ["req_ab", "zzqx honk"];

/** Search, filter and sort at once. */
const readyAddress = `#/logs?q=${encodeURIComponent(needle)}&level=WARNING&sort=-duration`;

/** The app shows notes while it works. */
const still: Stillness = { busy: ".toolbar-note[role=status]", quiet_ms: 250 };

/** Counts the lines that {@linkcode readyAddress} asks for, without any of the report's code. */
export async function countExpected(log: string): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(log) })) {
    if (line.includes(inSource) && line.includes('"level":"WARNING"')) count++;
  }
  if (count === 0) throw new Error(`${log} has no line that the search would find`);
  return count;
}

/** Pages that show what a browser takes at least. */
export class Floors {
  readonly empty: string;
  readonly #folder: string;
  readonly #parse = new Map<string, string>();

  /** @param folder Where the pages are written. */
  constructor(folder: string) {
    this.#folder = folder;
    this.empty = this.#write("empty", "<p>An empty page</p>");
  }

  /** A page with a report's data in the same elements, and no script that runs. */
  parse({ subject, file }: ReportPage): string {
    let url = this.#parse.get(subject);
    if (!url) {
      const page = decodeFile(readFileSync(file));
      const elements = page.match(/<script type="text\/plain"[^>]*>[^<]*<\/script>/g) ?? [];
      url = this.#write(`parse ${subject}`, `<p>Data</p>${elements.join("")}`);
      this.#parse.set(subject, url);
    }
    return url;
  }

  #write(name: string, body: string): string {
    const file = join(this.#folder, `${name.replaceAll(" ", "-")}.html`);
    const page =
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>${body}`;
    writeFileSync(file, `\ufeff${page}`, "utf16le");
    return pathToFileURL(file).href;
  }
}

/** One round: each page once, in the given order or its reverse. */
export async function measureViews(
  meter: Meter,
  pages: readonly ReportPage[],
  floors: Floors,
  figures: Figures,
): Promise<void> {
  for (const page of pages) {
    // Before each page, as it is as short as the machine's moods are long.
    await measureEmpty(meter, floors, figures);
    if (!page.split) await measureFloors(meter, page, floors, figures);
    await measureOpening(meter, page, figures);
    await measureUse(meter, page, figures);
  }
}

async function measureEmpty(meter: Meter, floors: Floors, figures: Figures): Promise<void> {
  await meter.visit(floors.empty, { rows: "p" }, async (visit) => {
    figures.add("empty page", { firstRow: await visit.sight("rows") });
  });
}

async function measureFloors(
  meter: Meter,
  page: ReportPage,
  floors: Floors,
  figures: Figures,
): Promise<void> {
  await meter.visit(floors.parse(page), { rows: "p" }, async (visit) => {
    const parse = await visit.call("parsed");
    const parseCpu = await visit.cpu();
    figures.add(page.subject, { parse, parseCpu, inflate: await visit.call("inflateLog") });
  });
}

/** As somebody opens it: the first row, and what it holds once its log was searched. */
async function measureOpening(meter: Meter, page: ReportPage, figures: Figures): Promise<void> {
  const url = pathToFileURL(page.file).href;
  await meter.visit(url, { rows: rowSelector }, async (visit) => {
    const firstRow = await visit.sight("rows", 10_000);
    await visit.call("go", "#/logs", still);
    await search(visit, needle);
    figures.add(page.subject, { ...await visit.memory(), firstRow });
  });
}

/** Ready: a search, filter and sort that stand in the address are on screen. Then what each takes. */
async function measureUse(meter: Meter, page: ReportPage, figures: Figures): Promise<void> {
  const text = `${humanCount(page.expected)} of ${humanCount(page.lines)}`;
  const done = { selector: ".toolbar-count", text };
  const url = pathToFileURL(page.file).href + readyAddress;
  await meter.visit(url, { rows: rowSelector, done }, async (visit) => {
    const ready = await visit.sight("done");
    if (ready === undefined) throw new Error(`${page.subject} did not show "${text}" in time`);
    figures.add(page.subject, { ready, readyCpu: await visit.cpu() });
    await visit.call("go", "#/logs", still);
    for (const text of [needle, ...furtherNeedles]) {
      const searchShown = await search(visit, text);
      figures.add(page.subject, { searchShown, search: await lastAnswer(visit, "search") });
    }
    await visit.call("go", "#/logs", still);
    const filterShown = await visit.call(
      "go",
      "#/logs?level=WARNING,ERROR&operation=update,plan",
      still,
    );
    await visit.call("go", "#/logs", still);
    const sortShown = await visit.call("go", "#/logs?sort=-duration", still);
    const elements = await visit.elements();
    const messageSortShown = await visit.call("go", "#/logs?sort=message", still);
    const ranks = await lastAnswer(visit, "ranks");
    const { filter, sort, ranked } = await visit.call("kernels");
    figures.add(page.subject, {
      filter,
      filterShown,
      sort,
      sortShown,
      messageSort: ranks + ranked,
      messageSortShown,
      elements,
    });
  });
}

function search(visit: Visit, text: string): Promise<number> {
  return visit.call("type", "[data-search]", text, still);
}

/** How long the worker's last answer of a kind took. */
async function lastAnswer(visit: Visit, kind: string): Promise<number> {
  const asked = await visit.call("asked");
  const last = asked.findLast((question) => question.kind === kind);
  if (!last) throw new Error(`The log's worker was not asked for "${kind}"`);
  return last.ms;
}
