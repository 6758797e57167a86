/**
 * A process that tells what it holds of the system while it records much.
 * Arguments: the home, the task (`sessions`, `records` or `batch`), how often.
 *
 * @module
 */

import { readdirSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openSession } from "../../../lib/mod.ts";

const [home, task, times] = process.argv.slice(-3) as [string, string, string];
const count = Number(times);
setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const events = ["exit", "uncaughtExceptionMonitor", "uncaughtException", "SIGTERM", "SIGINT"];

function isInHome(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(home);
  } catch {
    return false;
  }
}

/** What is held at this moment, after everything that is garbage has gone. */
async function measure(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  // Those of its files: a runtime opens some of its own whenever it likes.
  const descriptors = readdirSync("/proc/self/fd").filter(isInHome).length;
  const listeners = events.reduce((sum, event) => sum + process.listenerCount(event), 0);
  const resources = process.getActiveResourcesInfo?.().sort().join(" ") ?? "";
  const held = { heapUsed, external, rss, descriptors, listeners, resources };
  writeSync(1, `${JSON.stringify(held)}\n`);
}

async function oneSession(number: number): Promise<void> {
  // The registry holds a home's sessions: it is not what grows here.
  const folder = join(home, String(Math.floor(number / 100)));
  const session = openSession({
    name: "many",
    home: folder,
    batch: number % 2 === 0,
    locals: number % 50 === 0 ? "inspector" : undefined!,
    recordLlm: true,
  });
  const stop = session.captureUncaught();
  session.sampleEvery(1000);
  await session.trace("work", async () => {
    session.info("line", { number });
    await session.span("step", { number }, () => turn());
    if (number % 10 === 0) await session.updateState((state) => void state.tags.push("a"));
    if (number % 10 === 1) session.captureError(new Error("e"));
    if (number % 10 === 2) {
      const call = { provider: "openai", model: "m", request: { messages: [] } };
      await session.llm(call, () => Promise.resolve({ content: "hello" }));
    }
  });
  session.metric("a.b", number);
  if (number % 3 === 0) stop();
  session.close();
  if (number % 100 === 99) rmSync(folder, { recursive: true });
}

async function sessions(): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    if (number === count / 10) await measure();
    await oneSession(number);
  }
}

/** Of ten records, six are lines, three are spans and one is a measurement; 30 spans in a trace. */
async function records(): Promise<void> {
  const session = openSession({ name: "much", home, batch: task === "batch" });
  for (let number = 0; number < count; number += 100) {
    if (number === count / 10) await measure();
    await session.trace("work", async () => {
      for (let index = 0; index < 60; index += 1) session.info("line", { number, index });
      for (let index = 0; index < 30; index += 1) session.span("step", { index }, () => {});
      for (let index = 0; index < 10; index += 1) session.metric("a.b", index, { index });
      await turn();
    });
  }
  await measure();
  session.close();
}

await measure();
if (task === "sessions") await sessions();
else await records();
await measure();
