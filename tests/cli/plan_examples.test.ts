/**
 * The command lines that the plan shows, jq included, on a session that the demo recorded.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment, planloop, programs, temporaryFolder } from "./program.ts";

const program = programs[0]!;
/** The examples are lines for a POSIX shell with jq; CI installs it. */
const hasJq = process.platform !== "win32" && spawnSync("jq", ["--version"]).status === 0;
const home = join(temporaryFolder(), "home");
let session = "";
/** A trace in which an error was reported. */
let failedTrace = "";

beforeAll(async () => {
  const out = join(home, "..", "report");
  const { code, stderr } = await planloop(program, [
    ...["demo", "--no-open", "--home", home, "--out", out],
  ]);
  expect(code, stderr).toBe(0);
  session = readdirSync(join(home, "sessions"))[0]!;
  const [report] = readdirSync(join(home, "sessions", session, "logs", "errors"))
    .filter((name) => name.endsWith("_error.json"));
  failedTrace = report!.replace("_error.json", "");
  // What the shell finds under the name of planloop.
  mkdirSync(join(home, "bin"));
  const command = program.command.map((part) => `'${part}'`).join(" ");
  const script = `#!/bin/sh\nexec ${command} "$@"\n`;
  writeFileSync(join(home, "bin", "planloop"), script, { mode: 0o755 });
}, 120_000);

/** Runs a script as somebody would type it, and gives what it printed. */
function shell(script: string): string {
  const environment = cleanEnvironment();
  const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: {
      ...environment,
      PATH: `${join(home, "bin")}${delimiter}${environment["PATH"]}`,
      PLANLOOP_HOME: home,
    },
  });
  expect([status, stderr], script).toEqual([0, ""]);
  return stdout;
}

/** What jq printed, value by value. */
// deno-lint-ignore no-explicit-any -- the tests say what it is
function values(script: string): any[] {
  return JSON.parse(shell(`{ ${script}\n} | jq -s .`));
}

describe.skipIf(!hasJq)("the plan's examples", () => {
  test("what is being logged: the last lines, the calls, one metric", () => {
    const lines = values(`planloop dev export-logs --session ${session} --tail 50 | jq`);
    expect(lines).toHaveLength(50);
    for (const line of lines) {
      expect(line).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        level: expect.any(String),
        message: expect.any(String),
        context: expect.any(Object),
        session_id: session,
      });
    }
    const [calls] = values(`planloop dev export-llm --session ${session} | jq`);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls[0]).toMatchObject({
      trace_id: expect.any(String),
      provider: expect.any(String),
      request: expect.any(Object),
      response: { usage: { input_tokens: expect.any(Number) } },
    });
    const latencies = values(
      `planloop dev export-performance --session ${session} | ` +
        `jq '.[] | select(.metric=="llm.latency")'`,
    );
    expect(latencies.length).toBeGreaterThan(10);
    for (const { metric, value } of latencies) {
      expect([metric, typeof value]).toEqual(["llm.latency", "number"]);
    }
  });

  test("a failed operation: the errors near the end of the log", () => {
    const errors = values(
      `planloop dev export-logs --session ${session} --tail 100 | jq 'select(.level=="ERROR")'`,
    );
    expect(errors.length).toBeGreaterThan(0);
    for (const { level } of errors) expect(level).toBe("ERROR");
  });

  test("a failed operation: from the last line's trace to all that belongs to it", () => {
    const found = values(`
      TRACE_ID=$(planloop dev export-logs --session ${session} --tail 1 | jq -r '.trace_id')
      planloop dev export-traces --session ${session} | jq ".[] | select(.trace_id==\\"$TRACE_ID\\")"
      planloop dev export-llm --session ${session} | jq ".[] | select(.trace_id==\\"$TRACE_ID\\")"
      planloop dev export-diffs --session ${session} | jq ".[] | select(.trace_id==\\"$TRACE_ID\\")"
    `);
    const ids = new Set(found.map(({ trace_id }) => trace_id));
    expect(ids.size).toBe(1);
    expect(found.filter((record) => "spans" in record)).toHaveLength(1);
    expect(found.filter((record) => "changes" in record).length).toBeGreaterThan(0);
  });

  test("errors: list and show", () => {
    const [list] = values(`planloop dev errors list --session ${session}`);
    expect(list.errors.map((error: { trace_id: string }) => error.trace_id)).toContain(failedTrace);
    const [[report]] = values(`planloop dev errors show ${failedTrace}`);
    expect(report).toMatchObject({ trace_id: failedTrace, local_variables: expect.any(Object) });
    const file = join(home, "sessions", session, report.source.file);
    const { fingerprint: _, source: __, ...recorded } = report;
    expect(recorded).toEqual(JSON.parse(readFileSync(file, "utf8")));
  });

  test("locks: all operations, and the waiters", () => {
    const [locks] = values(`planloop dev locks --session ${session}`);
    const waits = locks.requests.map((one: { wait_ms: number | null }) => one.wait_ms ?? 0);
    expect(Math.max(...waits)).toBeGreaterThan(10);
    const outcomes = new Set(locks.requests.map((one: { outcome: string }) => one.outcome));
    expect(outcomes).toEqual(new Set(["released", "timeout", "broken"]));
    // Nobody is left in the queue of a demo that has ended.
    expect(values(`planloop dev locks --session ${session} --waiting`)[0].requests).toEqual([]);
  });

  test("perf: all traces with durations, and the spans of one", () => {
    const [perf] = values(`planloop dev perf --session ${session}`);
    expect(perf.traces.length).toBeGreaterThan(10);
    const [shown] = values(`planloop dev perf show ${failedTrace}`);
    expect(shown.spans.map(({ name }: { name: string }) => name)).toContain("llm_call");
    expect(shown.spans[0]).toMatchObject({ duration_ms: expect.any(Number), depth: 0 });
  });

  test("trace: error, model call, spans, state change, all in one", () => {
    const [detail] = values(`planloop dev trace ${failedTrace} --session ${session}`);
    for (const kind of ["errors", "llm", "spans", "diffs", "logs", "locks"]) {
      expect(detail[kind].length, kind).toBeGreaterThan(0);
    }
  });

  test.each(["export-logs", "export-llm", "export-traces", "export-diffs"])(
    "%s --session <id> prints JSON to stdout",
    (command) => {
      const printed = values(`planloop dev ${command} --session ${session}`);
      expect(printed.flat().length).toBeGreaterThan(10);
    },
  );
});
