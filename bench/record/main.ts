/**
 * What recording costs its host, side by side with what others cost theirs.
 *
 * @module
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Goal, printGoals } from "../goal.ts";
import { medianCosts, serveSubject, startSubject } from "./cost.ts";
import { wholeFiles } from "./llm.ts";
import { localsSubjects, measureLocals } from "./locals.ts";
import { contend, type HandOvers, handOvers, lockAlone, type Pattern } from "./locks.ts";
import { offSubjects } from "./off.ts";
import { subjects } from "./subjects.ts";
import { linesLost, writeAndDie } from "./survival.ts";

/**
 * Calls in one round of one subject, and rounds; locks alone, whole files, and turns at a contended
 * lock.
 */
const effort = {
  full: { calls: 20_000, rounds: 15, locks: 300, files: 100, turns: 100 },
  quick: { calls: 5_000, rounds: 5, locks: 100, files: 50, turns: 25 },
};

const lockKinds = ["proper-lockfile", "planloop"];

const self = fileURLToPath(import.meta.url);

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const [mode, name, path] = args as [string, string, string];
  if (mode === "--subject") return await serveSubject(subjects[name]!(path));
  if (mode === "--file") return await serveSubject(wholeFiles[name]!(path));
  if (mode === "--off") return await serveSubject(offSubjects[name]!(path));
  if (mode === "--lock") return await serveSubject(lockAlone(name, path));
  if (mode === "--contend") {
    return await contend(name, path, Number(args[3]), args[4] as Pattern);
  }
  if (mode === "--locals") return await serveSubject(await localsSubjects[name]!(path));
  if (mode === "--die") return writeAndDie(name, path);
  const { calls, rounds, locks, files, turns } = args.includes("--quick")
    ? effort.quick
    : effort.full;
  const json = args.includes("--json");
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-record-"));
  try {
    const goals: Goal[] = [];
    for (const { label, command } of runtimes()) {
      const names = Object.keys(subjects);
      const processes = names.map((name, index) =>
        startSubject([...command, self, "--subject", name, join(folder, `${label}-${index}`)])
      );
      const medians = await medianCosts(processes, calls, rounds);
      const costs = Object.fromEntries(names.map((name, index) => [name, medians[index]!]));
      const rushes: Record<string, HandOvers> = {};
      const at = (name: string) => join(folder, `${label}-${name}`);
      const alone = lockKinds.map((kind) =>
        startSubject([...command, self, "--lock", kind, at(`${kind}-alone`)])
      );
      for (const [index, cost] of (await medianCosts(alone, locks, rounds)).entries()) {
        costs[`${lockKinds[index]} lock, alone`] = cost;
      }
      const fileNames = Object.keys(wholeFiles);
      const writers = fileNames.map((name, index) =>
        startSubject([...command, self, "--file", name, at(`file-${index}`)])
      );
      for (const [index, cost] of (await medianCosts(writers, files, rounds)).entries()) {
        costs[fileNames[index]!] = cost;
      }
      Object.assign(costs, await measureOff([...command, self], at("off"), calls, rounds));
      for (const kind of lockKinds) {
        const both = [...command, self, "--contend", kind, at(`${kind}-both`), String(turns)];
        const { ms } = await handOvers([...both, "wait"]);
        costs[`${kind} lock, hand-over (time)`] = 1000 * ms;
        rushes[kind] = await handOvers([...both, "rush"]);
      }
      if (label === "node") {
        const locals = await measureLocals(
          // Sentry's worker opens a port for its debugger; nobody needs to hear of it.
          (kind) => [...command, "--inspect-publish-uid=http", self, "--locals", kind, at(kind)],
          rounds,
        );
        Object.assign(costs, locals.costs);
        goals.push(...locals.goals);
      }
      const dead = at("dead");
      const lost = await linesLost([...command, self, "--die", "planloop line", dead], dead);
      if (!json) {
        printCosts(label, costs);
        printInversions(rushes);
      }
      goals.push(
        ...goalsOf(label, costs),
        { goal: `record on ${label}: durable lines lost on SIGKILL`, value: lost, bar: 0 },
      );
    }
    process.exitCode = printGoals(goals, { json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the calls cost in a program that records nothing. */
async function measureOff(command: string[], path: string, calls: number, rounds: number) {
  const names = Object.keys(offSubjects);
  const processes = names.map((name) => startSubject([...command, "--off", name, path]));
  const medians = await medianCosts(processes, calls, rounds);
  return Object.fromEntries(names.map((name, index) => [name, medians[index]!]));
}

/** The runtimes that are here: this one, and Deno where its package is installed. */
function runtimes(): { label: string; command: string[] }[] {
  const found = [{ label: "node", command: [process.execPath] }];
  const deno = join("node_modules", ".bin", "deno");
  if (existsSync(deno)) found.push({ label: "deno", command: [deno, "run", "-A"] });
  return found;
}

function goalsOf(label: string, costs: Record<string, number>): Goal[] {
  const goal = (what: string, ours: string, theirs: string, bar: number): Goal => ({
    goal: `record on ${label}: ${what}`,
    value: costs[ours]! / costs[theirs]!,
    bar,
  });
  return [
    goal("durable log line, CPU, ratio to pino sync", "planloop line", "pino, sync", 0.75),
    goal(
      "log line in batches, CPU, ratio to pino async 4k",
      "planloop line, batch",
      "pino, async, minLength 4096",
      0.6,
    ),
    goal(
      "span, CPU, ratio to OpenTelemetry batch, sync",
      "planloop span, sync",
      "OpenTelemetry span, sync",
      0.4,
    ),
    goal(
      "span, CPU, ratio to OpenTelemetry batch, async",
      "planloop span, async",
      "OpenTelemetry span, async",
      0.55,
    ),
    goal(
      "lock alone, CPU, ratio to proper-lockfile",
      "planloop lock, alone",
      "proper-lockfile lock, alone",
      0.2,
    ),
    goal(
      "lock hand-over, time, ratio to proper-lockfile at 10 ms",
      "planloop lock, hand-over (time)",
      "proper-lockfile lock, hand-over (time)",
      0.15,
    ),
  ];
}

function printCosts(label: string, costs: Record<string, number>): void {
  const rows = Object.entries(costs).map(([name, cost]) => [name, Number(cost.toFixed(3))]);
  console.log(`CPU on ${label}`);
  console.table(Object.fromEntries(rows.map(([name, cost]) => [name, { "µs a call": cost }])));
}

/** Who is served first where both want the lock again at once. */
function printInversions(rushes: Record<string, HandOvers>): void {
  for (const [kind, { inversions, holds }] of Object.entries(rushes)) {
    console.log(`${kind}: ${inversions} of ${holds} holds overtook one that had asked earlier`);
  }
}
