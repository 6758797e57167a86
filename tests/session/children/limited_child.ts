/**
 * Writes lines until the system takes no more, makes room, and writes on.
 *
 * Arguments: `size` (the log has reached the system's limit for a file) or `handles` (no file can be
 * opened any more); the home.
 *
 * @module
 */

import { closeSync, openSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [kind, home = ""] = process.argv.slice(2);
const session = openSession({ name: "limited", id: "limited", home, recordLlm: true });
const log = join(session.path, "logs/planloop.jsonl");
const opened: number[] = [];

function takeHandles(): void {
  try {
    for (;;) opened.push(openSync("/dev/null", "r"));
  } catch {
    // None is left.
  }
}

function writeLines(): void {
  for (let line = 0; line < 100; line += 1) session.info(`line ${line}`, { pad: "x".repeat(100) });
}

if (kind === "size") {
  writeLines();
  // Leaves half a line at the end, as the system's limit did.
  const bytes = readFileSync(log);
  truncateSync(log, bytes.lastIndexOf(10, bytes.length / 2) + 20);
} else {
  takeHandles();
  writeLines();
  session.trace("work", () => session.span("step", () => {}));
  session.captureError(new Error("not written"));
  session.recordLlmCall({ provider: "openai", model: "m", request: {}, response: "x" });
  for (const handle of opened) closeSync(handle);
  // A file that cannot be opened is not tried again at once.
  await new Promise((resolve) => setTimeout(resolve, 1100));
}
session.info("room again");
session.close();
console.log("done");
