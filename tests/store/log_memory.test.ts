import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StoredSession } from "../../lib/store/mod.ts";
import { temporaryFolder } from "./fixtures.ts";

/** How much more memory than at the start may be in use while the log is read, in bytes. */
const heapGrowthBytesMax = 48 * 1024 * 1024;

function writeLog(path: string, lines: number): void {
  const file = openSync(path, "w");
  const batch: string[] = [];
  for (let at = 0; at < lines; at++) {
    batch.push(JSON.stringify({
      timestamp: new Date(1763453657585 + at * 3).toISOString(),
      level: "INFO",
      trace_id: `tr_${at % 500}`,
      session_id: "big",
      operation: "update",
      message: `Line ${at} of a long log, with some words to give it the usual size`,
      context: { task_id: at % 40, values: [at, at + 1], note: "x".repeat(60) },
      duration_ms: null,
    }));
    if (batch.length === 5000 || at === lines - 1) {
      writeSync(file, `${batch.join("\n")}\n`);
      batch.length = 0;
    }
  }
  closeSync(file);
}

test("StoredSession.log: memory does not grow with the log", async () => {
  const lines = 200_000;
  const path = join(temporaryFolder(), "big");
  mkdirSync(join(path, "logs"), { recursive: true });
  writeLog(join(path, "logs", "planloop.jsonl"), lines);
  const session = new StoredSession("big", path);
  let count = 0;
  let characters = 0;
  let least = Infinity;
  let most = 0;
  for await (const batch of session.log()) {
    for (const { message } of batch) characters += message.length;
    const before = Math.floor(count / 20_000);
    count += batch.length;
    if (Math.floor(count / 20_000) > before) {
      // What is in use after a collection is what is held; what waits for one says nothing.
      (globalThis as { gc?: () => void }).gc?.();
      const used = process.memoryUsage().heapUsed;
      least = Math.min(least, used);
      most = Math.max(most, used);
    }
  }
  expect(count).toBe(lines);
  expect(characters).toBeGreaterThan(lines * 60);
  // The file has about 58 MB, its records more than 150 MB in memory.
  expect(most - least).toBeLessThan(heapGrowthBytesMax);
  expect(session.problems).toEqual([]);
});
