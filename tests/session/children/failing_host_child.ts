/**
 * A process whose disk or descriptors run out, or whose home it may not write. It does its work,
 * which does not depend on the recording, says what came of it, and ends with code 7.
 * Arguments: the home, the session's id, the mode, the task.
 *
 * @module
 */

import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id, mode, task] = process.argv.slice(-4) as [string, string, string, string];
const ballast = join(home, "ballast");
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Seen by the test: what the host got from its own work. */
const results: unknown[] = [];

if (task === "disk") writeFileSync(ballast, new Uint8Array(1024 * 1024));
const session = openSession({
  name: "failing",
  home,
  id,
  batch: mode === "batch",
  recordLlm: true,
});

async function work(from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number += 1) {
    session.info(`line ${number}`, { count: number, text: "x".repeat(1000) });
    if (number % 20 === 0) await turn();
  }
  await turn();
}

/** One of everything else; each gives what it gives, or throws what it throws. */
async function others(): Promise<void> {
  const answer = await session.trace("other", async () => {
    const call = { provider: "p", model: "m", request: { messages: [] } };
    session.metric("a.b", 1);
    session.span("step", { n: 1 }, () => {});
    session.captureError(new Error("reported"));
    return (await session.llm(call, () => Promise.resolve({ content: "hello" }))).content;
  });
  results.push(answer);
  results.push(
    await session.updateState((state) => void state.tags.push("t")).then(
      ({ version }) => version,
      (error) => (error as { code?: string }).code,
    ),
  );
}

if (task === "disk") {
  await work(0, 3000);
  await others();
  rmSync(ballast);
} else if (task === "descriptors") {
  await work(0, 10);
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync("/dev/null", "r"));
  } catch (error) {
    results.push((error as { code?: string }).code);
  }
  await work(10, 10);
  await others();
  for (const descriptor of taken) closeSync(descriptor);
} else {
  await work(0, 10);
}
await work(10_000, 50);
await others();
session.close();
writeSync(1, `${JSON.stringify({ recording: session.recording, results })}\n`);
process.exitCode = 7;
