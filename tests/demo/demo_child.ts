/**
 * The demo as a program of its own: it starts itself again for its workers, as the CLI does.
 *
 * @module
 */

import process from "node:process";
import { runDemo, runDemoWorker, selfSpawner } from "../../demo/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";

const runtime = systemRuntime();
const [script, command, flag, json] = process.argv.slice(1);
if (command === "demo" && flag === "--worker") {
  await runDemoWorker(json!, runtime);
} else {
  const spawnWorker = selfSpawner(script!, runtime);
  const result = await runDemo({
    home: command!,
    runtime,
    spawnWorker,
    out: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
