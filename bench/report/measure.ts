/**
 * One measured job in a process of its own.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { writeReport } from "../../cli/report/mod.ts";
import { sessionLayout } from "../../lib/format/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";

/**
 * What can be measured: the least that any reader of the log must do, or of all of the session's
 * files, the whole report, and one with files beside it.
 */
export type Job = "parse" | "parse-all" | "report" | "split";

/** What a job cost. */
export interface Cost {
  /** User and system time of all threads, without the start of the process. */
  cpu_ms: number;
  wall_ms: number;
  /** Highest memory of the process, in bytes. */
  rssMaxBytes: number;
  /** Size of what was written; 0 where that is nothing. */
  writtenBytes: number;
}

/** The argument that makes `main` do a job instead of measuring. */
export const jobFlag = "--job";

/** Runs a job in a new process of this program. */
export function measure(job: Job, home: string, session: string, out: string): Cost {
  const program = process.argv[1]!;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, jobFlag, job, home, session, out],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Cannot measure ${job} of ${session}: ${stderr}`);
  return JSON.parse(stdout) as Cost;
}

/** Does a job in this process and prints its cost. */
export async function doJob(args: readonly string[]): Promise<void> {
  const [job, home, session, out] = args as [Job, string, string, string];
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const writtenBytes = job === "parse"
    ? await parseLog(join(home, "sessions", session, sessionLayout.log))
    : job === "parse-all"
    ? await parseSession(join(home, "sessions", session))
    : await makeReport(home, session, out, job === "split");
  const { user, system } = process.cpuUsage(cpu);
  const cost: Cost = {
    cpu_ms: (user + system) / 1000,
    wall_ms: performance.now() - wall,
    rssMaxBytes: process.resourceUsage().maxRSS * 1024,
    writtenBytes,
  };
  process.stdout.write(JSON.stringify(cost));
}

async function parseLog(path: string): Promise<number> {
  if (await parseLines(path) === 0) throw new Error(`${path} has no lines`);
  return 0;
}

/** Parses all JSON of a session: its lists line by line, its other files each as a whole. */
async function parseSession(folder: string): Promise<number> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    if (path.endsWith(".jsonl")) await parseLines(path);
    else if (path.endsWith(".json")) JSON.parse(readFileSync(path, "utf8"));
  }
  return 0;
}

/** Parses every line, as simply as it can be done in constant memory; how many there are. */
async function parseLines(path: string): Promise<number> {
  let rest = "";
  let lines = 0;
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 18 })) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      JSON.parse(line);
      lines++;
    }
  }
  return lines;
}

async function makeReport(
  home: string,
  session: string,
  out: string,
  split: boolean,
): Promise<number> {
  const { pageBytes } = await writeReport([openHome(home).findSession(session)], {
    out,
    split,
    runtime: systemRuntime(),
  });
  return pageBytes;
}
