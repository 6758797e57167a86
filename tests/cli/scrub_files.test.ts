/**
 * What a scrub does with each kind of file, run in this process.
 *
 * @module
 */

import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { scrubSession } from "../../cli/scrub/mod.ts";
import { writeReport } from "../../cli/report/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import { temporaryFolder } from "./program.ts";
import { plainApp } from "../templates/read_page.ts";

const token = `ghp_${"z9Y8x7W6v5".repeat(4).slice(0, 36)}`;
const mark = createRedactor().text(token);

interface Run {
  write?: boolean;
  signal?: AbortSignal;
  env?: Record<string, string>;
  onProgress?: (bytes: number, file: string) => void;
}

const runtime = systemRuntime();

function scrub(path: string, { write = false, signal, env = {}, onProgress }: Run = {}) {
  return scrubSession({
    path,
    write,
    env,
    signal: signal ?? new AbortController().signal,
    runtime,
    ...(onProgress && { onProgress }),
  });
}

function sessionWith(files: Record<string, string | Uint8Array>): string {
  const folder = join(makeHome({ [goodId]: goodSession() }), "sessions", goodId);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  return folder;
}

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

const kinds = (result: Awaited<ReturnType<typeof scrub>>): string[][] =>
  result.skipped.map(({ file, kind }) => [file, kind]);

describe("scrubSession", () => {
  test("takes secrets out of every kind of file, and nothing else", async () => {
    const files: Record<string, string> = {
      "logs/planloop.1.jsonl": logLine(1, `rotated ${token}`),
      "logs/planloop.log": `INFO ${token}\n`,
      "logs/deploy.err": `fatal: ${token}`,
      "traces/tr_1.spans.jsonl": `{"type":"span","metadata":{"token":"${token}"}}\n{"type":"sp`,
      "traces/tr_1.json": `{\n  "trace_id": "tr_1",\n  "n": 1.0,\n  "auth": "${token}"\n}\n`,
      "errors/tr_1_error.json": `{"arguments": ["--token", "grimoire7"]}`,
      "llm/transcripts/tr_1_llm.json": JSON.stringify({ messages: [{ content: btoa(token) }] }),
      "diffs/tr_1_pre.json": JSON.stringify({ state: { tokens: [token] } }),
      "agents/agent-1.jsonl": `{"role":"user","content":"${token}"}\n`,
      "artifacts/notes.md": `# Notes\n\n- ${token}\n`,
      "artifacts/env": `export GITHUB_TOKEN=${token}\r\nA=1\r\n`,
      "artifacts/no-extension": token,
      "metrics/metrics.jsonl": `{"name":"m","value":1.50,"tags":{"key":"${token}"}}\n`,
    };
    const folder = sessionWith(files);
    const result = await scrub(folder, { write: true });
    expect(result.filesWritten).toEqual(Object.keys(files).sort());
    expect(result.skipped).toEqual([]);
    for (const [file, before] of Object.entries(files)) {
      const after = readFileSync(join(folder, file), "utf8");
      const wanted = before.replaceAll(token, mark)
        .replace(btoa(token), mark)
        .replace("grimoire7", createRedactor().text("--token grimoire7").slice(8));
      expect(after, file).toBe(wanted);
    }
    expect((await scrub(folder)).findings.total).toBe(0);
  });

  test("keeps bytes that are no UTF-8, also on lines that change", async () => {
    const latin = bytesOf("caf", [0xe9], ` ${token} `, [0xff, 0xc3], "\nna\xefve", [
      0xed,
      0xa0,
      0x80,
    ]);
    const folder = sessionWith({
      "logs/latin.log": latin,
      "logs/latin.jsonl": bytesOf(`{"message":"caf`, [0xe9], ` ok"}\n${token} `, [0xe9], "\n"),
      "artifacts/clean.txt": bytesOf("caf", [0xe9, 10]),
    });
    await scrub(folder, { write: true });
    const expected = (bytes: Uint8Array) =>
      Buffer.from(Buffer.from(bytes).toString("latin1").replace(token, mark), "latin1");
    expect(readFileSync(join(folder, "logs/latin.log"))).toEqual(expected(latin));
    expect(readFileSync(join(folder, "logs/latin.jsonl"))).toEqual(
      bytesOf(`{"message":"caf`, [0xe9], ` ok"}\n${mark} `, [0xe9], "\n"),
    );
    expect(readFileSync(join(folder, "artifacts/clean.txt"))).toEqual(bytesOf("caf", [0xe9, 10]));
  });

  test("scrubs a line that is longer than readers hold, byte by byte", async () => {
    const folder = sessionWith({});
    const path = join(folder, "logs", "long.jsonl");
    const file = openSync(path, "w");
    writeSync(file, logLine(1, "first"));
    writeSync(file, '{"message":"');
    const filler = "wrote 14 files to the build folder ".repeat(30_000);
    for (let count = 0; count < 66; count++) {
      writeSync(file, count === 40 ? `${filler} ${token} ` : filler);
    }
    writeSync(file, `"}\n${logLine(3, token)}`);
    const before = statSync(path).size;
    expect(before).toBeGreaterThan(65 * 1024 * 1024);
    const result = await scrub(folder, { write: true });
    expect(result.skipped).toEqual([]);
    expect(result.findings.listed).toMatchObject([
      { file: "logs/long.jsonl", line: 2, rule: "github" },
      { file: "logs/long.jsonl", line: 3, rule: "github" },
    ]);
    expect(statSync(path).size).toBe(before - 2 * (token.length - mark.length));
    expect(readFileSync(path).includes(token)).toBe(false);
  }, 120_000);

  test("refuses a text that is one secret without an end, with file and line", async () => {
    const secret = "k3y".repeat(4_000_000);
    const folder = sessionWith({ "artifacts/dump.txt": `first\n{"password":"${secret}` });
    const result = await scrub(folder, { write: true });
    expect(result.skipped).toMatchObject([{ file: "artifacts/dump.txt", kind: "too_long" }]);
    expect(result.skipped[0]!.reason).toContain("line 2 ");
    expect(readFileSync(join(folder, "artifacts/dump.txt"), "utf8")).toContain(secret);
  }, 60_000);

  test("looks into binary files, and rewrites none", async () => {
    const binary = bytesOf([0, 1, 2, 0xff], `row ${token}`, [0]);
    const folder = sessionWith({
      "artifacts/cache.sqlite": binary,
      "artifacts/image.png": bytesOf([0x89, 0, 1]),
    });
    const result = await scrub(folder, { write: true });
    expect(result.findings.byRule).toEqual(new Map([["github", 1]]));
    expect(kinds(result)).toEqual([
      ["artifacts/cache.sqlite", "binary_secret"],
      ["artifacts/image.png", "binary"],
    ]);
    expect(readFileSync(join(folder, "artifacts/cache.sqlite"))).toEqual(binary);
  });

  test("scrubs the session's row of the home's registry, and no other", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession() });
    const path = join(home, "index.json");
    const row = (session: string) =>
      `    {\n      "session": "${session}",\n      "title": "caf\\u00e9 ${token}",\n` +
      `      "tags": ["${token}"], "n": 1.0\n    }`;
    const index = `{\n  "sessions": [\n${row(secondId)},\n${row(goodId)}\n  ]\n}\n`;
    writeFileSync(path, index);
    chmodSync(path, 0o640);
    const folder = join(home, "sessions", goodId);
    const found = await scrub(folder);
    expect(found.findings.listed).toMatchObject([
      { file: "../../index.json", line: 10, rule: "github" },
      { file: "../../index.json", line: 11, rule: "github" },
    ]);
    expect(readFileSync(path, "utf8")).toBe(index);
    const result = await scrub(folder, { write: true });
    expect(result.filesWritten).toEqual(["../../index.json"]);
    const clean = row(goodId).replaceAll(token, mark);
    expect(readFileSync(path, "utf8")).toBe(index.replace(row(goodId), clean));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect((await scrub(folder)).findings.total).toBe(0);
    writeFileSync(path, `{"sessions": [{"session": "${goodId}", "title": "${token}`);
    expect(kinds(await scrub(folder))).toEqual([["../../index.json", "unreadable"]]);
  });

  test("names histories, links, reports and names that hold secrets", async () => {
    const folder = sessionWith({
      ".git/objects/aa/bb": "x",
      "sub/.git": "gitdir: ../elsewhere",
      [`artifacts/${token}.txt`]: "clean",
    });
    symlinkSync("state.json", join(folder, "link.json"));
    for (const [name, redact] of [["safe", true], ["raw", false]] as const) {
      await writeReport([new StoredSession(goodId, folder)], {
        out: join(folder, name),
        redact,
        runtime,
        app: plainApp,
      });
    }
    const result = await scrub(folder, { write: true });
    expect(kinds(result).sort()).toEqual([
      [".git", "history"],
      [`artifacts/${mark}.txt`, "name"],
      ["link.json", "link"],
      ["raw/index.html", "raw_report"],
      ["safe/index.html", "report"],
      ["sub/.git", "history"],
    ]);
    expect(JSON.stringify(result)).not.toContain(token);
    expect(result.skipped.find(({ kind }) => kind === "history")!.reason).toContain("secrets too");
  });

  test("leaves nothing behind when it is interrupted, at any file", async () => {
    const files = Object.fromEntries(
      ["a", "b", "c"].map((name) => [`artifacts/${name}.txt`, `${token}\n`.repeat(60_000)]),
    );
    const folder = sessionWith(files);
    const abort = new AbortController();
    const running = scrub(folder, {
      write: true,
      signal: abort.signal,
      onProgress: (_, file) => file === "artifacts/b.txt" && setTimeout(() => abort.abort(), 5),
    });
    await expect(running).rejects.toThrow();
    for (const [file, before] of Object.entries(files)) {
      const after = readFileSync(join(folder, file), "utf8");
      expect([before, before.replaceAll(token, mark)]).toContain(after);
    }
    expect(readdirSync(join(folder, "artifacts")).sort()).toEqual(["a.txt", "b.txt", "c.txt"]);
    expect(existsSync(join(folder, ".lock"))).toBe(false);
    expect((await scrub(folder, { write: true })).skipped).toEqual([]);
    expect((await scrub(folder)).findings.total).toBe(0);
  });

  test("keeps another name of a file out of it: the other one is as it was", async () => {
    const folder = sessionWith({ "artifacts/a.txt": token });
    const other = join(temporaryFolder(), "other.txt");
    linkSync(join(folder, "artifacts/a.txt"), other);
    await scrub(folder, { write: true });
    expect(readFileSync(join(folder, "artifacts/a.txt"), "utf8")).toBe(mark);
    expect(readFileSync(other, "utf8")).toBe(token);
  });
});
