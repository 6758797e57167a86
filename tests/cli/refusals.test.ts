/**
 * What the program says where the system refuses it something.
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import {
  canBeRefused,
  openToAll,
  planloop,
  type Program,
  programs,
  type Run,
  temporaryFolder,
} from "./program.ts";
import { pageText } from "../templates/read_page.ts";
import { noise } from "./report/big_session.ts";

/** A folder in which everybody may write. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  return folder;
}

/** A session whose report takes more than 1 MB. */
function longSession() {
  const lines = Array.from({ length: 6000 }, (_, i) => logLine(i, noise(i, 240)));
  return { ...goodSession(secondId), "logs/planloop.jsonl": lines.join("") };
}

/** Runs a command line with its streams redirected as a shell does it. */
function inShell(program: Program, args: string[], redirection: string, home: string, cwd: string) {
  const line = [...program.command, ...args].map((part) => `'${part}'`).join(" ");
  const shell = { name: "sh", command: ["sh", "-c", `${line} ${redirection}`] } as const;
  return planloop(shell, [], { home, cwd });
}

function expectFailure({ code, stdout, stderr }: Run, ...sentences: string[]) {
  expect([code, stdout]).toEqual([1, ""]);
  for (const sentence of sentences) expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe.each(programs)("$name, refused by the system", (program) => {
  const isRefusable = canBeRefused(program);
  const report = async (home: string, cwd: string, ...args: string[]) =>
    await planloop(program, ["report", ...args], { home, cwd, isRefusable });
  const list = async (home: string) =>
    await planloop(program, ["sessions", "list"], { home, isRefusable });

  describe.skipIf(!isRefusable)("rights", () => {
    test("a folder that may not be written: exit 1, a sentence", async () => {
      const home = openToAll(makeHome({ [goodId]: goodSession() }));
      const cwd = temporaryFolder();
      chmodSync(cwd, 0o555);
      const run = await report(home, cwd);
      expectFailure(run, `Cannot write a report to ${join(cwd, "report")}`, "(EACCES)");
    });

    test("a home that may not be read is not called empty", async () => {
      const home = openToAll(makeHome({ [goodId]: goodSession() }));
      for (const folder of [home, join(home, "sessions")]) {
        chmodSync(folder, 0);
        for (const run of [await report(home, openFolder()), await list(home)]) {
          expectFailure(run, `Cannot look for sessions in the home ${home}: `, "EACCES");
          expect(run.stderr).not.toContain("holds no sessions");
        }
        chmodSync(folder, 0o755);
      }
    });

    test("a session that may not be read gives no report", async () => {
      const home = openToAll(makeHome({ [goodId]: goodSession(), [secondId]: goodSession() }));
      const folder = join(home, "sessions", goodId);
      chmodSync(folder, 0);
      const cwd = openFolder();
      for (const args of [[], ["--session", goodId], ["--session", folder]]) {
        expectFailure(await report(home, cwd, ...args), folder, "permission denied, EACCES");
      }
      expect(existsSync(join(cwd, "report"))).toBe(false);
      const { sessions, problems } = JSON.parse((await list(home)).stdout);
      expect(sessions).toHaveLength(2);
      expect(problems).toContainEqual(
        expect.objectContaining({ file: `sessions/${goodId}/state.json`, kind: "unreadable" }),
      );
      chmodSync(folder, 0o755);
    });

    test("a file that may not be read is told, and the report has all the others", async () => {
      const home = openToAll(makeHome({ [goodId]: goodSession() }));
      const files = ["state.json", "PLAN.md", "logs/planloop.jsonl"];
      const [trace] = readdirSync(join(home, "sessions", goodId, "logs", "traces"));
      for (const file of [...files, `logs/traces/${trace}`]) {
        const path = join(home, "sessions", goodId, file);
        chmodSync(path, 0);
        const { code, stdout, stderr } = await report(home, openFolder(), "--json");
        expect([code, stderr]).toEqual([0, expect.stringContaining(`  ${file}: `)]);
        const [{ problems, shown }] = JSON.parse(stdout).sessions;
        expect(problems).toEqual([
          expect.objectContaining({
            file,
            kind: "unreadable",
            reason: "The system refused to read it (EACCES)",
            lost: true,
          }),
        ]);
        expect(shown.log_lines > 0).toBe(file !== "logs/planloop.jsonl");
        expect(pageText(JSON.parse(stdout).path)).toContain("refused to read it");
        chmodSync(path, 0o644);
      }
    });

    test("a session that may be entered but not listed has a problem with a name", async () => {
      const home = openToAll(makeHome({ [goodId]: goodSession() }));
      const folder = join(home, "sessions", goodId);
      chmodSync(folder, 0o711);
      const { code, stdout } = await planloop(program, ["sessions", "info"], {
        home,
        isRefusable,
      });
      // The owner may do all that 0711 allows, so only somebody else is refused.
      const expected = process.getuid?.() === 0 ? ["."] : [];
      const files = JSON.parse(stdout).problems.map((problem: { file: string }) => problem.file);
      expect([code, files]).toEqual([0, expected]);
    });
  });

  test("--session that names a file says so", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const file = join(home, "sessions", "afile");
    writeFileSync(file, "");
    for (const wanted of ["afile", file]) {
      const run = await planloop(program, ["report", "--session", wanted], { home });
      expectFailure(run, `Cannot read a session from ${file}`, "it is a file, not a folder");
    }
  });

  test("--out that is a dangling link says so, and the link stays", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    symlinkSync(join(cwd, "nowhere"), join(cwd, "report"));
    const run = await planloop(program, ["report"], { home, cwd });
    expectFailure(run, `${join(cwd, "report")}: it is a link that leads nowhere`);
    expect(readdirSync(cwd)).toEqual(["report"]);
  });

  test.skipIf(!existsSync("/proc/self"))("--out below /proc ends with a sentence", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = await planloop(program, ["report", "--out", "/proc/planloop/report"], {
      home,
      onStart: (child) => timer = setTimeout(() => child.kill("SIGKILL"), 15_000),
    });
    clearTimeout(timer);
    expectFailure(run, "Cannot write a report to /proc/planloop/report", "--out");
  });

  describe.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")("a disk", () => {
    const disk = join(temporaryFolder(), "disk");
    let isMounted = false;
    beforeAll(() => {
      mkdirSync(disk);
      isMounted =
        spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "planloop", disk]).status === 0;
    });
    afterAll(() => void (isMounted && execFileSync("umount", [disk])));

    test("that is full: nothing is left, and the earlier report stays as it was", async ({ skip }) => {
      skip(!isMounted, "a disk of its own needs the right to mount");
      const home = makeHome({ [goodId]: goodSession(), [secondId]: longSession() });
      const out = join(disk, "report");
      const write = (...args: string[]) =>
        planloop(program, ["report", "--out", out, ...args], { home });
      const full = `Cannot write the report ${
        join(out, "index.html")
      }: the disk is full (ENOSPC). Nothing`;
      expectFailure(await write("--session", secondId), full);
      expect(readdirSync(disk)).toEqual([]);
      expect((await write()).code).toBe(0);
      const before = readFileSync(join(out, "index.html"));
      for (const more of [[], ["--split"], ["--zip"], ["--ticket"], ["--max-size", "900k"]]) {
        expectFailure(await write("--all", ...more), full);
        expect(readdirSync(out)).toEqual([".planloop-report", "index.html"]);
        expect(readFileSync(join(out, "index.html")).equals(before)).toBe(true);
      }
    });
  });

  describe.skipIf(!existsSync("/dev/full"))("streams", () => {
    test("a stderr that fails does not fail the command", async () => {
      const home = makeHome({ [goodId]: goodSession() });
      const cwd = temporaryFolder();
      const { code, stdout } = await inShell(program, ["report"], "2>/dev/full", home, cwd);
      expect([code, stdout]).toEqual([0, `${join(cwd, "report", "index.html")}\n`]);
      expect(pageText(stdout.trim())).toContain("planloop-header");
    });

    test("a stdout that fails is named, and fails the command", async () => {
      const home = makeHome({ [goodId]: goodSession() });
      for (const args of [["sessions", "list"], ["report"], ["--help"]]) {
        const cwd = temporaryFolder();
        const { code, stderr } = await inShell(program, args, ">/dev/full", home, cwd);
        expect([code, stderr.trimEnd().split("\n").at(-1)], args.join(" ")).toEqual([
          1,
          "Error: Cannot write to stdout: the disk is full (ENOSPC).",
        ]);
      }
    });
  });
});

test("canBeRefused: what nobody can reach is left out instead of failing", () => {
  const closed = join(temporaryFolder(), "closed");
  mkdirSync(closed, { mode: 0o700 });
  const program = { name: "x", command: [closed] } as const;
  expect(canBeRefused(program)).toBe(process.getuid !== undefined && process.getuid() !== 0);
});
