import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { goodId, goodSession, logLine, makeHome } from "./homes.ts";
import {
  canBeRefused,
  openToAll,
  planloop,
  type Program,
  programs,
  temporaryFolder,
} from "./program.ts";

/** Made up, and long enough for every rule that it meets. */
const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
const password = "correct horse battery";
const envSecret = "local dev pass";

const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdEFGH\nabcdEFGH1234==\n" +
  "-----END RSA PRIVATE KEY-----";

function dirtyHome(): string {
  const good = goodSession();
  return makeHome({
    [goodId]: {
      ...good,
      "logs/planloop.jsonl": logLine(1, "clean") + logLine(2, `pushed with ${token}`) +
        `{"timestamp":"2026-11-20T10:15:03.000Z","message":"torn ${token} an` +
        logLine(4, "login", { context: { password: { old: password }, n: 1 } }) +
        logLine(5, `uses ${envSecret}`).trimEnd(),
      // As the Python planloop writes it.
      "state.json": good["state.json"]!.replace('"Green tests"', `"caf\\u00e9 ${token}"`).replace(
        '"done": false',
        '"done": false, "cost": 1.0',
      ),
      "PLAN.md": `${good["PLAN.md"]}\n${pem}\n\n- [ ] rotate ${token}\n`,
      "logs/planloop.log": `2026-11-20 10:15:00,123 INFO password=${token}\n`,
      ".lock_queue/a.json": JSON.stringify({ id: "a", agent: token, operation: "x" }),
    },
  });
}

const folderOf = (home: string): string => join(home, "sessions", goodId);
const env = { SHOP_PASSWORD: envSecret };

function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(folder.length + 1)] = readFileSync(path, "utf8");
  }
  return found;
}

async function scrub(program: Program, home: string, ...args: string[]) {
  const run = await planloop(program, ["dev", "scrub", "--json", ...args], { home, env });
  return { ...run, answer: run.stdout === "" ? null : JSON.parse(run.stdout) };
}

describe.each(programs)("$name dev scrub", (program) => {
  test("--check finds every secret, tells none, changes nothing and exits with 3", async () => {
    const home = dirtyHome();
    const before = contents(folderOf(home));
    const { code, answer, stdout, stderr } = await scrub(program, home, "--check");
    expect(code).toBe(3);
    for (const secret of [token, password, envSecret, "MIIEabcd"]) {
      expect(stdout + stderr).not.toContain(secret);
    }
    const places = answer.findings.map((f: { file: string; line: number; rule: string }) =>
      `${f.file}:${f.line} ${f.rule}`
    );
    expect(places).toEqual([
      "PLAN.md:8 private-key",
      "PLAN.md:13 github",
      "logs/planloop.jsonl:2 github",
      "logs/planloop.jsonl:3 github",
      "logs/planloop.jsonl:3 key",
      "logs/planloop.jsonl:4 env",
      "logs/planloop.log:1 github",
      "state.json:7 github",
    ]);
    expect(answer.findings[2].preview).toMatch(/pushed with \[REDACTED:github:[0-9a-f]{4}\]/);
    expect(answer.rules).toEqual({ env: 1, github: 5, key: 1, "private-key": 1 });
    expect(answer).toMatchObject({ session: goodId, written: false, findings_total: 8 });
    expect(contents(folderOf(home))).toEqual(before);
  });

  test("--write takes them out, keeps the rest, and a second run finds nothing", async () => {
    const home = dirtyHome();
    const folder = folderOf(home);
    chmodSync(join(folder, "state.json"), 0o640);
    const before = contents(folder);
    const { code, answer } = await scrub(program, home, "--write");
    expect(code).toBe(0);
    expect(answer.files_written).toEqual(answer.files_found);
    const after = contents(folder);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [file, text] of Object.entries(after)) {
      if (file.startsWith(".lock_queue")) continue;
      for (const secret of [token, password, envSecret, "MIIEabcd"]) {
        expect(text, file).not.toContain(secret);
      }
    }
    const marker = /\[REDACTED:github:[0-9a-f]{4}\]/g;
    expect(after["state.json"]!.replace(marker, token)).toBe(before["state.json"]);
    expect(after["state.json"]).toContain('"cost": 1.0');
    expect(after["logs/planloop.log"]!.replace(marker, token)).toBe(before["logs/planloop.log"]);
    expect(statSync(join(folder, "state.json")).mode & 0o777).toBe(0o640);
    expect(after["logs/planloop.jsonl"]!.split("\n")[0]).toBe(
      before["logs/planloop.jsonl"]!.split("\n")[0],
    );
    const again = await scrub(program, home, "--check");
    expect([again.code, again.answer.findings_total]).toEqual([0, 0]);
    const info = await planloop(program, ["sessions", "info"], { home });
    expect(info.code).toBe(0);
  });

  test("a clean session is left as it is, with exit code 0", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    for (const mode of [[], ["--check"], ["--write"]]) {
      const { code, answer } = await scrub(program, home, ...mode);
      expect([code, answer.findings_total, answer.files_written], String(mode)).toEqual([0, 0, []]);
    }
  });

  test("does not follow links, and says what it left out", async () => {
    const home = dirtyHome();
    const folder = folderOf(home);
    const outside = join(temporaryFolder(), "outside.log");
    writeFileSync(outside, `token ${token}\n`);
    symlinkSync(outside, join(folder, "logs", "link.log"));
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "packed"), token);
    writeFileSync(join(folder, "image.bin"), Buffer.from([0, 1, 2]));
    const { code, answer } = await scrub(program, home, "--write");
    expect(code).toBe(0);
    expect(readFileSync(outside, "utf8")).toBe(`token ${token}\n`);
    expect(answer.skipped.map((s: { file: string; kind: string }) => [s.file, s.kind])).toEqual(
      expect.arrayContaining([
        [".git", "history"],
        ["image.bin", "binary"],
        ["logs/link.log", "link"],
      ]),
    );
  });

  // Root is refused no file, and what runs in its own folder nobody else can start.
  test.skipIf(!canBeRefused(program))("an unreadable file is reported: 1", async () => {
    const home = openToAll(makeHome({ [goodId]: goodSession() }));
    const path = join(folderOf(home), "logs", "extra.jsonl");
    writeFileSync(path, logLine(1, token));
    chmodSync(path, 0);
    const args = ["dev", "scrub", "--session", goodId, "--json", "--check"];
    const { code, stdout } = await planloop(program, args, { home, isRefusable: true });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).skipped).toMatchObject([
      { file: "logs/extra.jsonl", kind: "unreadable" },
    ]);
  });

  test.runIf(process.platform === "linux")(
    "leaves a log that a running program writes to, and takes it later",
    async () => {
      const home = dirtyHome();
      const path = join(folderOf(home), "logs", "planloop.jsonl");
      const child = spawn("sh", ["-c", `exec 3>>"$1"; echo ready; read -r line`, "sh", path], {
        stdio: ["pipe", "pipe", "ignore"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const before = readFileSync(path, "utf8");
      const busy = await scrub(program, home, "--write");
      expect(busy.code).toBe(1);
      expect(busy.answer.skipped).toMatchObject([{ file: "logs/planloop.jsonl", kind: "in_use" }]);
      expect(readFileSync(path, "utf8")).toBe(before);
      expect(busy.answer.files_written).toContain("state.json");
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.stdin.end("\n");
      await ended;
      expect((await scrub(program, home, "--write")).code).toBe(0);
      expect(readFileSync(path, "utf8")).not.toContain(token);
    },
  );

  test("takes the session's lock to write, and none to look", async () => {
    const home = dirtyHome();
    const lock = join(folderOf(home), ".lock");
    rmSync(join(folderOf(home), ".lock_queue"), { recursive: true });
    const holder = JSON.stringify({ id: "h", agent: "x", operation: "o", pid: process.pid });
    writeFileSync(lock, holder);
    writeFileSync(
      join(folderOf(home), ".lock_info"),
      JSON.stringify({ held_by: `pid:${process.pid}`, since: Date.now() / 1000, operation: "o" }),
    );
    expect((await scrub(program, home, "--check")).code).toBe(3);
    const running = scrub(program, home, "--write");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(readFileSync(join(folderOf(home), "state.json"), "utf8")).toContain(token);
    rmSync(join(folderOf(home), ".lock_info"));
    rmSync(lock);
    expect((await running).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
    expect(readFileSync(join(folderOf(home), "state.json"), "utf8")).not.toContain(token);
  });

  test("removes what a killed scrub left", async () => {
    const home = dirtyHome();
    const left = join(folderOf(home), "logs", ".planloop-scrub-00ff.tmp");
    writeFileSync(left, token);
    await scrub(program, home, "--check");
    expect(existsSync(left)).toBe(true);
    await scrub(program, home, "--write");
    expect(existsSync(left)).toBe(false);
  });

  test("streams a large log in little memory and keeps its clean lines byte for byte", async () => {
    const home = dirtyHome();
    const path = join(folderOf(home), "logs", "planloop.jsonl");
    const line = logLine(1, "wrote 14 files to build/output ".repeat(6));
    const file = openSync(path, "w");
    const block = line.repeat(1000);
    for (let count = 0; count < 100; count++) {
      writeSync(file, block);
      if (count % 10 === 0) writeSync(file, logLine(2, token));
    }
    closeSync(file);
    appendFileSync(path, Buffer.from([0xff, 0xfe, 10]));
    const size = statSync(path).size;
    const { code, answer } = await scrub(program, home, "--write");
    expect([code, answer.rules.github]).toEqual([0, 10 + 3]);
    expect(answer.findings.find((f: { line: number }) => f.line === 1001)).toBeDefined();
    const lost = answer.findings.filter((f: { file: string }) => f.file.endsWith(".jsonl")).length *
      (token.length - "[REDACTED:github:0000]".length);
    expect(statSync(path).size).toBe(size - lost);
    expect([...readFileSync(path).subarray(-3)]).toEqual([0xff, 0xfe, 10]);
  });

  test("refuses --check with --write, and helps", async () => {
    const home = dirtyHome();
    expect((await scrub(program, home, "--check", "--write")).code).toBe(2);
    const group = await planloop(program, ["dev", "--help"]);
    expect(group.stdout).toContain("scrub");
    const help = await planloop(program, ["dev", "scrub", "--help"]);
    const { answer } = await scrub(program, home);
    for (const key of Object.keys(answer)) {
      expect(help.stdout).toMatch(new RegExp(`^ +${key}`, "m"));
    }
    const typo = await planloop(program, ["dev", "scrubb"]);
    expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining("scrub")]);
    const quiet = await planloop(program, ["dev", "scrub", "--quiet", "--check"], { home, env });
    expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([3, "", ""]);
  });
});
