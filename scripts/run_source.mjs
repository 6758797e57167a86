#!/usr/bin/env node
/**
 * Runs planloop from this working copy's sources, as they are at this moment. `planloop dev on`
 * puts this in the place of the installed planloop.
 *
 *     node scripts/run_source.mjs [planloop's arguments]
 *     deno run -A scripts/run_source.mjs [planloop's arguments]
 *
 * Node 20 runs no TypeScript: there `source_hooks.mjs` takes the types out of each file as it is
 * loaded. What no runtime can run as it is, the report's app, is built when its sources have
 * changed: on Node when a command asks for it, under Deno before the start.
 */

import { existsSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { renewApp } from "./renew_app.mjs";
import { fail, root } from "./steps.mjs";

/** What needs no report, and so no app: first arguments. */
const withoutApp = [undefined, "-V", "--version", "-h", "--help", "help", "dev", "sessions"];

if (!existsSync(join(root, "node_modules", "vite"))) {
  fail(
    `Cannot run planloop from its source: ${root} has no dependencies installed. Run npm ci there, ` +
      "or put the installed planloop back: planloop dev restore.",
  );
}
if ("Deno" in globalThis) {
  if (!withoutApp.includes(process.argv[2])) renewApp();
} else {
  process.setSourceMapsEnabled(true);
  register("./source_hooks.mjs", import.meta.url);
}
try {
  await import("../cli.ts");
} catch (error) {
  fail(
    `Cannot run planloop from the source in ${root}: ${error?.message ?? error}\n` +
      "Mend it, or bring the installed planloop back: planloop dev restore.",
  );
}
