import { spawn } from "node:child_process";
import { appendFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { line, logLines } from "../query/recorded.ts";
import { goodId, makeHome, secondId } from "./homes.ts";
import { cleanEnvironment, planloop, type Program, programs } from "./program.ts";
import { recordedSession } from "./recorded_home.ts";

/** A run of `export-logs --follow`. */
class Following {
  stdout = "";
  stderr = "";
  hasEnded = false;
  readonly ended: Promise<number | null>;
  readonly pid: number;

  constructor(program: Program, home: string, ...args: string[]) {
    const [command, ...before] = program.command;
    const child = spawn(command, [...before, "dev", "export-logs", "--follow", ...args], {
      env: { ...cleanEnvironment(), PLANLOOP_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = child.pid!;
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.stdout += text);
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.stderr += text);
    this.ended = new Promise((resolve) =>
      child.on("close", (code) => {
        this.hasEnded = true;
        resolve(code);
      })
    );
  }

  async until(lines: number): Promise<string[]> {
    const deadline = Date.now() + 20_000;
    while (this.#lines().length < lines && Date.now() < deadline && !this.hasEnded) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.#lines();
  }

  #lines(): string[] {
    return this.stdout.split("\n").slice(0, -1);
  }
}

describe.each(programs)("$name dev export-logs --follow", (program) => {
  test("prints what there is, then what is written, and ends with Ctrl-C", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const log = join(home, "sessions", goodId, "logs/planloop.jsonl");
    const following = new Following(program, home, "--tail", "1");
    const before = logLines.at(-1)!.replace('"demo"', `"${goodId}"`);
    expect(await following.until(1)).toEqual([before]);
    const [one, two, three] = [line(10, "one"), line(11, "two"), line(12, "three")];
    appendFileSync(log, `${one}\n${two.slice(0, 30)}`);
    expect(await following.until(2)).toEqual([before, one]);
    appendFileSync(log, `${two.slice(30)}\n`);
    expect(await following.until(3)).toEqual([before, one, two]);
    renameSync(log, log.replace(".jsonl", ".1.jsonl"));
    appendFileSync(log, `${three}\n`);
    expect(await following.until(4)).toEqual([before, one, two, three]);
    process.kill(following.pid, "SIGINT");
    expect([await following.ended, following.stderr]).toEqual([130, ""]);
    expect(following.stdout).toBe(`${[before, one, two, three].join("\n")}\n`);
  });

  test("--level limits what follows, too", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const log = join(home, "sessions", goodId, "logs/planloop.jsonl");
    const following = new Following(program, home, "--tail", "1", "--level", "ERROR");
    await following.until(1);
    appendFileSync(log, `${line(10, "no")}\n${line(11, "yes", { level: "CRITICAL" })}\n`);
    const [failed, yes] = await following.until(2);
    expect([JSON.parse(failed!).message, JSON.parse(yes!).message]).toEqual(["it failed", "yes"]);
    process.kill(following.pid, "SIGTERM");
    expect(await following.ended).toBe(130);
  });
});

describe("dev export-logs --follow", () => {
  const program = programs[0]!;

  test("refuses several sessions, and an end", async () => {
    const home = makeHome({
      [goodId]: recordedSession(goodId),
      [secondId]: recordedSession(secondId),
    });
    const args = ["dev", "export-logs", "--follow"];
    const ended = await planloop(program, [...args, "--until", "2026-11-20"], { home });
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(ended.stderr).toContain("--until");
    rmSync(join(home, "current_session"));
    const several = await planloop(program, args, { home });
    expect([several.code, several.stdout]).toEqual([2, ""]);
    expect(several.stderr).toContain("Cannot follow 2 sessions at once: name one with --session.");
  });

  test("says what was damaged when it ends", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const log = join(home, "sessions", goodId, "logs/planloop.jsonl");
    const following = new Following(program, home, "--tail", "0");
    // There is no sign of a follower that has nothing to print: the first line may be history.
    appendFileSync(log, `${line(10, "sign")}\n`);
    while (!following.stdout.includes("sign") && !following.hasEnded) {
      appendFileSync(log, `${line(10, "sign")}\n`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    appendFileSync(log, `{"timest\n${line(11, "after")}\n`);
    while (!following.stdout.includes("after") && !following.hasEnded) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.kill(following.pid, "SIGINT");
    expect(await following.ended).toBe(130);
    expect(following.stderr).toMatch(/^1 data problem:\n {2}logs\/planloop.jsonl:\d+: The line is/);
  });
});
