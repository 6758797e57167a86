/**
 * A process that locks: `count` adds to a shared counter under the lock, `hold` takes the lock and
 * keeps it, `leave` takes it and ends without releasing, `crash` counts and is killed by itself
 * while it holds the lock for the last time.
 *
 * @module
 */

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { acquireLock } from "../../lib/lock/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";

interface Task {
  mode: "count" | "hold" | "leave" | "crash";
  sessionPath: string;
  /** Where the acquisitions are noted, one JSON object a line. */
  journal: string;
  counter: string;
  rounds: number;
}

const task = JSON.parse(process.argv[2]!) as Task;
const runtime = systemRuntime();

async function round(isLast: boolean): Promise<void> {
  let visible = 0;
  const lock = await acquireLock({
    sessionPath: task.sessionPath,
    operation: task.mode,
    timeout_ms: 300_000,
    runtime,
    log: (notice) => {
      if (notice.event === "lock_requested") visible = runtime.clock.now();
      appendFileSync(task.journal, `${JSON.stringify({ ...notice, at: runtime.clock.now() })}\n`);
    },
  });
  const entry = join(task.sessionPath, ".lock"); // holds the request that took it
  const asked = JSON.parse(readFileSync(entry, "utf8")).requested_at * 1000;
  if (isLast && task.mode === "crash") process.kill(process.pid, "SIGKILL");
  if (task.mode === "hold" || task.mode === "leave") {
    process.stdout.write("held\n");
    if (task.mode === "leave") return;
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  const before = Number(readFileSync(task.counter, "utf8"));
  await new Promise((resolve) => setTimeout(resolve, before % 3 === 0 ? 1 : 0));
  writeFileSync(task.counter, String(before + 1));
  appendFileSync(task.journal, `${JSON.stringify({ order: before, asked, visible })}\n`);
  lock.release();
}

process.stdout.write("ready\n");
for (let index = 0; index < task.rounds; index++) await round(index === task.rounds - 1);
