/**
 * What recording costs its host: CPU time for a durable log line and for a span.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Goal, printGoals } from "../goal.ts";
import { cpuMicroseconds, type Subject } from "./cost.ts";
import { appendFileLines, planloopLines, planloopSpans, writeSyncLines } from "./subjects.ts";

/** Calls in one round of one subject, and rounds. */
const effort = {
  full: { calls: 20_000, rounds: 15 },
  quick: { calls: 5_000, rounds: 5 },
};

main(process.argv.slice(2));

function main(args: readonly string[]): void {
  const { calls, rounds } = args.includes("--quick") ? effort.quick : effort.full;
  const json = args.includes("--json");
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-record-"));
  try {
    const subjects: Subject[] = [
      writeSyncLines(join(folder, "write-sync.jsonl")),
      appendFileLines(join(folder, "append-file.jsonl")),
      planloopLines(join(folder, "lines")),
      planloopSpans(join(folder, "spans")),
    ];
    const costs = cpuMicroseconds(subjects, calls, rounds);
    if (!json) printCosts(subjects, costs);
    process.exitCode = printGoals(goalsOf(costs), { json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A line that survives SIGKILL costs at least the making of its text and one `write`: that is the
 * anchor. Opening the file for each line, as the simplest loggers do, is the second. A span is two
 * durable lines, its start and its end. The bars keep these costs from growing; how other recorders
 * fare is not measured here.
 */
function goalsOf(costs: readonly number[]): Goal[] {
  const [writeSync, appendFile, line, span] = costs as [number, number, number, number];
  return [
    {
      goal: "record: log line, CPU, ratio to JSON.stringify + writeSync",
      value: line / writeSync,
      bar: 2,
    },
    {
      goal: "record: log line, CPU, ratio to JSON.stringify + appendFileSync",
      value: line / appendFile,
      bar: 1.2,
    },
    {
      goal: "record: span with its journal, CPU, ratio to two log lines",
      value: span / (2 * line),
      bar: 1.5,
    },
  ];
}

function printCosts(subjects: readonly Subject[], costs: readonly number[]): void {
  const rows = subjects.map(({ name }, index) => [name, Number(costs[index]!.toFixed(2))]);
  console.table(Object.fromEntries(rows.map(([name, cost]) => [name, { "CPU µs a call": cost }])));
}
