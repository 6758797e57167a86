/**
 * The whole run: sessions, reports, browsers, rivals, then tables and goals.
 *
 * @module
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Figures } from "../figures.ts";
import { type Goal, printGoals } from "../goal.ts";
import { printTable, type Table } from "../table.ts";
import { type BrowserName, buildProbe, Meter, programOf } from "./browser.ts";
import { makeRivals, measureRivals, type Rivals } from "./compare.ts";
import {
  folderIn,
  generationGoals,
  generationTable,
  measureGeneration,
  type Size,
} from "./generation.ts";
import { rivalGoals, rivalTable, viewGoals, viewTable } from "./results.ts";
import { Floors, measureViews, type ReportPage } from "./views.ts";

/** Sizes with how often their report is made, and rounds in each browser. */
const effort: Record<"full" | "quick", { sizes: Size[]; rounds: Record<BrowserName, number> }> = {
  full: {
    sizes: [
      { lines: 1_000, rounds: 7 },
      { lines: 10_000, rounds: 7 },
      { lines: 100_000, rounds: 5 },
      { lines: 1_000_000, rounds: 3 },
      { lines: 3_000_000, rounds: 3 },
    ],
    rounds: { Chromium: 5, Firefox: 3 },
  },
  quick: {
    sizes: [
      { lines: 1_000, rounds: 3 },
      { lines: 10_000, rounds: 3 },
      { lines: 30_000, rounds: 2 },
      { lines: 100_000, rounds: 2 },
    ],
    rounds: { Chromium: 2, Firefox: 0 },
  },
};

/** From so many lines on, a report is best split. */
const splitFrom = 2_500_000;

/** Measures everything, prints it, and sets the exit code. */
export async function runBench(args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  const markdown = args.includes("--markdown");
  const isQuick = args.includes("--quick");
  const { sizes, rounds } = effort[isQuick ? "quick" : "full"];
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-report-"));
  try {
    const figures = new Figures();
    const pages: ReportPage[] = [];
    for (const size of sizes) {
      say(`report of ${size.lines} lines`);
      pages.push(await measureGeneration(folder, size, splitFrom, figures));
    }
    // As they come: whoever stops a long run keeps what there is.
    const show = (tables: readonly Table[]) => {
      for (const table of json ? [] : tables) printTable(table, { markdown });
    };
    show([generationTable(pages, figures)]);
    const goals = generationGoals(pages, figures, isQuick);
    const versions = [`Node ${process.versions.node}`];
    const floors = new Floors(folder);
    const probe = await buildProbe();
    for (const name of ["Chromium", "Firefox"] as const) {
      if (rounds[name] === 0) continue;
      if (!programOf(name)) {
        say(`${name} was not measured: it is not installed`);
        continue;
      }
      const job: BrowserJob = { name, probe, rounds: rounds[name], pages, floors, folder };
      const measured = await measureBrowser(job);
      show(measured.tables);
      goals.push(...measured.goals);
      versions.push(...measured.versions);
    }
    if (!json) process.stdout.write(`${machine()}. ${versions.join(", ")}.\n\n`);
    process.exitCode = printGoals(goals, { json, markdown });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface BrowserJob {
  name: BrowserName;
  probe: string;
  rounds: number;
  pages: readonly ReportPage[];
  floors: Floors;
  folder: string;
}

interface Measured {
  tables: Table[];
  goals: Goal[];
  versions: string[];
}

/** Every round has a browser with a new profile; others' reports are compared in Chromium. */
async function measureBrowser(job: BrowserJob): Promise<Measured> {
  const { name, probe, pages, floors } = job;
  const figures = new Figures();
  const versions: string[] = [];
  let rivals: Rivals | undefined;
  try {
    for (let round = 0; round < job.rounds; round++) {
      say(`${name}, round ${round + 1} of ${job.rounds}`);
      const meter = await Meter.start(name, probe);
      try {
        if (round === 0) {
          versions.push(await meter.version());
          if (name === "Chromium") {
            rivals = await makeRivals(folderIn(job.folder, "rivals"), meter, figures);
            versions.push(...["@playwright/test", "vitest"].map(packageVersion));
          }
        }
        const isBackward = round % 2 === 1;
        const views = () => measureViews(meter, inTurn(pages, isBackward), floors, figures);
        if (!isBackward) await views();
        if (rivals) await measureRivals(meter, inTurn(rivals.list, isBackward), figures);
        if (isBackward) await views();
      } finally {
        await meter.close();
      }
    }
  } finally {
    for (const server of rivals?.servers ?? []) server.close();
  }
  const tables = [viewTable(name, pages, figures)];
  const goals = viewGoals(name, pages, figures);
  if (rivals) {
    tables.push(rivalTable(rivals.list.map(({ subject }) => subject), figures));
    goals.push(...rivalGoals(figures));
  }
  return { tables, goals, versions };
}

/** Each second round the other way round, so that nobody is always the last. */
function inTurn<Item>(items: readonly Item[], isBackward: boolean): Item[] {
  return isBackward ? [...items].reverse() : [...items];
}

function packageVersion(name: string): string {
  const { version } = JSON.parse(
    readFileSync(join("node_modules", name, "package.json"), "utf8"),
  ) as { version: string };
  return `${name} ${version}`;
}

/** Where it is: a whole run takes its time. */
function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

function machine(): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `Measured in one run on ${day} on ${cpus().length} × ${cpu!.model.trim()}, ` +
    `${type()} ${release()}`;
}
