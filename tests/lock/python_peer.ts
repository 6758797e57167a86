/**
 * Another implementation of the protocol, as the Python planloop speaks it: it polls, prunes by
 * age, leaves `.lock` empty, and writes files in place.
 *
 * @module
 */

import * as fs from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import process from "node:process";

interface Task {
  sessionPath: string;
  counter: string;
  rounds: number;
  /** Entries older than this are deleted, in seconds. */
  pruneAge: number;
  /** How long the lock is held, in milliseconds. */
  holdMs: number;
  /** Die with the lock held. */
  die?: boolean;
}

const task = JSON.parse(process.argv[2]!) as Task;
const queue = join(task.sessionPath, ".lock_queue");
const lock = join(task.sessionPath, ".lock");
const info = join(task.sessionPath, ".lock_info");
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function pending(own: string): { id: string; requested_at: number }[] {
  const entries = [];
  for (const name of fs.readdirSync(queue).filter((one) => one.endsWith(".json"))) {
    try {
      entries.push(JSON.parse(fs.readFileSync(join(queue, name), "utf8")));
    } catch {
      fs.rmSync(join(queue, name), { force: true });
    }
  }
  entries.sort((a, b) => a.requested_at - b.requested_at || (a.id < b.id ? -1 : 1));
  const oldest = Date.now() / 1000 - task.pruneAge;
  for (const entry of entries) {
    if (entry.id === own) continue; // it gives up by its own clock
    if (entry.requested_at < oldest) fs.rmSync(join(queue, `${entry.id}.json`), { force: true });
  }
  return entries.filter((entry) => entry.id === own || entry.requested_at >= oldest);
}

async function round(): Promise<void> {
  const id = randomUUID();
  const agent = `pid:${process.pid}`;
  fs.mkdirSync(queue, { recursive: true });
  const entry = { id, agent, operation: "update", requested_at: Date.now() / 1000 };
  fs.writeFileSync(join(queue, `${id}.json`), JSON.stringify(entry));
  for (;;) {
    if (pending(id)[0]?.id === id) {
      try {
        fs.closeSync(fs.openSync(lock, "wx"));
        break;
      } catch {
        // held by another
      }
    }
    await sleep(100);
  }
  const since = Date.now() / 1000;
  fs.writeFileSync(info, JSON.stringify({ held_by: agent, since, operation: "update" }));
  process.stdout.write("held\n");
  if (task.die) process.kill(process.pid, "SIGKILL");
  const before = Number(fs.readFileSync(task.counter, "utf8"));
  await sleep(task.holdMs);
  fs.writeFileSync(task.counter, String(before + 1));
  fs.rmSync(lock);
  fs.rmSync(info);
  fs.rmSync(join(queue, `${id}.json`), { force: true });
}

process.stdout.write("ready\n");
for (let index = 0; index < task.rounds; index++) await round();
