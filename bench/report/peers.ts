/**
 * Others' reports of the same items: Playwright's and Vitest's, each written by its own program.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import process from "node:process";
import { zipSync } from "fflate";
import { fileName, type Item } from "./items.ts";

/** The programs, and where their reports show what. */
export const peers = {
  "Playwright": { rows: ".test-file-test", search: "input[name=q]", make: playwrightReport },
  "Vitest": {
    rows: "[data-testid=explorer-item]",
    search: "input[placeholder^=Search]",
    make: vitestReport,
  },
} as const;

/** Who is compared. */
export type PeerName = keyof typeof peers;

/**
 * A folder in which programs find the project's packages, as in a project of their own.
 *
 * @returns The folder, which is created.
 */
function projectIn(folder: string): string {
  mkdirSync(folder, { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

function runPackage(folder: string, script: string, args: readonly string[]): void {
  const path = resolve("node_modules", script);
  const { stderr, stdout } = spawnSync(process.execPath, [path, ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, CI: "1", PLAYWRIGHT_HTML_OPEN: "never" },
  });
  try {
    statSync(join(folder, "out", "index.html"));
  } catch {
    throw new Error(`${script} wrote no report: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  }
}

/**
 * Playwright's, merged from a blob report: the form in which its runs hand their outcomes on. It
 * has neither steps nor attachments nor snippets, which a run would add.
 *
 * @returns Path of the page.
 */
function playwrightReport(folder: string, items: readonly Item[]): string {
  projectIn(folder);
  mkdirSync(join(folder, "blob"));
  const events = playwrightEvents(items).map((event) => `${JSON.stringify(event)}\n`).join("");
  writeFileSync(
    join(folder, "blob", "report.zip"),
    zipSync({ "report.jsonl": new TextEncoder().encode(events) }),
  );
  writeFileSync(
    join(folder, "merge.config.mjs"),
    'export default { testDir: ".", reporter: [["html", { outputFolder: "out" }]] };\n',
  );
  runPackage(folder, "@playwright/test/cli.js", [
    "merge-reports",
    "-c",
    "merge.config.mjs",
    "blob",
  ]);
  return join(folder, "out", "index.html");
}

function playwrightEvents(items: readonly Item[]): unknown[] {
  const id = (text: string) => createHash("sha1").update(text).digest("hex").slice(0, 20);
  const testId = ({ file, title }: Item) => `${id(fileName(file))}-${id(title)}`;
  const files = new Map<number, Item[]>();
  for (const item of items) files.set(item.file, [...files.get(item.file) ?? [], item]);
  const suites = [...files].map(([file, own]) => ({
    title: fileName(file),
    location: { file: fileName(file), line: 0, column: 0 },
    entries: own.map((item, i) => ({
      testId: testId(item),
      title: item.title,
      location: { file: fileName(file), line: 3 * i + 3, column: 3 },
      retries: 0,
      tags: [],
      repeatEachIndex: 0,
      annotations: [],
    })),
  }));
  const start = 1_763_453_657_000;
  let startTime = start;
  const outcomes = items.flatMap((item) => {
    const result = { id: id(`result ${item.title}`), retry: 0 };
    const place = { workerIndex: 0, parallelIndex: 0, startTime: startTime += item.duration_ms };
    const outcome = {
      ...result,
      duration: item.duration_ms,
      status: item.error ? "failed" : "passed",
      errors: item.error ? [item.error] : [],
    };
    const test = {
      testId: testId(item),
      expectedStatus: "passed",
      timeout: 30_000,
      annotations: [],
    };
    return [
      { method: "onTestBegin", params: { testId: test.testId, result: { ...result, ...place } } },
      { method: "onTestEnd", params: { test, result: outcome } },
    ];
  });
  return [
    {
      method: "onBlobReportMetadata",
      params: { version: 2, userAgent: "bench", pathSeparator: "/" },
    },
    { method: "onConfigure", params: { config: playwrightConfig } },
    { method: "onProject", params: { project: { ...playwrightProject, suites } } },
    { method: "onBegin" },
    ...outcomes,
    {
      method: "onEnd",
      params: { result: { status: "failed", startTime: start, duration: startTime - start } },
    },
  ];
}

const playwrightConfig = {
  globalTimeout: 0,
  maxFailures: 0,
  metadata: {},
  rootDir: "/project",
  shard: null,
  version: "1",
  workers: 1,
  globalSetup: null,
  globalTeardown: null,
  tags: [],
  webServer: null,
};

const playwrightProject = {
  metadata: {},
  name: "",
  outputDir: "out",
  repeatEach: 1,
  retries: 0,
  testDir: "",
  testIgnore: [],
  testMatch: [],
  timeout: 30_000,
  grep: [{ r: { source: ".*", flags: "" } }],
  grepInvert: [],
  dependencies: [],
  snapshotDir: "",
  use: {},
};

/**
 * Vitest's, from a run of as many tests, which pass or throw at once: their durations are those of
 * the run.
 *
 * @returns Path of the page.
 */
function vitestReport(folder: string, items: readonly Item[]): string {
  projectIn(folder);
  mkdirSync(join(folder, "src"));
  const files = new Map<number, Item[]>();
  for (const item of items) files.set(item.file, [...files.get(item.file) ?? [], item]);
  for (const [file, own] of files) {
    writeFileSync(
      join(folder, fileName(file)),
      `import { test } from "vitest";\nconst items = ${
        JSON.stringify(own.map(({ title, error }) => [title, error]))
      };\nfor (const [title, error] of items) test(title, () => {\n` +
        "  if (!error) return;\n  throw Object.assign(new TypeError(" +
        'error.message.replace("TypeError: ", "")), { stack: error.stack });\n});\n',
    );
  }
  const config = {
    test: {
      include: ["src/*.test.ts"],
      reporters: [["html", { outputFile: "out/index.html" }]],
      isolate: false,
    },
  };
  writeFileSync(join(folder, "vitest.config.mjs"), `export default ${JSON.stringify(config)};\n`);
  runPackage(folder, "vitest/vitest.mjs", ["run"]);
  return join(folder, "out", "index.html");
}

/** All bytes of a report: its page, and what is in the page's folder. */
export function reportBytes(page: string): number {
  const options = { recursive: true, withFileTypes: true } as const;
  return readdirSync(resolve(page, ".."), options)
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Serves a folder on this machine: for a report that does not open from a file. */
export async function serve(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    try {
      const path = join(folder, new URL(request.url!, "http://localhost").pathname);
      const body = readFileSync(path);
      const type = types[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/index.html`, server };
}
