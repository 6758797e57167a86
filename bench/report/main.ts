/**
 * What it takes to make a report of logs of growing size.
 *
 * @module
 */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { sessionLayout } from "../../lib/format/mod.ts";
import { type Goal, printGoals } from "../goal.ts";
import { generateSession } from "./generate.ts";
import { type Cost, doJob, jobFlag, measure } from "./measure.ts";

/** Log lines of the sessions that are measured; the last two are compared for their memory. */
const sizes = { full: [10_000, 100_000, 1_000_000], quick: [10_000, 50_000, 200_000] };

interface Row {
  lines: number;
  logBytes: number;
  parse: Cost;
  report: Cost;
}

const args = process.argv.slice(2);
if (args[0] === jobFlag) await doJob(args.slice(1));
else main(args);

function main(args: readonly string[]): void {
  const json = args.includes("--json");
  const isQuick = args.includes("--quick");
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-report-"));
  try {
    const rows = (isQuick ? sizes.quick : sizes.full).map((lines) => measureSize(folder, lines));
    if (!json) printRows(rows);
    process.exitCode = printGoals(goalsOf(rows, isQuick), { json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureSize(folder: string, lines: number): Row {
  const home = join(folder, String(lines));
  const session = generateSession(home, lines);
  const out = join(folder, "out");
  const row = {
    lines,
    logBytes: statSync(join(home, "sessions", session, sessionLayout.log)).size,
    parse: measure("parse", home, session, out),
    report: measure("report", home, session, out),
  };
  rmSync(home, { recursive: true });
  return row;
}

/**
 * Memory is the one thing that must not grow with the log. The quick run compares smaller sessions,
 * during which the engine's heap still grows to its usual size, so its bar is wider.
 */
function goalsOf(rows: readonly Row[], isQuick: boolean): Goal[] {
  const [smaller, larger] = rows.slice(-2) as [Row, Row];
  return [{
    goal: `report: peak memory of ${larger.lines} lines, ratio to ${smaller.lines} lines`,
    value: larger.report.rssMaxBytes / smaller.report.rssMaxBytes,
    bar: isQuick ? 1.5 : 1.3,
  }];
}

function printRows(rows: readonly Row[]): void {
  const table = rows.map(({ lines, logBytes, parse, report }) => ({
    lines,
    "log MB": mega(logBytes),
    "parse CPU s": seconds(parse.cpu_ms),
    "report CPU s": seconds(report.cpu_ms),
    "CPU, ratio to JSON.parse": Number((report.cpu_ms / parse.cpu_ms).toFixed(2)),
    "report wall s": seconds(report.wall_ms),
    "peak memory MB": mega(report.rssMaxBytes),
    "file MB": mega(report.writtenBytes),
    "bytes a line": Number((report.writtenBytes / lines).toFixed(1)),
  }));
  console.table(table);
}

function mega(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(2));
}
