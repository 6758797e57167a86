#!/usr/bin/env node
/**
 * Sets up, builds, and runs every test: on Node (the browser tests included), then the same suites
 * under Deno. The last line is `N passed, N failed`, over both runs.
 *
 *     node scripts/test.mjs [--runtime node|deno] [--no-build] [filter …]
 *
 * A filter is part of a test file's path, as Vitest takes it.
 */

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { findBrowser, installBrowser } from "./browser.mjs";
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import {
  cacheFolder,
  denoPath,
  filesBelow,
  isMain,
  packageScript,
  printCountsAtExit,
  root,
  run,
  say,
} from "./steps.mjs";
import { failuresOf, failureText, summarise, withSecondRun } from "./test_report.mjs";

/** Files with failures that are run once more; where more fail, it is not chance. */
const secondRunFilesMax = 5;

const browserModule = /["'](?:playwright-core|puppeteer-core)["']/;
const relativeImport = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

/**
 * Runs the tests and resolves with `{ passed, failed, notes }`. A run that ends badly without a
 * failing test, or that executes no test, counts as one failure.
 */
export async function test({ runtimes = ["node", "deno"], filters = [] } = {}) {
  const notes = [];
  const browserTests = testsWithBrowser();
  const browser = findBrowser() ?? await installBrowser();
  if (!browser && browserTests.length > 0) {
    notes.push(
      `NOT RUN: ${browserTests.length} browser test files, since no Chrome, Chromium or Edge was ` +
        "found. Install one, or set CHROME_PATH to its program, and run this again.",
    );
  }
  const totals = { passed: 0, failed: 0, notes };
  for (const runtime of runtimes) {
    const excluded = runtime === "deno" || !browser ? browserTests : [];
    say(`\nTests on ${runtime === "node" ? `Node ${process.versions.node}` : "Deno"}`);
    const result = await runSuite(runtime, filters, excluded, browser);
    totals.passed += result.passed;
    totals.failed += result.failed;
    notes.push(
      `${runtime}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`,
    );
    notes.push(...result.notes.map((note) => `${runtime}: ${note}`));
  }
  return totals;
}

/**
 * Runs one suite. Files in which something failed are run once more, by themselves, unless they are
 * many: what passes then is counted as passed and named as unsteady.
 */
async function runSuite(runtime, filters, excluded, browser) {
  const first = await runVitest(runtime, [
    ...excluded.map((file) => `--exclude=${file}`),
    ...filters,
  ], browser);
  if (!first.report) {
    const note = `ended with code ${first.code} and left no report`;
    return { passed: 0, failed: 1, skipped: 0, notes: [note] };
  }
  let { report, code } = first;
  const failures = failuresOf(report);
  const files = [...new Set(failures.map(({ file }) => file))];
  if (files.length > 0 && files.length <= secondRunFilesMax) {
    say(`\nOnce more, by themselves: ${files.join(", ")}`);
    const second = await runVitest(runtime, ["--no-file-parallelism", ...files], browser);
    if (second.report) {
      report = withSecondRun(report, second.report);
      code = second.code;
    }
  }
  const left = failuresOf(report);
  const isLeft = ({ file, test }) => left.some((one) => one.file === file && one.test === test);
  const { note, ...counts } = summarise(report, code);
  return {
    ...counts,
    notes: [
      ...(note ? [note] : []),
      ...failures.filter((failure) => !isLeft(failure))
        .map((failure) => failureText("UNSTEADY, passed when run once more:", failure)),
      ...left.map((failure) => failureText("FAILED", failure)),
    ],
  };
}

/** Runs Vitest: `{ code, report }`, its JSON report, if it left one. */
async function runVitest(runtime, further, browser) {
  const path = join(cacheFolder, `tests-${runtime}-${process.pid}.json`);
  mkdirSync(cacheFolder, { recursive: true });
  rmSync(path, { force: true });
  const options = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${path}`,
    ...further,
  ];
  const [command, args] = runtime === "node"
    ? [process.execPath, [packageScript("vitest/vitest.mjs"), ...options]]
    : [denoPath, ["run", "-A", "npm:vitest", ...options]];
  const code = await run(command, args, { env: browser ? { CHROME_PATH: browser } : {} });
  if (!existsSync(path)) return { code };
  const report = JSON.parse(readFileSync(path, "utf8"));
  rmSync(path);
  return { code, report };
}

/** Test files that drive a browser, themselves or through a helper that they import. */
function testsWithBrowser() {
  const known = new Map();
  const drives = (file) => {
    if (known.has(file)) return known.get(file);
    known.set(file, false);
    const path = join(root, file);
    if (!file.startsWith("tests/") || !existsSync(path)) return false;
    const source = readFileSync(path, "utf8");
    const answer = browserModule.test(source) ||
      [...source.matchAll(relativeImport)].some(([, target]) =>
        drives(join(dirname(file), target).replaceAll("\\", "/"))
      );
    known.set(file, answer);
    return answer;
  };
  return filesBelow(["tests"]).filter((file) => /\.test\.tsx?$/.test(file) && drives(file));
}

function usage(message) {
  say(`${message}\nUsage: node scripts/test.mjs [--runtime node|deno] [--no-build] [filter …]`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { runtime: { type: "string" }, "no-build": { type: "boolean" } },
    });
  } catch (error) {
    return usage(error.message);
  }
}

if (isMain(import.meta)) {
  const { values, positionals: filters } = readArguments();
  const { runtime } = values;
  if (runtime !== undefined && runtime !== "node" && runtime !== "deno") {
    usage(`Unknown runtime "${runtime}", expected node or deno.`);
  }
  const finish = printCountsAtExit();
  await setup();
  if (!values["no-build"]) await build();
  const totals = await test({ ...(runtime ? { runtimes: [runtime] } : {}), filters });
  console.log(`\n${totals.notes.join("\n")}`);
  finish(totals.passed, totals.failed);
}
