import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, logLineSchema, metricSchema, traceSchema } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { bundleChild, isDeno, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-process-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/recorder_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

const sessionFile = (id: string, ...parts: string[]) => join(home, "sessions", id, ...parts);
const linesOf = (id: string) =>
  readFileSync(sessionFile(id, "logs/planloop.jsonl"), "utf8").trimEnd().split("\n");

describe("a killed process", () => {
  test("loses no acknowledged line, and its trace says what was open", async () => {
    const child = spawnChild(script, [home, "killed", "loop"]);
    await child.waitFor("\n1500\n");
    child.kill("SIGKILL");
    expect((await child.exit).signal).toBe("SIGKILL");
    const acknowledged = child.output().trimEnd().split("\n").map(Number);
    const written = linesOf("killed").flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
    const counts = new Set(written.map(({ context }) => context.count));
    expect(acknowledged.filter((count) => !counts.has(count))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(1500);
    const folder = sessionFile("killed", "logs/traces");
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.journal\.jsonl$/)]);

    openSession({ name: "after", home, id: "killed" }).close();
    const names = readdirSync(folder);
    expect(names).toEqual([expect.stringMatching(/^tr_\d{14}_[0-9a-f]{6}\.json$/)]);
    const trace = JSON.parse(readFileSync(join(folder, names[0]!), "utf8"));
    expect(check(traceSchema, trace)).toEqual([]);
    expect(trace).toMatchObject({ status: "running", pid: child.pid, completed_at: null });
    expect(trace.spans).toMatchObject([
      { name: "finished", status: "success" },
      { name: "open", status: "running", metadata: { step: 1 } },
    ]);
  });
});

test.each([["secrets", "SIGKILL"], ["secrets-exit", null]] as const)(
  "a process that replaced secrets has said so when it ends (%s)",
  async (task, signal) => {
    const child = spawnChild(script, [home, task, task]);
    if (signal) {
      await child.waitFor("told");
      child.kill(signal);
    }
    await child.exit;
    const manifests = linesOf(task).map((line) => JSON.parse(line))
      .filter(({ operation }) => operation === "redaction");
    expect(manifests).toMatchObject([{ context: { redaction: [{ rule: "key", count: 1 }] } }]);
  },
);

test("a process that ends inside a span leaves a running trace and no journal", async () => {
  const child = spawnChild(script, [home, "exited", "exit"]);
  expect((await child.exit).code).toBe(3);
  const [name, ...more] = readdirSync(sessionFile("exited", "logs/traces"));
  expect(more).toEqual([]);
  const trace = JSON.parse(readFileSync(sessionFile("exited", "logs/traces", name!), "utf8"));
  expect(trace).toMatchObject({ status: "running", spans: [{ name: "open", status: "running" }] });
});

test("an error that nobody caught is reported, and still ends the process", async () => {
  const child = spawnChild(script, [home, "thrown", "throw"]);
  expect((await child.exit).code).not.toBe(0);
  expect(child.errors()).toContain("nobody caught this");
  const [name] = readdirSync(sessionFile("thrown", "logs/errors")).filter((file) =>
    file.includes("_error")
  );
  const report = JSON.parse(readFileSync(sessionFile("thrown", "logs/errors", name!), "utf8"));
  expect(report).toMatchObject({
    error_type: "RangeError",
    environment: { runtime: isDeno ? "deno" : "node" },
  });
  expect(linesOf("thrown").map((line) => JSON.parse(line).level)).toContain("CRITICAL");
});

test("a rejection inside a trace that nobody handles still ends the process", async () => {
  const child = spawnChild(script, [home, "rejected", "reject"]);
  expect((await child.exit).code).not.toBe(0);
  expect(child.errors()).toContain("nobody awaited this");
});

test("sampleEvery measures the process and its event loop, and lets the process end", async () => {
  const child = spawnChild(script, [home, "sampled", "sample"]);
  expect(await child.exit).toEqual({ code: 0, signal: null });
  const metrics = readFileSync(sessionFile("sampled", "logs/performance.jsonl"), "utf8")
    .trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const metric of metrics) expect(check(metricSchema, metric)).toEqual([]);
  const valuesOf = (name: string) =>
    metrics.filter(({ metric }) => metric === name).map(({ value }) => value);
  for (const name of ["memory.rss_mb", "memory.heap_used_mb"]) {
    expect(valuesOf(name).length).toBeGreaterThanOrEqual(3);
    for (const megabytes of valuesOf(name)) expect(megabytes).toBeGreaterThan(1);
  }
  const delays = (asked: string) =>
    metrics.filter(({ metric, tags }) => metric === "event_loop.delay_ms" && tags.asked === asked)
      .map(({ value }) => value);
  // A timer that was due within the first block came late, and so did the one of the second.
  expect(Math.max(...delays("every 100 ms"))).toBeGreaterThan(150);
  expect(delays("once")).toHaveLength(1);
  expect(delays("once")[0]).toBeGreaterThan(150);
  expect(metrics.at(0).tags).toEqual({ asked: "every 100 ms" });
});

test("updateState from several processes loses no update", async () => {
  const session = openSession({ name: "shared", home, id: "shared" });
  const children = [1, 2, 3].map(() => spawnChild(script, [home, "shared", "update"]));
  for (const child of children) expect(await child.exit).toEqual({ code: 0, signal: null });
  const state = session.state();
  expect(state.context_notes).toEqual(["45"]);
  expect(state.version).toBe(46);
  session.close();
  for (const line of linesOf("shared")) expect(check(logLineSchema, JSON.parse(line))).toEqual([]);
  const diffs = readdirSync(sessionFile("shared", "logs/diffs")).filter((name) =>
    name.includes("_diff")
  );
  expect(diffs).toHaveLength(45);
});
