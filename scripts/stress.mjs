#!/usr/bin/env node
/**
 * Runs the long tests whole, of which `npm test` runs a tenth: on Node, then under Deno. The last
 * line is `N passed, N failed`, over both runs.
 *
 *     node scripts/stress.mjs [--runtime node|deno] [filter …]
 *
 * A filter is part of a test file's path, as Vitest takes it. Default: every test file that reads
 * PLANLOOP_STRESS.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import { filesBelow, printCountsAtExit, root, say } from "./steps.mjs";
import { test } from "./test.mjs";

function usage(message) {
  say(`${message}\nUsage: node scripts/stress.mjs [--runtime node|deno] [filter …]`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { runtime: { type: "string" } } });
  } catch (error) {
    return usage(error.message);
  }
}

const longTests = () =>
  filesBelow(["tests"]).filter((file) =>
    /\.test\.tsx?$/.test(file) && readFileSync(join(root, file), "utf8").includes("PLANLOOP_STRESS")
  );

const { values: { runtime }, positionals } = readArguments();
if (runtime !== undefined && runtime !== "node" && runtime !== "deno") {
  usage(`Unknown runtime "${runtime}", expected node or deno.`);
}
const finish = printCountsAtExit();
await setup();
await build();
process.env["PLANLOOP_STRESS"] = "1";
const totals = await test({
  ...(runtime ? { runtimes: [runtime] } : {}),
  filters: positionals.length > 0 ? positionals : longTests(),
});
console.log(`\n${totals.notes.join("\n")}`);
finish(totals.passed, totals.failed);
