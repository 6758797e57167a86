#!/usr/bin/env node
/**
 * The one gate. Runs everything that must hold before a change is merged, to the end even where a
 * step fails, and prints `N passed, N failed` last: the tests, and one for each other step.
 *
 *     node scripts/ok.mjs
 *
 * The tests hold more than behaviour: import directions and orphan files (tests/tidy.test.ts),
 * schemas and spec against the types (tests/format), and the npm and JSR packages (tests/package).
 */

import process from "node:process";
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import { denoPath, filesBelow, packageScript, printCountsAtExit, run, say } from "./steps.mjs";
import { test } from "./test.mjs";

const entries = () => [
  "cli.ts",
  ...filesBelow(["lib", "demo"]).filter((file) => file.endsWith("/mod.ts")),
];

const steps = [
  ["format", () => run(denoPath, ["fmt", "--check", "--quiet"])],
  ["lint", () => run(denoPath, ["lint", "--quiet"])],
  ["types (TypeScript)", () => run(process.execPath, [packageScript("typescript/bin/tsc")])],
  ["types (Deno)", () => run(denoPath, ["check", "--quiet", ...entries()])],
];

const finish = printCountsAtExit();
await setup();
await build();
const failed = [];
for (const [name, step] of steps) {
  const start = performance.now();
  const code = await step();
  if (code !== 0) failed.push(name);
  say(
    `${code === 0 ? "ok  " : "FAIL"} ${name} (${
      ((performance.now() - start) / 1000).toFixed(1)
    } s)`,
  );
}
const totals = await test();
for (const name of failed) say(`FAIL ${name}`);
console.log(`\n${totals.notes.join("\n")}`);
finish(totals.passed + steps.length - failed.length, totals.failed + failed.length);
