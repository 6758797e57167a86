/**
 * What the command line costs before it does anything, on a home with many sessions, and where it
 * exports a long log.
 *
 * @module
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { type Goal, printGoals } from "../goal.ts";
import { exportGoals, type ExportSize, measureExport } from "./export.ts";
import { writeHome } from "./home.ts";
import { type Cost, StartMeter } from "./start.ts";

type Subject = "bare Node" | "--help" | "Tab" | "JSON.parse" | "sessions list";

const rounds = { full: 31, quick: 9 };

const exports = {
  full: { lines: 200_000, rounds: 5 },
  quick: { lines: 20_000, rounds: 3 },
} as const;

/** Sessions in the home that is listed. */
const sessionsListed = 1000;

main(process.argv.slice(2));

function main(args: readonly string[]): void {
  const size = args.includes("--quick") ? "quick" : "full";
  const json = args.includes("--json");
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-cli-"));
  try {
    const costs = measure(folder, rounds[size]);
    const exported = measureExport(folder, exports[size]);
    if (!json) console.table({ ...costs, ...exported });
    const goals = [...goalsOf(costs), ...goalsOfExport(exported, exports[size])];
    process.exitCode = printGoals(goals, { json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder: string, count: number): Record<Subject, Cost> {
  const cli = resolve("dist/cli.js");
  const bare = join(folder, "bare.mjs");
  writeFileSync(bare, "");
  const home = join(folder, "home");
  writeHome(home, sessionsListed);
  const parse = join(folder, "parse.mjs");
  writeFileSync(parse, parseEveryState(home));
  const [nothing, help, tab, parsed, list] = new StartMeter(folder).measure([
    [bare],
    [cli, "--help"],
    [cli, "completions", "--sessions", "--home", home],
    [parse],
    [cli, "sessions", "list", "--home", home],
  ], count) as [Cost, Cost, Cost, Cost, Cost];
  return {
    "bare Node": nothing,
    "--help": help,
    "Tab": tab,
    "JSON.parse": parsed,
    "sessions list": list,
  };
}

/** Goals are held in CPU time: wall time on a busy machine tells of the machine. */
function goalsOf(costs: Record<Subject, Cost>): Goal[] {
  return [
    {
      goal: "cli: --help, CPU, ratio to bare Node",
      value: costs["--help"].cpu_ms / costs["bare Node"].cpu_ms,
      bar: 1.3,
    },
    {
      goal: "cli: --help, CPU above bare Node, ms",
      value: costs["--help"].cpu_ms - costs["bare Node"].cpu_ms,
      bar: 15,
    },
    {
      goal: "cli: the sessions that Tab offers, of 1000, CPU above bare Node, ms",
      value: costs["Tab"].cpu_ms - costs["bare Node"].cpu_ms,
      bar: 45,
    },
    {
      goal: `cli: sessions list of ${sessionsListed}, CPU, ratio to JSON.parse of every state`,
      value: costs["sessions list"].cpu_ms / costs["JSON.parse"].cpu_ms,
      bar: 6,
    },
  ];
}

function goalsOfExport(costs: ReturnType<typeof measureExport>, size: ExportSize): Goal[] {
  if (costs) return exportGoals(costs, size);
  process.stderr.write("There is no jq: what an export costs beside it was not measured.\n");
  return [];
}

/** The least that any list of sessions has to do. */
function parseEveryState(home: string): string {
  return `import { readdirSync, readFileSync } from "node:fs";
const folder = ${JSON.stringify(join(home, "sessions"))};
let tasks = 0;
for (const id of readdirSync(folder)) {
  tasks += JSON.parse(readFileSync(folder + "/" + id + "/state.json", "utf8")).tasks.length;
}
if (tasks === 0) throw new Error("no tasks");
`;
}
