/**
 * A large log, from the file to the screen: what a search in the report finds is what a scan of the
 * file finds that shares no code with it. A million lines in `npm run stress`, else a tenth.
 */

import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Driver, drivers, type Visit } from "./driver.ts";

const count = process.env["PLANLOOP_STRESS"] === "1" ? 1_000_000 : 100_000;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const root = mkdtempSync(join(tmpdir(), "planloop-large-log-"));
const log = join(root, "session", "logs", "planloop.jsonl");

/** Texts that a search could get wrong, each in a line of its own now and then. */
const odd = [
  "naïve façade, ÉTÉ and été",
  "273 \u212a (Kelvin), ſhort s",
  'said "yes" \\ no / maybe',
  "tab\there, line\nbreak",
  "\u001b[31mred\u001b[0m alert",
  "日本語 text 🧭 compass",
  "</script><!-- not markup -->",
  "x".repeat(5000) + " far away",
];

/** A line of the source, and what of it is searched. */
interface Line {
  level: string;
  message: string;
  /** Message and context as a reader sees them. */
  text: string;
}

const context = (i: number) => i % 3 === 0 ? {} : { order: `o-${(i * 31) % 65_537}`, Try: i % 5 };

function message(i: number): string {
  if (i % 997 === 5) return odd[Math.floor(i / 997) % odd.length]!;
  return `Handled request ${i} for customer c-${(i * 7919) % 100_003} in ${i % 311} ms`;
}

const levelOf = (i: number) => i % 1000 === 7 ? "ERROR" : i % 97 === 3 ? "WARNING" : "INFO";

beforeAll(() => {
  mkdirSync(join(log, ".."), { recursive: true });
  const file = openSync(log, "w");
  let waiting = "";
  for (let i = 0; i < count; i++) {
    waiting += JSON.stringify({
      timestamp: new Date(1_763_453_657_000 + i * 37).toISOString(),
      level: levelOf(i),
      trace_id: `tr_${Math.floor(i / 500)}`,
      session_id: "session",
      operation: ["plan", "deliver", "review"][i % 3],
      message: message(i),
      context: context(i),
      duration_ms: null,
    }) + "\n";
    if (waiting.length > 1 << 20 || i === count - 1) {
      writeSync(file, waiting);
      waiting = "";
    }
  }
  closeSync(file);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every line of the file, in turn. */
function* sourceLines(): Generator<Line> {
  const bytes = readFileSync(log);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const { level, message, context } = JSON.parse(bytes.toString("utf8", at, end));
    const further = Object.keys(context).length > 0 ? JSON.stringify(context) : "";
    // The colours of a terminal are not text.
    // deno-lint-ignore no-control-regex
    const plain = message.replace(/\u001b\[\d*m/g, "");
    yield { level, message, text: `${plain}\u0000${further}` };
    at = end + 1;
  }
}

const wanted = [
  "REQUEST 77",
  "c-4711 ",
  "été",
  "273 k (KELVIN)",
  "short S",
  '"yes" \\ NO',
  "tab\there",
  "RED ALERT",
  "語 TEXT 🧭",
  "</SCRIPT>",
  "far away",
  '"try":4',
  '"order":"o-31"',
  "no such text anywhere",
];

interface Found {
  rows: number;
  errors: number;
  /** The first one's message; empty where there is none. */
  first: string;
}

/** What a plain scan of the file finds. */
const expected = new Map<string, Found>();
beforeAll(() => {
  const forms = wanted.map((text) =>
    [text, new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "iu")] as const
  );
  for (const [text] of forms) expected.set(text, { rows: 0, errors: 0, first: "" });
  for (const { level, message, text: searched } of sourceLines()) {
    for (const [text, form] of forms) {
      if (!form.test(searched)) continue;
      const found = expected.get(text)!;
      if (found.rows++ === 0) found.first = message;
      if (level === "ERROR") found.errors++;
    }
  }
  // The texts are there at all, and apart from each other.
  for (const [text, { rows }] of expected) {
    if (text === "no such text anywhere") expect(rows).toBe(0);
    else expect(rows, text).toBeGreaterThan(0);
  }
}, 120_000);

function report(out: string, ...more: string[]): string {
  const args = [
    cli,
    "report",
    "--session",
    join(root, "session"),
    "--out",
    join(root, out),
    ...more,
  ];
  const run = spawnSync(process.execPath, [...args, "--quiet"], { encoding: "utf8" });
  expect(run.status, run.stderr).toBe(0);
  return pathToFileURL(run.stdout.trim()).href;
}

/** How long a search of everything may take, in milliseconds. */
const timeout = 60_000;

const human = (number: number) => number.toLocaleString("en");

/** What the view says that it found, and its first row. */
const seen = (visit: Visit) =>
  visit.evaluate(() => ({
    count: document.querySelector(".toolbar-count")?.textContent ?? "",
    rows: Number(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") ?? 0) - 1,
    first: document.querySelector(".grid-body .grid-row:first-child .cell:nth-child(4)")
      ?.textContent ?? "",
  }), null);

async function expectFound(visit: Visit): Promise<void> {
  for (const [text, { rows, errors, first }] of expected) {
    const hash = `#/logs?q=${encodeURIComponent(text)}`;
    await visit.evaluate((to) => void (location.hash = to), hash);
    await expect.poll(async () => (await seen(visit)).count, { message: text, timeout })
      .toBe(`${human(rows)} of ${human(count)}`);
    expect((await seen(visit)).rows, text).toBe(rows);
    // What is odd stands there in another way: shortened, or with signs for what is not visible.
    const plain = /^Handled request \d+/.exec(first)?.[0] ?? "";
    await expect.poll(async () => (await seen(visit)).first, { message: text, timeout }).toContain(
      plain,
    );
    await visit.evaluate((to) => void (location.hash = to), `${hash}&level=ERROR`);
    await expect.poll(async () => (await seen(visit)).count, {
      message: `${text}, errors`,
      timeout,
    })
      .toBe(`${human(errors)} of ${human(count)}`);
  }
  expect(visit.faults).toEqual([]);
}

describe.each(drivers)("a large log in $name", ({ name, start }) => {
  let driver: Driver;
  beforeAll(async () => {
    driver = await start();
  });
  afterAll(() => driver?.close());

  test("a search finds what an independent scan of the file finds", async () => {
    const visit = await driver.open(`${report("one")}#/logs`);
    await expectFound(visit);
    await visit.close();
  }, 300_000);

  // Once is enough for a million lines; that Firefox reads such a folder is in split.test.ts.
  test.skipIf(name !== "Chromium")(
    "so it does where the text is in files beside the page",
    async () => {
      const visit = await driver.open(`${report("split", "--split")}#/logs`);
      await expectFound(visit);
      await visit.close();
    },
    300_000,
  );

  test("so it does without DecompressionStream, WebAssembly and Worker", async () => {
    const visit = await driver.open(`${report("one")}#/logs`, {
      before: () => {
        for (const name of ["DecompressionStream", "WebAssembly", "Worker"]) {
          Reflect.deleteProperty(globalThis, name);
        }
      },
    });
    await expectFound(visit);
    await visit.close();
  }, 300_000);
});
