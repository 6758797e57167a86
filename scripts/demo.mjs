#!/usr/bin/env node
/**
 * Sets up, builds, records the demo session and opens its report.
 *
 *     node scripts/demo.mjs [options of `planloop demo`]
 */

import { join } from "node:path";
import process from "node:process";
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import { root, run } from "./steps.mjs";

await setup();
await build();
process.exitCode = await run(
  process.execPath,
  [join(root, "dist", "cli.js"), "demo", ...process.argv.slice(2)],
);
