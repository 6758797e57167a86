import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeHome } from "./homes.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";

describe.each(programs)("$name demo", (program) => {
  test(
    "records into a fresh home, writes the report, prints its path; again and again",
    async () => {
      const cwd = temporaryFolder();
      const home = join(cwd, "demo-out", "home");
      const first = await planloop(program, ["demo"], { cwd });
      expect(first).toMatchObject({ code: 0 });
      expect(first.stdout).toBe(`${join(cwd, "demo-out", "report", "index.html")}\n`);
      expect(first.stderr).toMatch(/\d+ log lines, .*No data problems\.\n$/);
      const [session] = readdirSync(join(home, "sessions"));
      const again = await planloop(program, ["demo", "--no-open"], { cwd });
      expect(again.code).toBe(0);
      const sessions = readdirSync(join(home, "sessions"));
      expect(sessions).toHaveLength(1);
      expect(sessions).not.toContain(session);
      const info = await planloop(program, ["sessions", "info", "--home", home], { cwd });
      const { counts, problems } = JSON.parse(info.stdout);
      expect(problems).toEqual([]);
      for (const kind of ["log_lines", "traces", "llm_calls", "errors", "changes", "metrics"]) {
        expect(counts[kind], kind).toBeGreaterThan(0);
      }
    },
    120_000,
  );

  test("--home keeps what is there, --out says where the report goes", async () => {
    const home = makeHome({ "mine-20261120T101500Z-1a2b": { "state.json": "{}" } });
    const cwd = temporaryFolder();
    const run = await planloop(program, ["demo", "--home", home, "--out", "r"], { cwd });
    expect(run).toMatchObject({ code: 0, stdout: `${join(cwd, "r", "index.html")}\n` });
    expect(readdirSync(join(home, "sessions"))).toHaveLength(2);
    expect(existsSync(join(cwd, "demo-out"))).toBe(false);
  }, 60_000);

  test("refuses to empty a home that no demo made", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "demo-out", "home"), { recursive: true });
    writeFileSync(join(cwd, "demo-out", "home", "diary.txt"), "dear diary");
    const { code, stdout, stderr } = await planloop(program, ["demo"], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(join(cwd, "demo-out", "home"));
    expect(readFileSync(join(cwd, "demo-out", "home", "diary.txt"), "utf8")).toBe("dear diary");
  });

  test("Ctrl-C ends it with 130", async () => {
    let isKilled = false;
    const run = await planloop(program, ["demo"], {
      cwd: temporaryFolder(),
      onTalk(stderr, child) {
        if (isKilled || !stderr.includes("task 1:")) return;
        isKilled = true;
        child.kill("SIGINT");
      },
    });
    expect(run).toMatchObject({ code: 130, stdout: "" });
  }, 60_000);
});
