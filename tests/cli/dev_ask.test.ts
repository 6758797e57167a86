import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../cli/main.ts";
import { at, busyTrace, innerTrace, otherTrace } from "../query/recorded.ts";
import { fakeIo, fakeOutput } from "./fake_io.ts";
import { goodId, makeHome, secondId, type SessionFiles } from "./homes.ts";
import { writeHostileSession } from "../helpers/hostile_session.ts";
import { planloop, type Program, programs, temporaryFolder } from "./program.ts";
import { recordedSession } from "./recorded_home.ts";

/** A session whose lock somebody holds while another waits. */
function locked(id: string): SessionFiles {
  const entry = { agent: "three", operation: "deploy", requested_at: Date.parse(at(12)) / 1000 };
  const since = Date.parse(at(6)) / 1000;
  return {
    ...recordedSession(id),
    ".lock": "",
    ".lock_info": JSON.stringify({ held_by: "pid:2", since, operation: "update" }),
    ".lock_queue/second.json": JSON.stringify({
      id: "second",
      agent: "two",
      operation: "update",
      requested_at: Date.parse(at(3)) / 1000,
    }),
    ".lock_queue/third.json": JSON.stringify({ id: "third", ...entry }),
  };
}

const home = makeHome({ [goodId]: locked(goodId), [secondId]: recordedSession(secondId) });

const dev = (program: Program, ...args: string[]) => planloop(program, ["dev", ...args], { home });

/** Runs a command, and gives the JSON that it printed. */
// deno-lint-ignore no-explicit-any -- the tests say what it is
async function answered(program: Program, ...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await dev(program, ...args);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe.each(programs)("$name dev", (program) => {
  test("errors list: faults and reports, with the documented keys", async () => {
    const answer = await answered(program, "errors", "list");
    expect(Object.keys(answer)).toEqual(["sessions", "groups", "errors"]);
    expect(answer.sessions).toEqual([goodId]);
    expect(Object.keys(answer.groups[0])).toEqual([
      ...["fingerprint", "error_type", "error_message", "function", "location", "operation"],
      ...["count", "first_at", "last_at", "session_ids", "trace_ids"],
    ]);
    expect(answer.groups.map(({ count }: { count: number }) => count)).toEqual([1, 2]);
    expect(Object.keys(answer.errors[0])).toEqual([
      ...["timestamp", "trace_id", "error_type", "error_message", "function", "operation"],
      ...["location", "fingerprint", "source"],
    ]);
    expect(answer.errors).toHaveLength(3);
  });

  test("errors show: by trace, fault, file, or the start of one", async () => {
    const [first, second] = await answered(program, "errors", "show", busyTrace);
    expect([first.error_message, second.error_message])
      .toEqual(["Cannot total order 4", "Cannot total order 12"]);
    expect(first).toMatchObject({ local_variables: expect.any(Object), causes: [{}] });
    expect(await answered(program, "errors", "show", first.fingerprint.slice(0, 8)))
      .toEqual([first, second]);
    expect(await answered(program, "errors", "show", `${busyTrace}_error_002`)).toEqual([second]);
  });

  test("locks: requests, and who holds the lock now", async () => {
    const answer = await answered(program, "locks");
    expect(Object.keys(answer)).toEqual(["sessions", "holders", "requests"]);
    expect(answer.holders).toEqual([{
      session_id: goodId,
      held_by: "pid:2",
      operation: "update",
      held_ms: expect.any(Number),
    }]);
    expect(Object.keys(answer.requests[0])).toEqual([
      ...["lock_entry_id", "operation", "agent", "trace_id", "requested_at", "acquired_at"],
      ...["released_at", "wait_ms", "hold_ms", "outcome", "blocked_by", "holder", "current"],
      ...["current_ms", "source"],
    ]);
    expect(answer.requests.map((one: Record<string, unknown>) => [one["agent"], one["current"]]))
      .toEqual([["one", null], ["two", "holding"], ["three", "waiting"]]);
    const { requests } = await answered(program, "locks", "--waiting");
    expect(requests).toMatchObject([{ agent: "three", holder: "two", current: "waiting" }]);
    const before = ["--until", at(4), "--waiting", "--tail", "1"];
    expect((await answered(program, "locks", ...before)).requests).toEqual([]);
    expect((await answered(program, "locks", "--waiting", "--tail", "5")).requests)
      .toMatchObject([{ agent: "three" }]);
  });

  test("perf: traces, and the percentiles", async () => {
    const answer = await answered(program, "perf");
    expect(Object.keys(answer)).toEqual([
      ...["sessions", "traces", "operations", "spans", "models", "metrics"],
    ]);
    expect(Object.keys(answer.traces[0])).toEqual([
      ...["trace_id", "operation", "status", "started_at", "duration_ms", "spans", "source"],
    ]);
    expect(answer.traces.map((trace: { trace_id: string }) => trace.trace_id))
      .toEqual([busyTrace, innerTrace, otherTrace]);
    const distribution = ["count", "sum", "min", "mean", "median", "p95", "p99", "max"];
    expect(Object.keys(answer.operations[0])).toEqual(["operation", "duration_ms"]);
    expect(Object.keys(answer.operations[0].duration_ms)).toEqual(distribution);
    expect(Object.keys(answer.spans[0])).toEqual(["name", "duration_ms"]);
    expect(Object.keys(answer.metrics[0])).toEqual(["metric", "value"]);
    expect(Object.keys(answer.models[0])).toEqual([
      ...["provider", "model", "failed", "duration_ms", "input_tokens", "output_tokens"],
      "cost_usd",
    ]);
  });

  test("perf show of a trace: span by span", async () => {
    const answer = await answered(program, "perf", "show", busyTrace.slice(0, -3));
    expect(Object.keys(answer)).toEqual([
      ...["session_id", "trace_id", "operation", "command", "status", "started_at"],
      ...["duration_ms", "spans"],
    ]);
    expect(answer).toMatchObject({ session_id: goodId, trace_id: busyTrace, duration_ms: 10_000 });
    expect(Object.keys(answer.spans[0])).toEqual([
      ...["span_id", "parent", "name", "depth", "start_ms", "duration_ms", "self_ms", "share"],
      ...["critical", "status", "error"],
    ]);
    expect(answer.spans.map(({ name, depth }: { name: string; depth: number }) => [name, depth]))
      .toEqual([["apply", 0], ["read", 1]]);
  });

  test("perf show of an operation: its traces, and the spans in them", async () => {
    const answer = await answered(program, "perf", "show", "review");
    expect(answer).toMatchObject({
      operation: "review",
      traces: [{ trace_id: otherTrace }],
      operations: [{ operation: "review" }],
      spans: [],
    });
  });

  test("trace: everything that carries its id, in one answer", async () => {
    const answer = await answered(program, "trace", busyTrace);
    expect(Object.keys(answer)).toEqual([
      ...["session_id", "trace_id", "operation", "command", "status", "failed", "started_at"],
      ...["last_at", "duration_ms", "parent_trace_id", "inner_trace_ids", "spans", "traces"],
      ...["errors", "llm", "diffs", "locks", "logs", "performance", "left_out"],
    ]);
    const { traces, errors, llm, diffs, locks, logs } = answer;
    expect([traces, errors, llm, diffs, locks, logs].map(({ length }) => length))
      .toEqual([1, 2, 1, 1, 1, 6]);
    for (const record of [...traces, ...errors, ...llm, ...diffs, ...locks, ...logs]) {
      expect(record.source.session_id).toBe(goodId);
    }
  });

  test("trace looks in the current session first, then in the others", async () => {
    const otherHome = makeHome({ [goodId]: recordedSession(goodId), [secondId]: {} });
    rmSync(join(otherHome, "current_session"));
    const ask = (args: string[]) => planloop(program, ["dev", "trace", ...args], { home });
    const found = async (args: string[], from = home) =>
      JSON.parse((await planloop(program, ["dev", "trace", ...args], { home: from })).stdout);
    expect((await found([busyTrace])).session_id).toBe(goodId);
    expect((await found([busyTrace, "--session", secondId])).session_id).toBe(secondId);
    expect((await found([busyTrace], otherHome)).session_id).toBe(goodId);
    writeFileSync(join(otherHome, "current_session"), secondId);
    expect((await found([busyTrace], otherHome)).session_id).toBe(goodId);
    expect((await ask(["tr_0", "--session", secondId])).stderr).toContain(`session ${secondId}`);
  });
});

describe("dev", () => {
  const program = programs[0]!;

  test.each<[string[], number, string]>([
    [["trace"], 2, "Missing required argument 'id'"],
    [["trace", "tr_x"], 1, 'No trace "tr_x" in any of the 2 sessions. Nearest: tr_'],
    [["trace", "tr_2026112010"], 1, `3 traces start with "tr_2026112010": `],
    [["trace", "../../etc/passwd"], 1, "No trace"],
    [["errors", "show", "tr_2026"], 1, "2 traces with an error start with"],
    [["errors", "show", "0000", "--session", secondId], 1, `in the session ${secondId}. Nearest: `],
    [["errors"], 2, "Usage: planloop dev errors"],
    [["errors", "lst"], 2, "Did you mean list?"],
    [["perf", "shwo"], 2, "Did you mean show?"],
    [["perf", "show", "updat"], 1, 'No trace or operation "updat"'],
    [["perf", "show", "updat"], 1, "Nearest: update"],
    [["locks", "--waitin"], 2, "Did you mean --waiting?"],
  ])("%j is refused with a reason", async (args, code, reason) => {
    const run = await dev(program, ...args);
    expect([run.code, run.stdout]).toEqual([code, ""]);
    expect(run.stderr).toContain(reason);
  });

  test.each([
    ["errors", "list"],
    ["errors", "show"],
    ["locks"],
    ["perf"],
    ["perf", "show"],
    ["trace"],
    ["export-logs"],
    ["export-llm"],
  ])("%s %s: the help tells options, examples and keys", async (...command) => {
    const { code, stdout, stderr } = await dev(program, ...command, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    const path = `planloop dev ${command.join(" ").trim()}`;
    expect(stdout).toContain(`Usage: ${path} `);
    expect(stdout).toContain("--session <id>");
    expect(stdout).toContain(`\nExamples:\n  ${path}`);
    expect(stdout).toContain("\nJSON keys (");
    expect(await dev(program, "help", ...command)).toEqual({ code, stdout, stderr });
  });
});

describe("dev on a terminal", () => {
  /** Runs a command as if at a terminal, and gives what it printed. */
  async function shown(args: readonly string[], columns = 160): Promise<string> {
    const io = fakeIo({ stdout: fakeOutput({ columns }), env: { PLANLOOP_HOME: home } });
    expect(await main(["dev", ...args], io), io.stderr.text).toBe(0);
    return io.stdout.text;
  }

  test("errors list is a table of faults", async () => {
    const [head, first, second, ...rest] = (await shown(["errors", "list"])).split("\n");
    expect(head).toMatch(/^FAULT +COUNT +LAST \(UTC\) +LAST TRACE +ERROR +WHERE$/);
    expect(first).toMatch(/^[0-9a-f]{16} +1 +2026-11-20 10:16:00 +tr_.* TimeoutError: no ans/);
    expect(second).toContain("Cannot total order 12");
    expect(rest).toEqual([""]);
  });

  test("errors show has values, stack and causes", async () => {
    const text = await shown(["errors", "show", `${busyTrace}_error_002`]);
    expect(text).toMatch(/^\w+: Cannot total order 12\n/);
    for (const part of ["Variables, from ", "Stack, innermost first", "cause: ", busyTrace]) {
      expect(text).toContain(part);
    }
  });

  test("locks is a table, with what each does now", async () => {
    const text = await shown(["locks"]);
    expect(text).toMatch(/^REQUESTED \(UTC\) +OPERATION +AGENT +WAIT +HOLD +OUTCOME /);
    expect(text).toMatch(/ two +3.00 s +.* holding now +one /);
    expect(text).toMatch(/ three +.* waiting now +two /);
  });

  test("perf is tables of traces, operations, spans and models", async () => {
    const text = await shown(["perf"]);
    for (const title of ["Traces (3)", "Operations (3)", "Spans (2)", "Models (1)"]) {
      expect(text).toContain(`\n${title}\n`);
    }
    expect(text).toMatch(/10:15:00.000 +tr_20261120101500_aaaaaa +update +success +2 +10.0 s/);
  });

  test("perf show moves inner spans in", async () => {
    const text = await shown(["perf", "show", busyTrace]);
    expect(text).toContain("Took       10.0 s\n");
    expect(text).toMatch(/1.00 s +8.00 s +6.00 s +80% +\* {2}apply\n.* \* {4}read\n/);
  });

  test("trace is one view: error, spans, calls, changes, locks and lines", async () => {
    const text = await shown(["trace", busyTrace]);
    const parts = [
      "Status     success, but something in it failed",
      "Began      tr_20261120101510_cccccc",
      "Cannot total order 4",
      "Spans (2)",
      "Model calls (1)",
      "State changes (1)",
      "Lock requests (1)",
      "Log lines (6)",
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(places.filter((place) => place < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toMatch(/10:15:08.000 +tasks\[0\].status +"TODO" +"DONE"/);
  });

  test("nothing recorded: a sentence instead of an empty table", async () => {
    const empty = makeHome({ [goodId]: { "logs/.keep": "" } });
    for (
      const [args, sentence] of [
        [["errors", "list"], "No error reports."],
        [["locks"], "No lock requests."],
        [["locks", "--waiting"], "Nobody waits for the lock."],
        [["perf"], "No traces and no model calls."],
      ] as const
    ) {
      const io = fakeIo({ env: { PLANLOOP_HOME: empty } });
      expect(await main(["dev", ...args], io)).toBe(0);
      expect([io.stdout.text, io.stderr.text.split("\n")[0]]).toEqual(["", sentence]);
    }
  });

  test("recorded text has no effect on the terminal", async () => {
    const { path: folder } = writeHostileSession(temporaryFolder(), goodId);
    const ask = async (...args: string[]) => {
      const io = fakeIo({ stdout: fakeOutput({ columns: 300 }) });
      expect(await main(["dev", ...args, "--session", folder], io), io.stderr.text).toBe(0);
      const text = io.stdout.text + io.stderr.text;
      expect(text, args.join(" ")).not.toMatch(
        /(?!\n)\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u,
      );
      return io.stdout.text;
    };
    const all: string[] = [];
    for (const args of [["errors", "list"], ["locks"], ["perf"]]) all.push(await ask(...args));
    const io = fakeIo({ stdout: fakeOutput({ isTerminal: false }) });
    expect(await main(["dev", "perf", "--session", folder], io)).toBe(0);
    const { traces } = JSON.parse(io.stdout.text) as { traces: { trace_id: string }[] };
    expect(traces.length).toBeGreaterThan(0);
    for (const { trace_id } of traces.slice(0, 20)) {
      all.push(await ask("trace", trace_id), await ask("perf", "show", trace_id));
    }
    expect(all.join("")).toContain("\\u{1b}");
  });

  test("several sessions: each row names its own", async () => {
    const two = makeHome({
      [goodId]: recordedSession(goodId),
      [secondId]: recordedSession(secondId),
    });
    rmSync(join(two, "current_session"));
    const env = { PLANLOOP_HOME: two };
    for (const args of [["errors", "list"], ["locks"], ["perf"]]) {
      const io = fakeIo({ stdout: fakeOutput({ columns: 250 }), env });
      expect(await main(["dev", ...args], io)).toBe(0);
      expect(io.stdout.text).toMatch(/ SESSION +/);
      expect(io.stdout.text).toContain(secondId);
    }
  });
});
