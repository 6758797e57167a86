import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { rotationGuardMs, sizeChecksPerFile } from "../../lib/record/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-rotation-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/recorder_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

function machine(logFilesMax?: number) {
  const runtime = fakeRuntime();
  const limits = logFilesMax === undefined ? {} : { logFilesMax };
  const session = openSession({ name: "s", id: "s", runtime, logBytesMax: 4096, ...limits });
  const write = (lines: number) => {
    for (let count = 0; count < lines; count += 1) session.info("x".repeat(1000), { count });
  };
  const logs = () =>
    runtime.files.readDirectory(`${session.path}/logs`).map(({ name }) => name)
      .filter((name) => name.startsWith("planloop"));
  return { runtime, session, write, logs };
}

describe("logBytesMax", () => {
  test("renames a full log, counting up, and removes the oldest beyond the limit", () => {
    const { runtime, session, write, logs } = machine(2);
    write(4);
    expect(logs()).toEqual(["planloop.1.jsonl"]);
    write(1);
    expect(logs()).toEqual(["planloop.1.jsonl", "planloop.jsonl"]);
    write(10);
    expect(logs()).toEqual(["planloop.2.jsonl", "planloop.3.jsonl", "planloop.jsonl"]);
    const text = runtime.files.readText(`${session.path}/logs/planloop.3.jsonl`);
    expect(text.trimEnd().split("\n").map((line) => JSON.parse(line).context.count)).toEqual(
      [3, 4, 5, 6],
    );
  });

  test("says in the log, once, that old files are removed", () => {
    const { runtime, session, write } = machine(2);
    write(30);
    const lines = runtime.files.paths().filter((path) => /planloop[^/]*\.jsonl$/.test(path))
      .flatMap((path) => runtime.files.readText(path).trimEnd().split("\n"));
    expect(lines.filter((line) => line.includes("log_files_max")).length).toBeLessThanOrEqual(1);
    const fresh = machine(2);
    fresh.write(13);
    const log = fresh.runtime.files.readText(`${session.path}/logs/planloop.jsonl`);
    expect(log).toContain('"removed":["planloop.1.jsonl"],"log_files_max":2');
  });

  test("without it, the log stays one file", () => {
    const runtime = fakeRuntime();
    const session = openSession({ name: "s", id: "s", runtime });
    for (let count = 0; count < 20; count += 1) session.info("x".repeat(1000));
    expect(runtime.files.paths().filter((path) => path.includes("planloop."))).toEqual([
      `${session.path}/logs/planloop.jsonl`,
    ]);
  });

  test("leaves the renaming to the process that is at it, unless that one has died", () => {
    const { runtime, session, write, logs } = machine();
    runtime.files.createExclusive(`${session.path}/logs/planloop.jsonl.rotating`);
    write(6);
    expect(logs()).toEqual(["planloop.jsonl", "planloop.jsonl.rotating"]);
    runtime.advance(rotationGuardMs + 1);
    write(2);
    expect(logs()).toContain("planloop.1.jsonl");
    expect(logs()).not.toContain("planloop.jsonl.rotating");
  });

  test("a log that cannot be renamed goes on growing, and the host never notices", () => {
    const { runtime, write, logs } = machine();
    runtime.files.fail({ operation: "rename", code: "EACCES" });
    expect(() => write(8)).not.toThrow();
    expect(logs()).toEqual(["planloop.jsonl"]);
    expect(runtime.process.warnings).toHaveLength(1);
    runtime.files.clearFaults();
    write(1);
    expect(logs()).toEqual(["planloop.1.jsonl"]);
  });

  test("is exceeded by a 16th and one line of each process, where the renaming one goes on", () => {
    const logBytesMax = 16_000;
    const lineBytesMax = 1200;
    const runtime = fakeRuntime();
    const options = { name: "s", id: "s", runtime, logBytesMax, logFilesMax: 1000 };
    const sessions = [1, 2, 3, 4].map(() => openSession(options));
    const written = 6000;
    let seed = 7;
    const below = (max: number) => (seed = (seed * 48271) % 2147483647) % max;
    for (let count = 0; count < written; count += 1) {
      sessions[below(sessions.length)]!.info("x".repeat(below(1000)), { count });
    }
    const logs = runtime.files.paths().filter((path) => /planloop[^/]*\.jsonl$/.test(path));
    const texts = logs.map((path) => runtime.files.readText(path));
    const sizes = texts.map((text) => text.length).sort((a, b) => b - a);
    expect(texts.join("").trimEnd().split("\n")).toHaveLength(written);
    expect(sizes[0]).toBeLessThan(
      logBytesMax + sessions.length * (logBytesMax / sizeChecksPerFile + lineBytesMax),
    );
    // All but the one that is still written are full.
    expect(sizes.at(-2)).toBeGreaterThanOrEqual(logBytesMax);
    expect(sizes.length).toBeGreaterThan(100);
  });

  test("loses and doubles no line of several processes, and readers see them all", async () => {
    openSession({ name: "many", home, id: "many" }).close();
    const children = [1, 2, 3, 4].map(() => spawnChild(script, [home, "many", "rotate"]));
    for (const child of children) expect((await child.exit).code).toBe(0);
    const folder = join(home, "sessions/many/logs");
    const names = readdirSync(folder).filter((name) => name.startsWith("planloop."));
    // How far a file outgrows the limit depends on how long the renaming process is interrupted.
    expect(names.length).toBeGreaterThan(5);
    for (const name of names.filter((name) => name !== "planloop.jsonl")) {
      expect(statSync(join(folder, name)).size).toBeGreaterThanOrEqual(20_000);
    }
    const seen = new Map<string, number>();
    for await (const records of openHome(home).findSession("many").log()) {
      for (const { context } of records) {
        const key = `${context["pid"]} ${context["count"]}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    }
    expect(seen.size).toBe(4 * 1500);
    expect([...seen.values()].every((count) => count === 1)).toBe(true);
  });
});
