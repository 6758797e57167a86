import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { lineContext, longLineEvery } from "./written_line.ts";

/** `npm run stress` runs it whole, `npm test` a tenth. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";
const writers = 8;
const lines = isStress ? 10_000 : 1000;
const home = mkdtempSync(join(tmpdir(), "planloop-writers-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/writing_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

/** The log's files, oldest first. */
function logFiles(folder: string): string[] {
  const numberOf = (name: string) => Number(/\.(\d+)\.jsonl$/.exec(name)?.[1] ?? Infinity);
  return readdirSync(folder).filter((name) => /^planloop\.(\d+\.)?jsonl$/.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b)).map((name) => join(folder, name));
}

/**
 * The lines of a file, each parsed; throws on one that is torn or glued. A process that opens the
 * file while another's long line is on its way takes that for a torn one, and seals it: the newline
 * comes after the whole line.
 */
function* linesOf(file: string): Generator<Record<string, unknown>> {
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    expect(end, `${file} ends in half a line`).toBeGreaterThanOrEqual(at);
    if (end > at) yield JSON.parse(bytes.toString("utf8", at, end));
    at = end + 1;
  }
}

test.each([
  ["one file", 0],
  ["files of 2 MB", 2 * 1024 * 1024],
])(
  `${writers} processes write ${lines} lines each into %s: none lost, torn or doubled, in order`,
  async (where, logBytesMax) => {
    const began = performance.now();
    const id = `rotated-${logBytesMax}`;
    const { path } = openSession({ name: "writers", home, id });
    const children = Array.from({ length: writers }, (_, writer) => {
      return spawnChild(script, [home, id, String(writer), String(lines), String(logBytesMax)]);
    });
    for (const child of children) {
      expect(await child.exit, child.errors()).toEqual({ code: 0, signal: null });
      expect(child.errors()).toBe("");
    }
    const files = logFiles(join(path, "logs"));
    if (logBytesMax === 0) expect(files).toHaveLength(1);
    else expect(files.length).toBeGreaterThan(isStress ? 50 : 5);
    const next = new Array<number>(writers).fill(0);
    let bytesMax = 0;
    for (const file of files) {
      for (const { message, context } of linesOf(file)) {
        const { writer } = context as { writer: number };
        const count = next[writer]!++;
        // Comparing texts: a matcher for each of so many would take minutes.
        const wanted = JSON.stringify(lineContext(writer, count));
        if (JSON.stringify(context) !== wanted) expect(context).toEqual(JSON.parse(wanted));
        if (message !== `line ${count}`) expect(message).toBe(`line ${count}`);
        bytesMax = Math.max(bytesMax, wanted.length);
      }
    }
    expect(next).toEqual(new Array(writers).fill(lines));
    expect(bytesMax).toBeGreaterThan(1_000_000);

    const session = new StoredSession(id, path);
    let read = 0;
    for await (const batch of session.log()) read += batch.length;
    expect(read).toBe(writers * lines);
    expect(session.problems).toEqual([]);
    rmSync(path, { recursive: true });
    if (isStress) {
      const long = Math.ceil(lines / longLineEvery) * writers;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stderr.write(
        `writers: ${writers * lines} lines, ${long} of them of 1 MB, in ${where}: ` +
          `0 lost, ${seconds} s\n`,
      );
    }
  },
  isStress ? 600_000 : 120_000,
);
