import { createHash } from "node:crypto";
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
import { dirname, join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers";
import { afterAll, describe, expect, test } from "vitest";
import {
  markerFile,
  type ReadSession,
  ReportFolderError,
  type ReportOptions,
  type ReportProgress,
  writeReport,
} from "../../../cli/report/mod.ts";
import { type Runtime, systemRuntime } from "../../../lib/runtime/mod.ts";
import { openHome, type StoredSession } from "../../../lib/store/mod.ts";
import { errorReport, llmCall, span, trace } from "../../analyse/records.ts";
import { openBundle } from "../../bundle/open_bundle.ts";
import { pageText, plainApp, readPage } from "../../templates/read_page.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-report-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const id = "demo-20251118T081417Z-ab12";
const secret = "sk-ant-api03-" + "Abc123Def456".repeat(4);

/** Writes a session of some log lines and a record of each kind; `home` is its own folder. */
function makeSession(home: string, lines = 120): StoredSession {
  const folder = join(root, home, "sessions", id);
  const write = (file: string, content: string | object) => {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  };
  const log = Array.from({ length: lines }, (_, i) => ({
    timestamp: new Date(1_763_453_657_000 + i * 250).toISOString(),
    level: i % 50 === 49 ? "ERROR" : "INFO",
    trace_id: i % 3 === 0 ? "tr_1" : null,
    session_id: id,
    operation: "update",
    message: i === 7 ? `key ${secret} </script><b>` : `Task ${i} → done ${"x".repeat(i % 400)}`,
    context: { i },
    duration_ms: i % 2 === 0 ? i / 4 : null,
  }));
  write("logs/planloop.jsonl", log.map((line) => `${JSON.stringify(line)}\n`).join("") + '{"ti');
  write("logs/traces/tr_1.json", trace([span("s1", null, 0, 50)]));
  write("logs/llm_transcripts/tr_1_llm.json", llmCall());
  write("logs/errors/tr_1_error.json", errorReport());
  write("state.json", "{");
  return openHome(join(root, home)).findSession(id);
}

const system = systemRuntime();

function options(out: string, more: Partial<ReportOptions> = {}): ReportOptions {
  return { out: join(root, out), app: plainApp, runtime: system, ...more };
}

/** The real machine with another way to open files for appending. */
function withOpenAppend(openAppend: Runtime["files"]["openAppend"]): Runtime {
  return { ...system, files: { ...system.files, openAppend } };
}

describe("writeReport", () => {
  test("writes one page that holds the whole session, and nothing else but the marker", async () => {
    const session = makeSession("whole");
    const report = await writeReport([session], options("whole-out"));
    const [{ header, problems }] = report.sessions as [ReadSession];
    expect(readdirSync(join(root, "whole-out")).sort()).toEqual([markerFile, "index.html"]);
    expect(report.file).toBe(join(root, "whole-out", "index.html"));
    const text = pageText(report.file);
    expect(report.bytes).toBe(readFileSync(report.file).length);
    const page = readPage(text);
    const open = openBundle(page.header, page.chunks);
    expect(open.records.length).toBe(120);
    expect(header.counts).toEqual(page.header.counts);
    expect(header.counts).toMatchObject({ logs: 120, traces: 1, llm_calls: 1, errors: 1 });
    expect(problems.map(({ file }) => file)).toContain("state.json");
    expect(open.section("problems")).toEqual(problems);
    expect(page.static).toContain("Task 3 → done");
    expect(page.chunks.map(({ kind }) => kind)).toEqual([
      ...Array<string>(11).fill("section"),
      "columns",
      "text",
      "documents",
    ]);
    const input = open.section("inputs").find(({ file }) => file === "logs/planloop.jsonl")!;
    const bytes = readFileSync(join(session.path, input.file));
    expect(input.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(input.bytes).toBe(bytes.length);
  });

  test("keeps secrets out, unless told otherwise", async () => {
    const session = makeSession("secret");
    const inflated = async (out: string, redact: boolean) => {
      const { file } = await writeReport([session], options(out, { redact }));
      const page = readPage(pageText(file));
      return { page, text: openBundle(page.header, page.chunks).text };
    };
    const clean = await inflated("secret-clean", true);
    expect(clean.text).not.toContain(secret.slice(13, 40));
    expect(clean.page.static).not.toContain(secret.slice(13, 40));
    expect(clean.page.header.redaction.enabled).toBe(true);
    expect(Object.keys(clean.page.header.redaction.replaced).length).toBe(1);
    const plain = await inflated("secret-plain", false);
    expect(plain.text).toContain(secret);
    expect(plain.page.header.redaction).toEqual({ enabled: false, replaced: {} });
  });

  test("is the same, byte for byte, for the same session, and takes a title", async () => {
    const pages = [];
    for (const out of ["same-1", "same-2", "same-1"]) {
      const { file } = await writeReport([makeSession("same")], options(out));
      pages.push(pageText(file));
    }
    expect(pages[0] === pages[1]).toBe(true);
    expect(pages[0] === pages[2]).toBe(true);
    const titled = options("same-1", { title: "Ticket <42>" });
    const { file } = await writeReport([makeSession("same")], titled);
    expect(readPage(pageText(file)).title).toBe("Ticket &lt;42&gt;");
  });

  test("uses the app that the build made, or says how to make it", async () => {
    const { app: _, ...built } = options("built-out");
    const isBuilt = existsSync(new URL("../../../templates/generated/app.ts", import.meta.url));
    const writing = writeReport([makeSession("built")], built);
    if (!isBuilt) {
      await expect(writing).rejects.toThrow('Run "npm run build"');
      expect(existsSync(join(root, "built-out"))).toBe(false);
      return;
    }
    const text = pageText((await writing).file);
    expect(text).toContain("Content-Security-Policy");
    expect(text).toContain('data-kind="end"');
    expect(text).not.toContain("<!--planloop:");
  });

  test("reports progress up to 1 that never goes back", async () => {
    const seen: ReportProgress[] = [];
    const onProgress = (progress: ReportProgress) => void seen.push(progress);
    await writeReport([makeSession("progress")], options("progress-out", { onProgress }));
    expect(seen.at(-1)).toEqual({ stage: "page", fraction: 1, rows: 120 });
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i]!.fraction).toBeGreaterThanOrEqual(seen[i - 1]!.fraction);
    }
    expect(new Set(seen.map(({ stage }) => stage))).toEqual(new Set(["log", "records", "page"]));
  });
});

describe("writeReport into a folder", () => {
  test("refuses a file, and a folder that it did not make", async () => {
    const session = makeSession("refuse");
    writeFileSync(join(root, "a-file"), "mine");
    await expect(writeReport([session], options("a-file"))).rejects.toThrow("it is a file");
    await expect(writeReport([session], options("a-file/below"))).rejects.toThrow(
      ReportFolderError,
    );
    mkdirSync(join(root, "mine"));
    writeFileSync(join(root, "mine", "index.html"), "mine");
    const refused = writeReport([session], options("mine"));
    await expect(refused).rejects.toThrow(
      `Cannot write a report to ${join(root, "mine")}: the folder was not made by planloop and ` +
        'holds other things, such as "index.html"',
    );
    await expect(refused).rejects.toBeInstanceOf(ReportFolderError);
    expect(readdirSync(join(root, "mine"))).toEqual(["index.html"]);
    expect(readFileSync(join(root, "a-file"), "utf8")).toBe("mine");
  });

  test("takes an empty folder, and one that it made, whatever was added there", async () => {
    mkdirSync(join(root, "empty"));
    await writeReport([makeSession("into")], options("empty"));
    writeFileSync(join(root, "empty", "note.txt"), "mine");
    await writeReport([makeSession("into")], options("empty"));
    expect(readdirSync(join(root, "empty")).sort()).toEqual([markerFile, "index.html", "note.txt"]);
  });

  test("removes what killed runs left, but nothing of running ones", async () => {
    const session = makeSession("left");
    await writeReport([session], options("left-out"));
    const dead = `.planloop-${await endedPid()}-00ff.tmp`;
    const alive = `.planloop-${process.ppid}-00ff.tmp`;
    for (const name of [dead, alive]) writeFileSync(join(root, "left-out", name), "x");
    await writeReport([session], options("left-out"));
    expect(readdirSync(join(root, "left-out")).sort())
      .toEqual([markerFile, alive, "index.html"].sort());
  });

  test("refuses to replace a folder called index.html", async () => {
    const session = makeSession("shadow");
    await writeReport([session], options("shadow-out"));
    rmSync(join(root, "shadow-out", "index.html"));
    mkdirSync(join(root, "shadow-out", "index.html"));
    await expect(writeReport([session], options("shadow-out")))
      .rejects.toThrow("there is a directory of that name");
    expect(readdirSync(join(root, "shadow-out")).sort()).toEqual([markerFile, "index.html"]);
  });
});

describe("writeReport when it fails", () => {
  /** A disk that is full after so many writes. */
  function fullAfter(writesMax: number): Runtime {
    let writes = 0;
    return withOpenAppend((path) => {
      const file = system.files.openAppend(path);
      return {
        write(data: string | Uint8Array) {
          if (++writes > writesMax) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
          file.write(data);
        },
        size: () => file.size(),
        isAt: (path) => file.isAt(path),
        isRemoved: () => file.isRemoved(),
        lastByte: () => file.lastByte(),
        close: () => file.close(),
      };
    });
  }

  test("leaves no trace on a full disk, wherever it fills up", async () => {
    const session = makeSession("full");
    for (const writesMax of [0, 5, 11, 12, 13, 20]) {
      const out = options(`full/${writesMax}/deep`, { runtime: fullAfter(writesMax) });
      await expect(writeReport([session], out)).rejects.toMatchObject({
        name: "ReportFolderError",
        folder: out.out,
        message: `Cannot write the report ${join(out.out, "index.html")}: the disk is full ` +
          "(ENOSPC). Nothing of it was left behind. Free some space, or name a folder on another " +
          "disk with --out.",
      });
      expect(existsSync(dirname(out.out))).toBe(false);
    }
  });

  test("leaves no trace where not even the folder's mark can be written", async () => {
    const session = makeSession("mark");
    const writeFileAtomic = () => {
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    const runtime = { ...system, files: { ...system.files, writeFileAtomic } };
    const out = options("mark/new/deep", { runtime });
    await expect(writeReport([session], out)).rejects.toThrow(
      `Cannot write a report to ${out.out}: the disk is full (ENOSPC). Free some space`,
    );
    expect(existsSync(dirname(out.out))).toBe(false);
  });

  test("does not say that nothing is left where it could not tidy up", async () => {
    const session = makeSession("stuck");
    const runtime = fullAfter(5);
    const remove = () => {
      throw Object.assign(new Error("busy"), { code: "EBUSY" });
    };
    const stuck = { ...runtime, files: { ...runtime.files, remove } };
    const error = await writeReport([session], options("stuck-out", { runtime: stuck }))
      .catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: "ReportFolderError" });
    expect((error as Error).message).not.toContain("left behind");
    expect(readdirSync(join(root, "stuck-out"))).not.toEqual([]);
  });

  test("keeps the earlier page", async () => {
    const session = makeSession("keep");
    const { file } = await writeReport([session], options("keep-out"));
    const before = pageText(file);
    const failing = options("keep-out", { runtime: fullAfter(14), title: "Other" });
    await expect(writeReport([session], failing)).rejects.toThrow("the disk is full");
    expect(pageText(file) === before).toBe(true);
    expect(readdirSync(join(root, "keep-out")).sort()).toEqual([markerFile, "index.html"]);
  });

  test("stops with the signal's reason, in the log and in the page", async () => {
    const session = makeSession("stop", 3000);
    for (const stage of ["log", "page"] as const) {
      const stop = new AbortController();
      const writing = writeReport(
        [session],
        options("stop-out", {
          signal: stop.signal,
          onProgress: (progress) => {
            if (progress.stage === stage) stop.abort(new Error(`stopped in ${stage}`));
          },
        }),
      );
      await expect(writing).rejects.toThrow(`stopped in ${stage}`);
      expect(existsSync(join(root, "stop-out"))).toBe(false);
    }
  });

  test("hears of a stop that comes from outside while it writes the page", async () => {
    const stop = new AbortController();
    let pieces = 0;
    const onProgress = ({ stage, fraction }: ReportProgress) => {
      if (stage !== "page" || fraction <= 0.85 || pieces++ > 0) return;
      setImmediate(() => stop.abort(new Error("stopped from outside")));
    };
    const writing = writeReport(
      [makeSession("outside")],
      options("outside-out", { signal: stop.signal, onProgress }),
    );
    await expect(writing).rejects.toThrow("stopped from outside");
    expect(pieces).toBeGreaterThan(0);
    expect(existsSync(join(root, "outside-out"))).toBe(false);
  });

  test("tidies up when the process ends in the middle, and only then", async () => {
    const listeners = new Set<() => void>();
    const onExit = (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    const runtime = { ...system, process: { ...system.process, onExit } };
    let ended = false;
    const writing = writeReport(
      [makeSession("exit")],
      options("exit-out", {
        runtime,
        onProgress: () => {
          if (ended) return;
          ended = true;
          expect(readdirSync(join(root, "exit-out")).length).toBe(2);
          for (const listener of listeners) listener();
          expect(existsSync(join(root, "exit-out"))).toBe(false);
        },
      }),
    );
    await expect(writing).rejects.toThrow();
    expect(ended).toBe(true);
    expect(listeners.size).toBe(0);
  });
});

/** The id of a process that has ended. */
async function endedPid(): Promise<number> {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await new Promise((resolve) => child.on("exit", resolve));
  return child.pid!;
}
