/**
 * Our report beside Playwright's and Vitest's, all of the same ten thousand items.
 *
 * @module
 */

import { statSync } from "node:fs";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { writeReport } from "../../cli/report/mod.ts";
import { encodeUtf16, encodeWide } from "../../lib/bundle/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { loadReportApp } from "../../templates/mod.ts";
import type { Figures } from "../figures.ts";
import type { Meter } from "./browser.ts";
import { makeItems, rareWord, writeItemSession } from "./items.ts";
import type { Stillness } from "./page/probe.ts";
import { peers, reportBytes, serve } from "./peers.ts";
import { rowSelector } from "./views.ts";

/** Items of the reports that are compared. */
export const itemsCompared = 10_000;

/** A report that takes part. */
export interface Rival {
  subject: string;
  /** Where the browser finds it. */
  url: string;
  rows: string;
  search: string;
  /** The address inside the page that has the search box; empty for the page itself. */
  list: string;
  /** What the page shows while it works; empty where it shows nothing. */
  busy: string;
}

/** All who take part, and what was learnt while their reports were made. */
export interface Rivals {
  list: Rival[];
  /** Servers that must be closed. */
  servers: Server[];
}

/** How the longest of them, ours included, may take its time between two changes. */
const quiet_ms = 400;

/**
 * Makes the reports.
 *
 * @param meter Tells which of them open from a file; the others are served on this machine.
 */
export async function makeRivals(
  folder: string,
  meter: Meter,
  figures: Figures,
): Promise<Rivals> {
  const items = makeItems(itemsCompared);
  const rivals: Rivals = { list: [], servers: [] };
  const own = await ownReport(join(folder, "own"), items.length);
  const ownOne = await ownReport(join(folder, "own-one"), 1);
  const [bytes, base] = [statSync(own).size, statSync(ownOne).size];
  const { shell, code } = await loadReportApp();
  const app = Buffer.concat([encodeUtf16(shell), encodeWide(code.bytes)]);
  const appGzipped = gzipSync(app, { level: 9 }).length;
  figures.add("planloop", { perItem: (bytes - base) / (items.length - 1), base, appGzipped });
  rivals.list.push({
    subject: "planloop",
    url: pathToFileURL(own).href,
    rows: rowSelector,
    search: "[data-search]",
    list: "#/logs",
    busy: ".toolbar-note[role=status]",
  });
  for (const [subject, { make, rows, search }] of Object.entries(peers)) {
    const page = make(join(folder, subject), items);
    const single = make(join(folder, `${subject}-one`), items.slice(7, 8));
    const bytes = reportBytes(page);
    const oneBytes = reportBytes(single);
    figures.add(subject, { perItem: (bytes - oneBytes) / (items.length - 1), base: oneBytes });
    let url = pathToFileURL(page).href;
    const opens = await meter.visit(url, { rows }, (visit) => visit.sight("rows", 8_000));
    figures.add(subject, { opensFromFile: opens === undefined ? 0 : 1 });
    if (opens === undefined) {
      const served = await serve(dirname(page));
      rivals.servers.push(served.server);
      url = served.url;
    }
    rivals.list.push({ subject, url, rows, search, list: "", busy: "" });
  }
  for (const { subject, url, rows } of rivals.list) {
    figures.add(subject, { withoutScripts: await meter.countWithoutScripts(url, rows) });
  }
  return rivals;
}

async function ownReport(folder: string, count: number): Promise<string> {
  const home = join(folder, "home");
  const id = writeItemSession(home, makeItems(itemsCompared).slice(0, count));
  const session = openHome(home).findSession(id);
  const out = join(folder, "report");
  return (await writeReport([session], { out, runtime: systemRuntime() })).file;
}

/** One round: each report once. */
export async function measureRivals(
  meter: Meter,
  rivals: readonly Rival[],
  figures: Figures,
): Promise<void> {
  for (const { subject, url, rows, search, list, busy } of rivals) {
    await meter.visit(url, { rows }, async (visit) => {
      const still: Stillness = { busy, quiet_ms };
      const firstRow = await visit.sight("rows");
      // Until everything has arrived: nobody is measured while it still loads.
      await visit.call("go", list || "#", still);
      const elements = await visit.elements();
      const { heap, objects, tab } = await visit.memory();
      const searched = await visit.call("type", search, rareWord, still);
      const { requests } = visit;
      figures.add(subject, { firstRow, elements, heap, objects, tab, search: searched, requests });
    });
  }
}
