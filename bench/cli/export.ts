/**
 * What exporting a log costs, beside jq reading and printing the same file.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import process from "node:process";
import { sessionLayout } from "../../lib/format/mod.ts";
import type { Goal } from "../goal.ts";
import { generateSession } from "../report/generate.ts";
import type { Cost } from "./start.ts";

/** What is compared. */
type Subject = "jq -c ." | "export-logs" | "export-logs --level ERROR" | "export-logs --tail 50";

/** How large the log is, and how often it is read. */
export interface ExportSize {
  lines: number;
  rounds: number;
}

/** The costs by subject; undefined where there is no jq to compare with. */
export function measureExport(
  folder: string,
  { lines, rounds }: ExportSize,
): Record<Subject, Cost> | undefined {
  if (spawnSync("jq", ["--version"]).status !== 0) return undefined;
  const home = join(folder, "export-home");
  const session = generateSession(home, lines);
  const log = join(home, "sessions", session, sessionLayout.log);
  const exported = [
    process.execPath,
    resolve("dist/cli.js"),
    "dev",
    "export-logs",
    "--home",
    home,
    "--session",
    session,
  ];
  const commands: [Subject, string[]][] = [
    ["jq -c .", ["jq", "-c", ".", log]],
    ["export-logs", exported],
    ["export-logs --level ERROR", [...exported, "--level", "ERROR"]],
    ["export-logs --tail 50", [...exported, "--tail", "50"]],
  ];
  const runs = commands.map(() => [] as Cost[]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [, args]] of commands.entries()) runs[index]!.push(timed(args));
  }
  return Object.fromEntries(commands.map(([subject], index) => [subject, {
    wall_ms: Math.min(...runs[index]!.map((cost) => cost.wall_ms)),
    cpu_ms: Math.min(...runs[index]!.map((cost) => cost.cpu_ms)),
  }])) as Record<Subject, Cost>;
}

/** Goals of an export, as ratios to jq. */
export function exportGoals(costs: Record<Subject, Cost>, { lines }: ExportSize): Goal[] {
  const jq = costs["jq -c ."];
  const own = costs["export-logs"];
  const of = `cli: export-logs of ${lines / 1000}k lines`;
  return [
    { goal: `${of}, CPU, ratio to jq -c .`, value: own.cpu_ms / jq.cpu_ms, bar: 1 },
    { goal: `${of}, elapsed, ratio to jq -c .`, value: own.wall_ms / jq.wall_ms, bar: 1 },
  ];
}

/** Runs a command line into nothing, under a shell that tells its time. */
function timed(args: readonly string[]): Cost {
  const { status, stderr } = spawnSync(
    "bash",
    ["-c", 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null', "bash", ...args],
    { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
  );
  const [elapsed, user, system] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number);
  if (status !== 0 || elapsed === undefined || user === undefined || system === undefined) {
    throw new Error(`Cannot measure "${args.join(" ")}": ${stderr}`);
  }
  return { wall_ms: elapsed * 1000, cpu_ms: (user + system) * 1000 };
}
