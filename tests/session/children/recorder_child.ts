/**
 * A process that records until it is killed, or ends as it is told.
 * Arguments: the home, the session's id, and what to do.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id, task] = process.argv.slice(-3) as [string, string, string];
const batch = task.startsWith("batch");
const logs = task === "rotate" ? { logBytesMax: 20_000, logFilesMax: 10_000 } : {};
const session = openSession({ name: "child", home, id, batch, ...logs });

if (task === "loop") {
  await session.trace("work", async () => {
    session.span("finished", () => {});
    await session.span("open", { step: 1 }, async () => {
      for (let count = 0;; count += 1) {
        session.info(`line ${count}`, { count, text: "x".repeat(count % 200) });
        // Acknowledged: from here on the line must survive anything.
        process.stdout.write(`${count}\n`);
        if (count % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
  });
} else if (task === "batch-loop") {
  for (let turn = 0;; turn += 1) {
    for (let count = 0; count < 50; count += 1) session.info(`line ${turn}`, { turn, count });
    await new Promise((resolve) => setImmediate(resolve));
    // Acknowledged: the turn is over.
    process.stdout.write(`${turn}\n`);
  }
} else if (task === "batch-end") {
  for (let count = 0; count < 50; count += 1) session.info(`line ${count}`, { count });
} else if (task === "secrets") {
  session.info("login", { password: "hunter22" });
  // The manifest comes at the end of the turn.
  setTimeout(() => {
    process.stdout.write("told\n");
    setInterval(() => {}, 1000);
  }, 50);
} else if (task === "secrets-exit") {
  session.info("login", { password: "hunter22" });
  process.exit(3);
} else if (task === "rotate") {
  for (let count = 0; count < 1500; count += 1) {
    session.info(`line ${count}`, { pid: process.pid, count, text: "x".repeat(count % 300) });
    if (count % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  session.close();
} else if (task === "update") {
  for (let count = 0; count < 15; count += 1) {
    await session.updateState((state) => {
      state.context_notes = [String(Number(state.context_notes[0] ?? 0) + 1)];
    });
  }
  session.close();
} else if (task === "sample") {
  // Nothing else keeps the process alive, once this is over.
  session.sampleEvery(100, { asked: "every 100 ms" });
  const file = join(session.path, "logs/performance.jsonl");
  const samples = () =>
    existsSync(file) ? readFileSync(file, "utf8").split('"memory.rss_mb"').length - 1 : 0;
  const reach = async (count: number) => {
    while (samples() < count) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const block = (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };
  await reach(3);
  const before = samples();
  // The next sample is due within 100 ms.
  block(300);
  await reach(before + 1);
  const measured = session.sampleEventLoop({ asked: "once" });
  block(200);
  await measured;
} else if (task === "exit") {
  session.trace("work", () => {
    session.span("open", () => {
      process.exit(3);
    });
  });
} else if (task === "throw") {
  setTimeout(() => {
    throw new RangeError("nobody caught this");
  }, 5);
} else if (task === "reject") {
  void session.trace("work", () => Promise.reject(new RangeError("nobody awaited this")));
}
