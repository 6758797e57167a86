/**
 * A scrub beside programs that write, and a scrub that is stopped.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scrubSession } from "../../cli/scrub/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { goodId, goodSession, logLine, makeHome } from "./homes.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";

const token = `ghp_${"q1W2e3R4t5".repeat(4).slice(0, 36)}`;
const program = programs[0]!;
let writer: string;

beforeAll(async () => {
  writer = await bundleChild(join(import.meta.dirname!, "children/scrub_writer.ts"));
});
afterAll(removeBundles);

const runtime = systemRuntime();

function scrub(path: string) {
  const signal = new AbortController().signal;
  return scrubSession({ path, write: true, env: {}, signal, runtime });
}

const linux = process.platform === "linux";

describe("scrub --write beside a program that writes", () => {
  test.runIf(linux)("loses no line and no state of a session that records", async () => {
    const home = temporaryFolder();
    const child = spawnChild(writer, ["record", home, "4000"]);
    const folder = join(home, "sessions", "live");
    await child.waitFor("ready");
    while (!existsSync(join(folder, "state.json"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const log = join(folder, "logs", "planloop.jsonl");
    writeFileSync(join(folder, "notes.md"), token);
    writeFileSync(log, logLine(1, token), { flag: "a" });
    let refused = 0;
    for (let count = 0; count < 4; count++) {
      const { skipped } = await scrub(folder);
      refused += skipped.filter(({ kind }) => kind === "in_use").length;
    }
    expect(refused).toBeGreaterThan(0);
    expect(readFileSync(join(folder, "notes.md"), "utf8")).not.toContain(token);
    await child.exit;
    const wrote = Number(/wrote (\d+)/.exec(child.output())![1]);
    expect(wrote).toBeGreaterThan(100);
    expect((await scrub(folder)).skipped).toEqual([]);
    const text = readFileSync(log, "utf8");
    expect(text).not.toContain(token);
    expect(text.match(/"message":"recorded"/g)).toHaveLength(wrote);
    const session = new StoredSession("live", folder);
    expect(session.state()?.next_steps).toEqual([`step ${Math.floor(wrote / 50) * 50}`]);
    expect(session.problems).toEqual([]);
  }, 60_000);

  test.runIf(linux)("loses no line of a program that opens the log for each", async () => {
    const folder = join(makeHome({ [goodId]: goodSession() }), "sessions", goodId);
    const log = join(folder, "logs", "other.jsonl");
    writeFileSync(log, "");
    const child = spawnChild(writer, ["append", log, "3000"]);
    await child.waitFor("ready");
    let rewritten = 0;
    let running = true;
    child.exit.then(() => running = false);
    while (running) {
      writeFileSync(log, `${JSON.stringify({ message: token })}\n`, { flag: "a" });
      rewritten += (await scrub(folder)).filesWritten.length;
    }
    rewritten += (await scrub(folder)).filesWritten.length;
    expect(rewritten).toBeGreaterThan(0);
    const wrote = Number(/wrote (\d+)/.exec(child.output())![1]);
    const lines = readFileSync(log, "utf8").split("\n").filter((line) => line.includes("appended"));
    const numbers = new Set(lines.map((line) => JSON.parse(line).n as number));
    expect([numbers.size, lines.length]).toEqual([wrote, wrote]);
    expect(readFileSync(log, "utf8")).not.toContain(token);
  }, 60_000);
});

describe("scrub --write that is stopped", () => {
  const original = (name: string) => `${name} ${token}\n`.repeat(40_000);
  const names = ["a", "b", "c", "d"].map((name) => `${name}.log`);

  function largeHome(): { home: string; folder: string } {
    const home = makeHome({ [goodId]: goodSession() });
    const folder = join(home, "sessions", goodId, "logs");
    mkdirSync(folder, { recursive: true });
    for (const name of names) writeFileSync(join(folder, name), original(name));
    return { home, folder };
  }

  /** Each file is the old one or the new one. */
  function checkFiles(folder: string): void {
    for (const name of names) {
      const text = readFileSync(join(folder, name), "utf8");
      const clean = text.replace(/\[REDACTED:github:....\]/g, token);
      expect(clean, name).toBe(original(name));
      if (text !== clean) expect(text).not.toContain(token);
    }
  }

  test.each([200, 500, 900, 1400])(
    "by SIGKILL after %i ms is finished by the next one",
    async (ms) => {
      const { home, folder } = largeHome();
      await planloop(program, ["dev", "scrub", "--write", "--json"], {
        home,
        onStart: (run) => setTimeout(() => run.kill("SIGKILL"), ms),
      });
      checkFiles(folder);
      const again = await planloop(program, ["dev", "scrub", "--write", "--json"], { home });
      expect([again.code, JSON.parse(again.stdout).skipped]).toEqual([0, []]);
      checkFiles(folder);
      for (const name of names) {
        expect(readFileSync(join(folder, name), "utf8")).not.toContain(
          token,
        );
      }
      expect(readdirSync(folder).filter((name) => name.includes("scrub"))).toEqual([]);
    },
    60_000,
  );

  test("by Ctrl-C says so, exits with 130 and leaves nothing half written", async () => {
    const { home, folder } = largeHome();
    for (const name of names) writeFileSync(join(folder, name), original(name).repeat(3));
    const lock = join(folder, "..", ".lock");
    let sent = false;
    const run = await planloop(program, ["dev", "scrub", "--write"], {
      home,
      onStart: (running) => {
        const timer = setInterval(() => {
          // The work has begun: the first temporary file is there.
          if (!readdirSync(folder).some((name) => name.startsWith(".planloop-scrub"))) return;
          clearInterval(timer);
          sent = true;
          running.kill("SIGINT");
        }, 5);
        setTimeout(() => clearInterval(timer), 30_000);
      },
    });
    expect([sent, run.code]).toEqual([true, 130]);
    expect(existsSync(lock)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes("scrub"))).toEqual([]);
    for (const name of names) {
      const text = readFileSync(join(folder, name), "utf8");
      expect(text.replace(/\[REDACTED:github:....\]/g, token)).toBe(original(name).repeat(3));
    }
  }, 60_000);
});
