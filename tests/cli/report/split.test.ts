import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { unzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { markerFile, type ReportOptions, writeReport } from "../../../cli/report/mod.ts";
import { sideBytesMax } from "../../../cli/report/page_layout.ts";
import { wholeScope } from "../../../lib/bundle/mod.ts";
import { type Runtime, systemRuntime } from "../../../lib/runtime/mod.ts";
import { openBundle } from "../../bundle/open_bundle.ts";
import { pageText, plainApp, readPage, readSideFiles } from "../../templates/read_page.ts";
import { bigLines, bigSession } from "./big_session.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-split-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const system = systemRuntime();
const big = bigSession(join(root, "home"), "big-20251118T081417Z-ab12");
const other = bigSession(join(root, "home"), "other-20251118T081417Z-ab12", 9000);
const small = bigSession(join(root, "home"), "small-20251118T081417Z-ab12", 20);

function options(out: string, more: Partial<ReportOptions> = {}): ReportOptions {
  return { out: join(root, out), app: plainApp, runtime: system, split: true, ...more };
}

/** Every file below a folder, by its path from there: its size and digest. */
function filesBelow(folder: string): Record<string, { length: number; sha256: string }> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    entries.sort().map((path) => [path.slice(folder.length + 1), digest(readFileSync(path))]),
  );
}

function digest(bytes: Uint8Array): { length: number; sha256: string } {
  return { length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function open(file: string) {
  const page = readPage(pageText(file));
  return { page, sides: readSideFiles(dirname(file), page.sides!) };
}

const keyOf = (file: string) => open(file).page.sides!.key;

describe("writeReport with split", () => {
  test("has the whole session in a page and files beside it, each block once", async () => {
    const { file, files, bytes, sessions } = await writeReport([big], options("whole"));
    const { page, sides } = open(file);
    const bundle = openBundle(page.header, [...page.chunks, ...sides.flat()]);
    expect(bundle.records.length).toBe(bigLines);
    expect(bundle.records.at(-1)!.message).toContain("needle at the end");
    expect(page.header).toEqual(sessions[0]!.header);
    const blobs = bundle.section("errors").map(({ document }) => bundle.document(document));
    expect(blobs.length).toBe(3);
    const kinds = page.sides!.files.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["columns", "text", "documents"]));
    expect(kinds.filter((kind) => kind === "text").length).toBeGreaterThan(1);
    expect(kinds.filter((kind) => kind === "documents").length).toBeGreaterThan(1);
    const inPage = page.chunks.filter(({ kind }) => kind !== "section")
      .map((chunk) => [chunk.kind, (chunk as { index: number }).index]);
    expect(inPage).toEqual([["columns", 0], ["text", 0]]);
    const all = filesBelow(dirname(file));
    expect(Object.keys(all).sort()).toEqual(
      [
        markerFile,
        "index.html",
        ...kinds.map((_, i) => `data/${page.sides!.key}/${String(i + 1).padStart(4, "0")}.js`),
      ].sort(),
    );
    expect(files).toBe(1 + kinds.length);
    expect(bytes).toBe(
      Object.entries(all).reduce(
        (sum, [name, { length }]) => sum + (name === markerFile ? 0 : length),
        0,
      ),
    );
  });

  test("files are as the list says, and no larger than they should be", async () => {
    const { file } = await writeReport([big], options("sizes"));
    const { page, sides } = open(file);
    page.sides!.files.forEach(({ kind, first, count }, number) => {
      const chunks = sides[number]!;
      expect(chunks.map((chunk) => [chunk.kind, (chunk as { index: number }).index]))
        .toEqual(Array.from({ length: count }, (_, i) => [kind, first + i]));
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
      if (count > 1) expect(bytes).toBeLessThanOrEqual(sideBytesMax[kind]);
    });
  });

  test("a session that fits into the page is one page, under the strict policy", async () => {
    const tiny = bigSession(join(root, "tiny"), "tiny-20251118T081417Z-ab12", 5);
    rmSync(join(tiny.path, "logs", "errors"), { recursive: true });
    const { file, files } = await writeReport([tiny], options("tiny-out"));
    expect(readPage(pageText(file)).sides).toBeNull();
    expect(files).toBe(1);
    expect(readdirSync(dirname(file)).sort()).toEqual([markerFile, "index.html"]);
  });

  test("is the same, byte for byte, for the same session", async () => {
    const first = filesBelow(dirname((await writeReport([big], options("same-1"))).file));
    for (const out of ["same-2", "same-1"]) {
      expect(filesBelow(dirname((await writeReport([big], options(out))).file))).toEqual(first);
    }
  });

  test("of several sessions each has its own files, small ones a single one", async () => {
    const { file } = await writeReport([big, other, small], options("several"));
    const { page, sides } = open(file);
    expect(page.chunks).toEqual([]);
    const { sessions } = page.header as unknown as { sessions: { session: { id: string } }[] };
    expect(sessions.map(({ session }) => session.id)).toEqual([big.id, other.id, small.id]);
    const lines = [bigLines, 9000, 20];
    for (const [session, rows] of lines.entries()) {
      const own = page.sides!.files.flatMap((entry, i) => entry.session === session ? [i] : []);
      const [header, ...chunks] = own.flatMap((number) => sides[number]!);
      expect(header!.kind).toBe("header");
      const json = inflateRawSync(header!.bytes).toString("utf8");
      expect(openBundle(JSON.parse(json), chunks).records.length).toBe(rows);
      expect(page.sides!.files[own[0]!]!.kind).toBe("start");
    }
  });

  test("an archive holds the same files", async () => {
    const { file, bytes } = await writeReport([big], options("zip", { zip: true }));
    const entries = unzipSync(readFileSync(file));
    expect(statSync(file).size).toBe(bytes);
    const { [markerFile]: _, "report.zip": __, ...all } = filesBelow(dirname(file));
    expect(Object.keys(entries).sort()).toEqual(Object.keys(all).sort());
    for (const [name, content] of Object.entries(entries)) {
      expect(all[name], name).toEqual(digest(content));
    }
  });

  test("a largest size is that of all files together", async () => {
    const max = 3_000_000;
    const scope = { ...wholeScope, size_max_bytes: max };
    const { file, sessions, bytes } = await writeReport([big], options("max", { scope }));
    const all = filesBelow(dirname(file));
    const sum = Object.entries(all).reduce(
      (total, [name, { length }]) => name === markerFile ? total : total + length,
      0,
    );
    expect(sum).toBe(bytes);
    expect(bytes).toBeLessThanOrEqual(max);
    expect(sessions[0]!.header.scope!.left_out.logs).toBeGreaterThan(0);
  });
});

describe("writeReport into a folder with another report's files", () => {
  test("replaces its side files, by those of another report or by none", async () => {
    const { file } = await writeReport([big], options("replace"));
    const data = join(dirname(file), "data");
    const first = keyOf(file);
    await writeReport([other], options("replace"));
    expect(readdirSync(data)).toEqual([keyOf(file)]);
    expect(keyOf(file)).not.toBe(first);
    await writeReport([other], options("replace", { split: false }));
    expect(readdirSync(dirname(file)).sort()).toEqual([markerFile, "index.html"]);
  });

  test("never touches what planloop did not make", async () => {
    const { file } = await writeReport([big], options("mine"));
    const data = join(dirname(file), "data");
    const old = join(data, keyOf(file));
    const foreign = {
      "rows.csv": "a,b",
      "0001.js": "mine",
      "fedcba9876543210/0001.js": `planloopSide("another",0,`,
      [`${keyOf(file)}/0999.js`]: "mine",
      [`${keyOf(file)}/note.txt`]: "mine",
    };
    for (const [name, text] of Object.entries(foreign)) {
      mkdirSync(dirname(join(data, name)), { recursive: true });
      writeFileSync(join(data, name), text);
    }
    await writeReport([other], options("mine", { split: false }));
    expect(Object.keys(filesBelow(data)).sort()).toEqual(Object.keys(foreign).sort());
    expect(readdirSync(old).sort()).toEqual(["0999.js", "note.txt"]);
  });

  test("leaves a folder alone that another program made, even an empty one", async () => {
    const { file } = await writeReport([small], options("empty", { split: false }));
    mkdirSync(join(dirname(file), "data", "00000000000000ff"), { recursive: true });
    await writeReport([small], options("empty", { split: false }));
    expect(readdirSync(join(dirname(file), "data"))).toEqual(["00000000000000ff"]);
  });

  test("refuses a file or a link called data, and keeps the earlier report", async () => {
    const { file } = await writeReport([small], options("link", { split: false }));
    const before = readFileSync(file);
    const data = join(dirname(file), "data");
    mkdirSync(join(root, "elsewhere"));
    for (const make of [() => writeFileSync(data, "x"), () => symlinkSync("../elsewhere", data)]) {
      make();
      await expect(writeReport([big], options("link"))).rejects.toMatchObject({
        name: "ReportFolderError",
        message: expect.stringMatching(/Cannot write .*data: there is a (file|link) of that name/),
      });
      expect(readdirSync(dirname(file)).sort()).toEqual([markerFile, "data", "index.html"]);
      rmSync(data);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(join(root, "elsewhere"))).toEqual([]);
  });

  test("refuses to write over a file that is not a report's", async () => {
    const { file } = await writeReport([big], options("over"));
    const [name] = Object.keys(filesBelow(dirname(file))).filter((path) => path.endsWith("02.js"));
    writeFileSync(join(dirname(file), name!), "mine");
    await expect(writeReport([big], options("over"))).rejects.toThrow(
      "there is something that planloop did not make of that name",
    );
    expect(readFileSync(join(dirname(file), name!), "utf8")).toBe("mine");
  });

  test("puts back files that were lost", async () => {
    const { file } = await writeReport([big], options("lost"));
    const before = filesBelow(dirname(file));
    rmSync(join(dirname(file), "data"), { recursive: true });
    await writeReport([big], options("lost"));
    expect(filesBelow(dirname(file))).toEqual(before);
  });
});

describe("writeReport with split when it fails", () => {
  /** A disk that is full after so many bytes, or a system that refuses some renaming. */
  function failing(
    { bytesMax = Infinity, renames = Infinity }: { bytesMax?: number; renames?: number },
  ): Runtime {
    let left = bytesMax;
    let renamed = 0;
    const full = () => Object.assign(new Error("no space"), { code: "ENOSPC" });
    const { files } = system;
    return {
      ...system,
      files: {
        ...files,
        openAppend: (path) => {
          const file = files.openAppend(path);
          return {
            write(data: string | Uint8Array) {
              if ((left -= data.length) < 0) throw full();
              file.write(data);
            },
            size: () => file.size(),
            isAt: (path) => file.isAt(path),
            isRemoved: () => file.isRemoved(),
            lastByte: () => file.lastByte(),
            close: () => file.close(),
          };
        },
        rename: (from, to) => {
          if (renamed++ >= renames) throw full();
          files.rename(from, to);
        },
      },
    };
  }

  const faults = [
    { bytesMax: 1_000_000 },
    // The spool is full by then: this is among the side files, and in the page.
    { bytesMax: 5_000_000 },
    { bytesMax: 8_500_000 },
    // The files get to their places: none of them, some, all but the page.
    { renames: 0 },
    { renames: 2 },
  ];

  test.each(faults)("leaves no trace: %o", async (fault) => {
    const out = options(`full/${JSON.stringify(fault).replaceAll('"', "")}/deep`, {
      runtime: failing(fault),
    });
    await expect(writeReport([big], out)).rejects.toMatchObject({
      name: "ReportFolderError",
      message: expect.stringContaining("the disk is full (ENOSPC). Nothing of it was left behind."),
    });
    expect(existsSync(dirname(out.out))).toBe(false);
  });

  test("keeps the earlier report, page and files, wherever it fails", async () => {
    const { file, files } = await writeReport([other], options("keep"));
    const before = filesBelow(dirname(file));
    const { files: needed } = await writeReport([big], options("needed"));
    expect([files, needed].every((count) => count > 4)).toBe(true);
    for (const fault of [...faults, { renames: needed - 1 }]) {
      await expect(writeReport([big], options("keep", { runtime: failing(fault) })))
        .rejects.toThrow("the disk is full");
      expect(filesBelow(dirname(file))).toEqual(before);
    }
  }, 60_000);

  test("a stop while side files are written leaves nothing", async () => {
    const stop = new AbortController();
    const writing = writeReport(
      [big],
      options("stop", {
        signal: stop.signal,
        onProgress: ({ stage, fraction }) => {
          if (stage === "page" && fraction > 0.9) stop.abort(new Error("stopped"));
        },
      }),
    );
    await expect(writing).rejects.toThrow("stopped");
    expect(existsSync(join(root, "stop"))).toBe(false);
  });
});
