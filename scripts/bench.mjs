#!/usr/bin/env node
/**
 * Measures one area against its goals; the one way to measure anything here.
 *
 *     node scripts/bench.mjs <area> [--quick] [--json]
 *     node scripts/bench.mjs report [--quick] [--json | --markdown]
 *
 * Exits with 1 when a goal is missed. With --json, prints one line a goal:
 * {"goal","value","bar","met"}; with --markdown, tables for docs/performance.md.
 */

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import { cacheFolder, root, run, say } from "./steps.mjs";

const areas = readdirSync(join(root, "bench"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, "bench", entry.name, "main.ts")))
  .map((entry) => entry.name);
const options = process.argv.slice(2).filter((argument) => argument.startsWith("-"));
const [area, ...rest] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const known = ["--quick", "--json", ...(area === "report" ? ["--markdown"] : [])];
const unknown = options.find((option) => !known.includes(option));

if (area === undefined || rest.length > 0 || unknown || !areas.includes(area)) {
  if (unknown) say(`Unknown option ${unknown}.`);
  else if (area !== undefined && !areas.includes(area)) say(`Unknown area "${area}".`);
  say(
    `Usage: node scripts/bench.mjs <${areas.join("|")}> [--quick] [--json]; report: [--markdown]`,
  );
  process.exit(2);
}

await setup();
await build();

/** What others made is used as it is installed: bundling would change it. */
const peers = [
  "@opentelemetry/api",
  "@opentelemetry/context-async-hooks",
  "@opentelemetry/sdk-trace-base",
  "@sentry/node-core",
  "pino",
  "playwright-core",
  "proper-lockfile",
  "puppeteer-core",
  "vite",
];

/** Bundled, because Node 20 cannot run TypeScript, and what is measured is what ships. */
const folder = join(cacheFolder, "bench", area);
mkdirSync(folder, { recursive: true });
const vite = await import("vite");
await vite.build({
  configFile: false,
  root,
  logLevel: "warn",
  ssr: { noExternal: true, external: peers },
  build: {
    ssr: `bench/${area}/main.ts`,
    outDir: folder,
    emptyOutDir: true,
    copyPublicDir: false,
    target: "node20",
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: "main.mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
process.exitCode = await run(process.execPath, [join(folder, "main.mjs"), ...options]);
