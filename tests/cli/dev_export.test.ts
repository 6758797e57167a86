import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { type Level, levels } from "../../lib/format/mod.ts";
import { at, busyTrace, logLines, otherTrace } from "../query/recorded.ts";
import { goodId, makeHome, secondId, stateJson } from "./homes.ts";
import { planloop, type Program, programs } from "./program.ts";
import { recordedSession as recorded } from "./recorded_home.ts";

const lines = recorded(goodId)["logs/planloop.jsonl"]!;
const home = makeHome({ [goodId]: recorded(goodId), [secondId]: recorded(secondId) });

/** Runs `planloop dev …` in the shared home. */
const dev = (program: Program, ...args: string[]) => planloop(program, ["dev", ...args], { home });

/** Runs an export, and gives what it printed. */
async function exported(program: Program, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await dev(program, ...args);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const keysOf: Record<string, string[]> = {
  "export-llm": [
    ...["trace_id", "timestamp", "operation", "provider", "model", "request", "response"],
    ...["duration_ms", "cost_usd", "error", "call_index", "span_id", "session_id", "attempts"],
    ...["stream", "rate_limit", "price", "source"],
  ],
  "export-traces": [
    ...["trace_id", "command", "operation", "started_at", "completed_at", "timestamp"],
    ...["duration_ms", "status", "error", "spans", "total_duration_ms", "session_id", "pid"],
    "source",
  ],
  "export-diffs": [
    ...["trace_id", "operation", "timestamp", "before_file", "after_file", "changes"],
    ...["session_id", "source"],
  ],
  "export-performance": ["timestamp", "metric", "value", "tags", "source"],
  "export-errors": [
    ...["timestamp", "trace_id", "error_type", "error_message", "error_properties", "function"],
    "local_variables",
    ...["stack_trace", "state_snapshot_path", "llm_transcript_link", "locals_source"],
    ...["arguments", "environment", "causes", "open_spans", "held_locks", "operation"],
    ...["session_id", "fingerprint", "source"],
  ],
  "export-locks": [
    ...["lock_entry_id", "operation", "agent", "trace_id", "requested_at", "acquired_at"],
    ...["released_at", "wait_ms", "hold_ms", "outcome", "blocked_by", "holder", "current"],
    ...["current_ms", "source"],
  ],
};

describe.each(programs)("$name dev", (program) => {
  test.each(["export-logs", ...Object.keys(keysOf)])(
    "%s takes --json, and prints what it prints anyway",
    async (command) => {
      const plain = await dev(program, command, "--tail", "2");
      expect(plain.code).toBe(0);
      expect(await dev(program, command, "--tail", "2", "--json")).toEqual(plain);
    },
  );

  test("export-logs prints the lines as they were recorded", async () => {
    expect(await dev(program, "export-logs")).toEqual({ code: 0, stdout: lines, stderr: "" });
  });

  test.each(Object.keys(keysOf))("%s prints one array, a record a line", async (command) => {
    const { stdout } = await dev(program, command);
    const records = JSON.parse(stdout) as Record<string, unknown>[];
    expect(records.length).toBeGreaterThan(0);
    expect(stdout.split("\n")).toHaveLength(records.length + 3);
    for (const key of keysOf[command]!) expect(Object.keys(records[0]!)).toContain(key);
    expect(Object.keys(records[0]!).toSorted()).toEqual(keysOf[command]!.toSorted());
    expect(records[0]!["source"]).toMatchObject({ session_id: goodId, file: expect.any(String) });
  });

  test("an export without any record is an empty array, or nothing", async () => {
    const empty = makeHome({ [goodId]: { "state.json": stateJson(goodId), "logs/.keep": "" } });
    for (const command of Object.keys(keysOf)) {
      const run = await planloop(program, ["dev", command], { home: empty });
      expect(run, command).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    }
    const logs = await planloop(program, ["dev", "export-logs"], { home: empty });
    expect(logs).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each<[string[], string[]]>([
    [["--tail", "1"], ["outside of any trace"]],
    [["--tail", "0"], []],
    [["--level", "warn"], ["it failed", "outside of any trace"]],
    [["--since", at(7), "--until", at(7)], ["it failed"]],
    [["--trace", otherTrace.slice(0, 16)], ["lock_requested", "lock_acquired"]],
    [["--event", "lock_released"], ["lock_released"]],
    [["--operation", "total"], ["it failed"]],
    [["--text", "CARTS"], ['reading "carts.json"']],
    [["--trace", busyTrace, "--level", "ERROR", "--tail", "3"], ["it failed"]],
  ])("export-logs %j", async (options, messages) => {
    const { code, stdout, stderr } = await dev(program, "export-logs", ...options);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").slice(0, -1).map((text) => JSON.parse(text).message))
      .toEqual(messages);
  });

  test("export-performance --metric takes one of them", async () => {
    const metrics = await exported(program, "export-performance", "--metric", "llm.latency");
    expect(metrics.map(({ value }) => value)).toEqual([1500, 500]);
  });

  test("--session takes an id, the start of one, and a folder", async () => {
    const folder = join(home, "sessions", secondId);
    for (const session of [secondId, secondId.slice(0, 17), folder]) {
      const [call] = await exported(program, "export-llm", "--session", session, "--tail", "1");
      expect(call!["source"]).toMatchObject({ session_id: secondId });
    }
  });

  test("without a current session all are asked, oldest first", async () => {
    const all = makeHome({ [secondId]: recorded(secondId), [goodId]: recorded(goodId) });
    rmSync(join(all, "current_session"));
    const ask = async (...options: string[]) => {
      const args = ["dev", "export-errors", ...options];
      const records = JSON.parse((await planloop(program, args, { home: all })).stdout);
      return records.map(({ source }: { source: { session_id: string } }) => source.session_id);
    };
    expect(await ask()).toEqual([goodId, goodId, goodId, secondId, secondId, secondId]);
    expect(await ask("--tail", "4")).toEqual([goodId, secondId, secondId, secondId]);
    expect(await ask("--tail", "2")).toEqual([secondId, secondId]);
  });

  test("a trace that the current session lacks is looked for in the others", async () => {
    const id = "tr_20261201000000_eeeeee";
    const other = recorded(secondId);
    other["logs/planloop.jsonl"] = logLines[0]!.replace(busyTrace, id) + "\n";
    const two = makeHome({ [goodId]: recorded(goodId), [secondId]: other });
    const args = ["dev", "export-logs", "--trace", "tr_202612"];
    const { stdout } = await planloop(program, args, { home: two });
    expect(JSON.parse(stdout)).toMatchObject({ trace_id: id });
  });

  test("what is damaged is said on stderr with file and line; the rest is printed", async () => {
    const damaged = recorded(goodId);
    damaged["logs/planloop.jsonl"] = `${logLines[0]}\n{"timest\n${logLines[1]}\n`;
    damaged[`logs/errors/${busyTrace}_error.json`] = "{";
    const damagedHome = makeHome({ [goodId]: damaged });
    const logs = await planloop(program, ["dev", "export-logs"], { home: damagedHome });
    expect([logs.code, logs.stdout]).toEqual([0, `${logLines[0]}\n${logLines[1]}\n`]);
    expect(logs.stderr).toBe(
      "1 data problem:\n  logs/planloop.jsonl:2: The line is cut off or damaged: expected one " +
        "JSON object\n",
    );
    const errors = await planloop(program, ["dev", "export-errors"], { home: damagedHome });
    expect(JSON.parse(errors.stdout)).toHaveLength(2);
    expect(errors.stderr).toContain(`logs/errors/${busyTrace}_error.json`);
  });

  test("a reader that has enough ends a long export silently", async () => {
    const long = recorded(goodId);
    long["logs/planloop.jsonl"] = lines.repeat(4000);
    const longHome = makeHome({ [goodId]: long });
    for (const command of ["export-logs", "export-locks", "export-performance"]) {
      const { stderr, stdout, writer } = await readOneLine(program, command, longHome);
      expect([stdout.length > 0, stderr, writer], command).toEqual([true, "", 0]);
    }
  });

  test("export-logs of rotated and foreign logs is one log, by time", async () => {
    const files = recorded(goodId);
    const [first, ...others] = logLines;
    files["logs/planloop.1.jsonl"] = `${first}\n`;
    files["logs/planloop.jsonl"] = `${others.join("\n")}\n`;
    files["logs/planloop.log"] = "2026-11-20 10:15:05,500 [ERROR] from Python\n";
    const { stdout } = await planloop(program, ["dev", "export-logs"], {
      home: makeHome({ [goodId]: files }),
    });
    const messages = stdout.trim().split("\n").map((text) => JSON.parse(text));
    expect(messages).toHaveLength(logLines.length + 1);
    expect(messages[0].message).toBe("starting");
    expect(messages.find(({ message }) => message === "from Python")).toMatchObject({
      level: "ERROR",
      trace_id: null,
      session_id: goodId,
      context: {},
    });
    for (const { level } of messages) expect(levels).toContain(level as Level);
  });
});

/** Runs an export whose reader goes away after the first bytes. */
function readOneLine(
  program: Program,
  command: string,
  longHome: string,
): Promise<{ stdout: string; stderr: string; writer: number }> {
  const [name, ...before] = program.command;
  return new Promise((resolve, reject) => {
    const child = spawn(name, [...before, "dev", command], {
      env: { ...process.env, PLANLOOP_HOME: longHome },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
    child.stdout.setEncoding("utf8").once("data", (text: string) => {
      stdout = text;
      child.stdout.destroy();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, writer: code ?? -1 }));
  });
}

describe("dev export-logs", () => {
  test.each<[string[], number, string]>([
    [["--session", "nope"], 1, 'No session "nope" in '],
    [["--session", "checkout"], 1, `2 sessions in ${home} start with "checkout": `],
    [["--session", ""], 2, "Expected a value"],
    [["--trace", "tr_2026112010"], 1, "3 traces start with"],
    [["--trace", "tr_20261120101500_aaaaab"], 1, `Nearest: ${busyTrace}`],
    [["--tail", "-1"], 2, "whole number"],
    [["--tail", "1e3"], 2, "whole number"],
    [["--level", "loud"], 2, "CRITICAL"],
    [["--since", "yesterday"], 2, "2h"],
    [["--since", at(9), "--until", at(1)], 2, "--since after --until"],
    [["--home", "/nowhere/at/all"], 1, "/nowhere/at/all"],
    [["--tale", "3"], 2, "Did you mean one of --tail, --trace?"],
  ])("export-logs %j is refused with a reason", async (options, code, reason) => {
    const run = await dev(programs[0]!, "export-logs", ...options);
    expect([run.code, run.stdout]).toEqual([code, ""]);
    expect(run.stderr).toContain(reason);
    expect(run.stderr).not.toContain("    at ");
  });
});
