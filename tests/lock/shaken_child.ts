/**
 * A process that locks again and again, stands still for a moment before some of its file operations,
 * and may be killed before any of them. Whoever is inside leaves a note: two notes are one too many.
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { acquireLock } from "../../lib/lock/mod.ts";
import {
  type Files,
  pause,
  type RewriteHandle,
  type Runtime,
  systemRuntime,
} from "../../lib/runtime/mod.ts";

interface Task {
  sessionPath: string;
  rounds: number;
  /** How often it stands still before an operation, from 0 to 1; and is killed. */
  stalls: number;
  kills: number;
}

/** Longest time that it stands still, in milliseconds. */
const stallMsMax = 6;

const task = JSON.parse(process.argv[2]!) as Task;
const system = systemRuntime();

function shake(): void {
  if (Math.random() < task.stalls) pause(Math.random() * stallMsMax);
  if (Math.random() < task.kills) process.kill(process.pid, "SIGKILL");
}

const files = new Proxy(system.files, {
  get(target, name) {
    const value = target[name as keyof Files] as (...given: unknown[]) => unknown;
    return (...given: unknown[]) => {
      shake();
      const result = value.apply(target, given);
      if (name !== "openRewrite") return result;
      const handle = result as RewriteHandle;
      return {
        write(text: string) {
          shake();
          handle.write(text);
        },
        close: () => handle.close(),
      };
    };
  },
});
const runtime: Runtime = { ...system, files };
const note = join(task.sessionPath, "inside");

/** The pid in the note, where that process still runs. */
function inside(): number | undefined {
  let text;
  try {
    text = readFileSync(note, "utf8");
  } catch {
    return undefined;
  }
  const pid = Number(text);
  return system.process.isAlive(pid) ? pid : undefined;
}

for (let round = 0; round < task.rounds; round++) {
  const { sessionPath } = task;
  const options = { sessionPath, operation: "shaken", timeout_ms: 120_000, runtime };
  const lock = await acquireLock({ ...options, log: () => {} });
  const other = inside();
  if (other !== undefined) throw new Error(`${process.pid} came in while ${other} was inside`);
  writeFileSync(note, String(process.pid));
  shake();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
  shake();
  const now = Number(readFileSync(note, "utf8"));
  if (now !== process.pid) throw new Error(`${now} came in while ${process.pid} was inside`);
  rmSync(note);
  lock.release();
}
process.stdout.write("done\n");
