import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { unzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { markerFile, ReportScopeError, writeReport } from "../../../cli/report/mod.ts";
import { byteSize } from "../../../cli/option_value.ts";
import { wholeScope } from "../../../lib/bundle/mod.ts";
import { systemRuntime } from "../../../lib/runtime/mod.ts";
import { openHome } from "../../../lib/store/mod.ts";
import { openBundle } from "../../bundle/open_bundle.ts";
import { pageText, plainApp, readPage } from "../../templates/read_page.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-max-size-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const id = "big-20251118T081417Z-ab12";
const lineCount = 6000;

/** Text that hardly compresses, the same each time. */
function noise(seed: number): string {
  let state = seed * 2654435761 >>> 0;
  return Array.from({ length: 24 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state.toString(36);
  }).join("");
}

/** 6,000 lines in 60 traces; the tenth holds an error, and a few lines outside are warnings. */
function session(name: string) {
  const folder = join(root, name, "sessions", id, "logs");
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: lineCount }, (_, i) => ({
    timestamp: new Date(1_763_453_657_000 + i * 100).toISOString(),
    level: i === 1050 ? "ERROR" : i % 1000 === 7 ? "WARNING" : "INFO",
    trace_id: i % 4 === 3 ? null : `tr_${Math.floor(i / 100)}`,
    session_id: id,
    operation: "work",
    message: noise(i),
    context: {},
    duration_ms: null,
  }));
  writeFileSync(
    join(folder, "planloop.jsonl"),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  return openHome(join(root, name)).findSession(id);
}

function write(name: string, bytesMax: number | null) {
  return writeReport([session(name)], {
    out: join(root, `${name}-out`),
    app: plainApp,
    runtime: systemRuntime(),
    scope: { ...wholeScope, size_max_bytes: bytesMax },
  });
}

function shown(file: string) {
  const page = readPage(pageText(file));
  return { header: page.header, records: openBundle(page.header, page.chunks).records };
}

describe("writeReport with a largest size", () => {
  test("a report that fits is whole, and says nothing of a limit", async () => {
    const { file, sessions } = await write("fits", 100_000_000);
    expect(sessions[0]!.header.scope).toBeNull();
    expect(shown(file).records.length).toBe(lineCount);
  });

  test.each([300_000, 120_000])(
    "at most %i bytes: what went wrong, whole traces, last lines",
    async (max) => {
      const { file, bytes } = await write(`limit-${max}`, max);
      expect(bytes).toBeLessThanOrEqual(max);
      expect(bytes).toBeGreaterThan(max / 2);
      const { header, records } = shown(file);
      expect(header.scope).toMatchObject({ size_max_bytes: max });
      expect(header.scope!.left_out.logs).toBe(lineCount - records.length);
      const levels = (level: string) => records.filter((record) => record.level === level).length;
      expect([levels("ERROR"), levels("WARNING")]).toEqual([1, lineCount / 1000]);
      const ofTrace = (trace: string) =>
        records.filter((record) => record.trace_id === trace && record.level === "INFO").length;
      // The trace in which something failed is there, whole; so is the last one.
      expect(ofTrace("tr_10")).toBe(74);
      expect(ofTrace("tr_59")).toBe(75);
      expect(ofTrace("tr_0")).toBe(0);
      expect(pageText(file)).toContain("what fits into");
    },
  );

  test("a limit below what went wrong is refused, and leaves nothing behind", async () => {
    const writing = write("tiny", 2_000);
    await expect(writing).rejects.toThrow(ReportScopeError);
    await expect(writing).rejects.toThrow(/at most 2\.0 KB.*Name a larger --max-size/s);
    expect(existsSync(join(root, "tiny-out"))).toBe(false);
  });

  test("only the page is left in the folder", async () => {
    const { file } = await write("clean", 200_000);
    expect(readdirSync(join(file, "..")).sort()).toEqual([markerFile, "index.html"]);
  });
});

describe("writeReport as an archive", () => {
  const zipped = (name: string, out: string, bytesMax: number | null = null) =>
    writeReport([session(name)], {
      out: join(root, out),
      app: plainApp,
      runtime: systemRuntime(),
      zip: true,
      scope: { ...wholeScope, size_max_bytes: bytesMax },
    });

  test("holds the page, is smaller, and is the same for the same session", async () => {
    const { file, bytes } = await zipped("zip", "zip-out");
    const archive = readFileSync(file);
    expect(archive.length).toBe(bytes);
    const page = readFileSync(join(file, "..", "index.html"));
    const entries = unzipSync(archive);
    expect(Object.keys(entries)).toEqual(["index.html"]);
    expect(Buffer.from(entries["index.html"]!).equals(page)).toBe(true);
    expect(bytes).toBeLessThan(0.95 * page.length);
    const again = await zipped("zip", "zip-again");
    expect(readFileSync(again.file).equals(archive)).toBe(true);
  });

  test("a largest size is the archive's", async () => {
    const { file, bytes } = await zipped("zip-max", "zip-max-out", 200_000);
    expect(bytes).toBeLessThanOrEqual(200_000);
    expect(readFileSync(join(file, "..", "index.html")).length).toBeGreaterThan(200_000);
  });

  test("the next report without one takes the old archive away", async () => {
    const { file } = await zipped("zip-then", "zip-then-out");
    await writeReport([session("zip-then")], {
      out: join(root, "zip-then-out"),
      app: plainApp,
      runtime: systemRuntime(),
    });
    expect(readdirSync(join(file, "..")).sort()).toEqual([markerFile, "index.html"]);
  });
});

describe("byteSize", () => {
  test.each([
    ["10MB", 10_000_000],
    ["1.5 kb", 1500],
    ["25mb", 25_000_000],
    ["2GB", 2_000_000_000],
    ["400k", 400_000],
    ["10M", 10_000_000],
    ["1g", 1_000_000_000],
    ["500000B", 500_000],
    ["4KiB", 4096],
    ["1.5mi", 1_572_864],
    ["1Gib", 1_073_741_824],
  ])("%s", (text, bytes) => expect(byteSize(text)).toBe(bytes));
  test.each(["", "10", "0MB", "-1MB", "MB", "10TB", "1e3KB", "1bb", "1ib"])(
    "%j is refused",
    (text) => {
      expect(() => byteSize(text)).toThrow("Expected a size with its unit");
    },
  );
});
