/**
 * What it takes to make a report of logs of growing size, beside `JSON.parse` of every line.
 *
 * @module
 */

import { createReadStream, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sessionLayout } from "../../lib/format/mod.ts";
import type { Figures } from "../figures.ts";
import type { Goal } from "../goal.ts";
import { figure, type Table } from "../table.ts";
import { generateSession } from "./generate.ts";
import { measure } from "./measure.ts";
import { countExpected, type ReportPage } from "./views.ts";

/** Log lines of one session, and how often its report is made. */
export interface Size {
  lines: number;
  rounds: number;
}

/** The subject of a size among the figures. */
export function subjectOf(lines: number): string {
  return lines >= 1e6 ? `${lines / 1e6}M lines` : `${lines / 1e3}k lines`;
}

/**
 * Makes reports of a session, `JSON.parse` and report in turns, and keeps the last one.
 *
 * @param folder Where reports are kept; the session itself is removed.
 * @param splitFrom From so many lines on, the kept report is one with files beside it.
 */
export async function measureGeneration(
  folder: string,
  { lines, rounds }: Size,
  splitFrom: number,
  figures: Figures,
): Promise<ReportPage> {
  const subject = subjectOf(lines);
  const home = join(folder, `home-${lines}`);
  const session = generateSession(home, lines);
  const log = join(home, "sessions", session, sessionLayout.log);
  const out = join(folder, `report-${lines}`);
  for (let round = 0; round < rounds; round++) {
    const parse = measure("parse", home, session, out);
    const parseAll = measure("parse-all", home, session, out);
    const report = measure("report", home, session, out);
    figures.add(subject, {
      parseCpu: parse.cpu_ms,
      parseAllCpu: parseAll.cpu_ms,
      reportCpu: report.cpu_ms,
      reportWall: report.wall_ms,
      memory: report.rssMaxBytes,
      bytes: report.writtenBytes,
    });
  }
  figures.add(subject, { logBytes: statSync(log).size, gzipBytes: await gzipSize(log) });
  const split = lines >= splitFrom;
  if (split) measure("split", home, session, out);
  const page = { subject, lines, file: join(out, "index.html"), split };
  const expected = await countExpected(log);
  rmSync(home, { recursive: true });
  return { ...page, expected };
}

/** What bytes take in the simplest page that holds them. */
function inBase64(bytes: number): number {
  return bytes * 4 / 3;
}

/** The size of a file under gzip at its usual level. */
async function gzipSize(path: string): Promise<number> {
  let size = 0;
  const count = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(path), createGzip({ level: 6 }), count);
  return size;
}

/** What making reports takes, a column a size. */
export function generationTable(pages: readonly ReportPage[], figures: Figures): Table {
  const row = (title: string, value: (get: (name: string) => number, lines: number) => number) => [
    title,
    ...pages.map(({ subject, lines }) =>
      figure(value((name) => figures.median(subject, name), lines))
    ),
  ];
  return {
    title: "Making a report",
    head: ["", ...pages.map(({ subject }) => subject)],
    rows: [
      row("log, MB", (get) => get("logBytes") / 1e6),
      row("`JSON.parse` of every line, CPU s", (get) => get("parseCpu") / 1e3),
      row("**report**, CPU s", (get) => get("reportCpu") / 1e3),
      row("ratio", (get) => get("reportCpu") / get("parseCpu")),
      row("`JSON.parse` of all files, CPU s", (get) => get("parseAllCpu") / 1e3),
      row("ratio to that", (get) => get("reportCpu") / get("parseAllCpu")),
      row("report, elapsed s", (get) => get("reportWall") / 1e3),
      row("peak memory, MB", (get) => get("memory") / 1e6),
      row("file, MB", (get) => get("bytes") / 1e6),
      row("bytes a line", (get, lines) => get("bytes") / lines),
      row("file / `gzip -6` of the log", (get) => get("bytes") / get("gzipBytes")),
      row("file / that in base64", (get) => get("bytes") / inBase64(get("gzipBytes"))),
    ],
  };
}

/**
 * What making a report is held to, at the largest sizes of the run. The quick run compares smaller
 * sessions, during which the engine's heap still grows to its usual size, so its bar is wider.
 */
export function generationGoals(
  pages: readonly ReportPage[],
  figures: Figures,
  isQuick: boolean,
): Goal[] {
  const [smaller, larger] = pages.slice(-2) as [ReportPage, ReportPage];
  const of = (page: ReportPage, name: string) => figures.median(page.subject, name);
  const base = isQuick ? larger : smaller;
  return [
    {
      goal: `report of ${base.subject}: CPU, ratio to JSON.parse of every line`,
      value: of(base, "reportCpu") / of(base, "parseCpu"),
      bar: 1.25,
    },
    {
      goal: `report of ${base.subject}: CPU, ratio to JSON.parse of all files`,
      value: of(base, "reportCpu") / of(base, "parseAllCpu"),
      bar: 3,
    },
    {
      goal: `report of ${larger.subject}: peak memory, MB`,
      value: of(larger, "memory") / 1e6,
      bar: 200,
    },
    {
      goal: `report of ${larger.subject}: peak memory, ratio to ${smaller.subject}`,
      value: of(larger, "memory") / of(smaller, "memory"),
      bar: isQuick ? 1.5 : 1.15,
    },
    {
      goal: `report of ${base.subject}: file, ratio to gzip -6 of the log in base64`,
      value: of(base, "bytes") / inBase64(of(base, "gzipBytes")),
      bar: 0.7,
    },
  ];
}

/** Makes sure that a folder is there. */
export function folderIn(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
