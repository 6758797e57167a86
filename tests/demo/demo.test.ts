import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoResult, plantedKey } from "../../demo/mod.ts";
import {
  check,
  type LlmTranscript,
  type LogLine,
  type Metric,
  type RecordKinds,
  recordKinds,
  type SessionState,
  type Span,
  type Trace,
} from "../../lib/format/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";

let home = "";
let session = "";

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "planloop-demo-test-"));
  const entry = fileURLToPath(new URL("./demo_child.ts", import.meta.url));
  const script = await bundleChild(entry);
  const child = spawnChild(script, [home]);
  const { code } = await child.exit;
  expect(code, child.errors()).toBe(0);
  const result = JSON.parse(child.output()) as DemoResult;
  session = result.path;
  expect(session.endsWith(result.sessionId)).toBe(true);
}, 60_000);
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

const text = (name: string): string => readFileSync(join(session, name), "utf8");
const json = <T>(name: string): T => JSON.parse(text(name)) as T;
const lines = <T>(name: string): T[] =>
  text(name).trim().split("\n").map((line) => JSON.parse(line) as T);
const folder = (name: string, ending = ".json"): string[] =>
  readdirSync(join(session, name)).filter((one) => one.endsWith(ending)).map((one) =>
    `${name}/${one}`
  );
const log = (): LogLine[] => lines<LogLine>("logs/planloop.jsonl");

function count<T>(values: readonly T[], key: (value: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[key(value)] = (counts[key(value)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All traces: those that ended, and those whose process died. */
function traces(): Trace[] {
  return folder("logs/traces").map((name) => json<Trace>(name));
}

describe("runDemo", () => {
  test("writes records that are valid, every one", () => {
    const valid = (kind: keyof RecordKinds, value: unknown, where: string): void => {
      expect(check(recordKinds[kind].schema as never, value), where).toEqual([]);
    };
    valid("session_state", json("state.json"), "state.json");
    valid("deadlock", json("deadlock.json"), "deadlock.json");
    log().forEach((line, index) => {
      const kind = line.event?.startsWith("lock_")
        ? "lock_event"
        : line.event === "validation_failed"
        ? "validation_event"
        : "log_line";
      valid(kind, line, `log line ${index + 1}`);
    });
    lines("logs/performance.jsonl").forEach((line, index) =>
      valid("metric", line, `metric ${index + 1}`)
    );
    for (const name of folder("logs/traces")) valid("trace", json(name), name);
    for (const name of folder("logs/traces", ".jsonl")) {
      for (const line of lines(name)) valid("trace_journal", line, name);
    }
    for (const name of folder("logs/llm_transcripts")) valid("llm_transcript", json(name), name);
    for (const name of folder("logs/errors", "_error.json")) {
      valid("error_report", json(name), name);
    }
    for (const name of folder("logs/diffs").filter((one) => one.includes("_diff"))) {
      valid("state_diff", json(name), name);
    }
  });

  test("leaves the plan as the story has it", () => {
    const state = json<SessionState>("state.json");
    expect(state.tasks.map((task) => task.status).join(" "))
      .toBe("DONE DONE DONE DONE FAILED BLOCKED DONE TODO");
    expect(state.signals.map((signal) => signal.id)).toEqual(["staging-unknown"]);
    expect(state.context_notes.length).toBe(3);
    expect(text("PLAN.md")).toContain("| 5 | Round order totals in cents | fix | FAILED | 1 | - |");
    expect(existsSync(join(session, ".lock"))).toBe(false);
    const queued = readdirSync(join(session, ".lock_queue"));
    expect(queued.filter((name) => name.endsWith(".json"))).toEqual([]);
  });

  test("logs what happened, on every level", () => {
    expect(log().length).toBeGreaterThanOrEqual(200);
    expect(log().length).toBeLessThanOrEqual(400);
    expect(count(log(), (line) => line.level)).toEqual({
      CRITICAL: 1,
      DEBUG: expect.any(Number),
      ERROR: 9,
      INFO: expect.any(Number),
      WARNING: 7,
    });
    const events = count(
      log().filter((line) => line.event),
      (line) => `${line.event} ${line.operation}`,
    );
    expect(events).toEqual({
      "error_captured total_order": 1,
      "lock_acquired add_tasks": 1,
      "lock_acquired begin_task": 7,
      "lock_acquired deploy": 1,
      "lock_acquired end_task": 7,
      "lock_acquired review": 9,
      "lock_acquired review_note": 3,
      "lock_acquired wrap_up": 1,
      "lock_broken deploy": 1,
      "lock_released add_tasks": 1,
      "lock_released begin_task": 7,
      "lock_released end_task": 7,
      "lock_released review": 9,
      "lock_released review_note": 3,
      "lock_released wrap_up": 1,
      "lock_requested add_tasks": 1,
      "lock_requested begin_task": 7,
      "lock_requested deploy": 1,
      "lock_requested end_task": 7,
      "lock_requested note_progress": 1,
      "lock_requested review": 9,
      "lock_requested review_note": 3,
      "lock_requested wrap_up": 1,
      "lock_timeout note_progress": 1,
      "validation_failed plan": 1,
    });
  });

  test("makes its processes wait for each other", () => {
    const waits = log().filter((line) =>
      line.event === "lock_acquired" && line.operation === "review"
    )
      .map((line) => (line as unknown as { wait_ms: number }).wait_ms);
    expect(waits.filter((wait) => wait > 30).length).toBeGreaterThanOrEqual(4);
    const timeout = log().find((line) => line.event === "lock_timeout");
    expect(timeout).toMatchObject({ holder: "deployer", agent: "agent" });
  });

  test("records traces with spans nested three deep, and the one whose process was killed", () => {
    const ended = traces().filter((trace) => trace.status !== "running");
    expect(count(ended, (trace) => `${trace.operation} ${trace.status}`)).toEqual({
      "plan success": 1,
      "review success": 3,
      "work success": 7,
      "wrap_up success": 1,
    });
    const spans = ended.flatMap((trace) => trace.spans);
    expect(count(spans, (span) => span.name)).toEqual({
      ask_for_plan: 1,
      check_plan: 1,
      llm_call: 15,
      review_round: 9,
      spawn_check: 3,
      task: 7,
      "tool:ask_reviewers": 1,
      "tool:deploy": 1,
      "tool:list_files": 1,
      "tool:read_file": 4,
      "tool:run_check": 3,
      "tool:total_order": 1,
      "tool:write_file": 2,
      total_order: 1,
      turn: 14,
      update_state: 19,
    });
    const failed = spans.filter((span) => span.status === "error").map((span) => span.name);
    expect(failed.sort()).toEqual([
      "tool:deploy",
      "tool:read_file",
      "tool:total_order",
      "total_order",
    ]);
    const deepest = Math.max(
      ...ended.map((trace) => Math.max(...trace.spans.map((span) => depthOf(span, trace)))),
    );
    expect(deepest).toBeGreaterThanOrEqual(3);

    const open = folder("logs/traces", ".journal.jsonl").flatMap((name) =>
      lines<{ kind: string; name?: string }>(name)
    );
    const running = traces().filter((trace) => trace.status === "running").flatMap((trace) =>
      trace.spans
    );
    const names = [...open.filter((line) => line.kind === "span_start"), ...running].map((one) =>
      one.name
    );
    expect(names).toEqual(["deploy", "upload_build", "llm_call"]);
    expect(open.some((line) => line.kind === "trace_end" || line.kind === "span_end")).toBe(false);
  });

  test("records model calls of both protocols, streamed and not, and one that was retried", () => {
    const calls = folder("logs/llm_transcripts").map((name) => json<LlmTranscript>(name));
    const shape = (call: LlmTranscript): string =>
      `${call.provider} ${call.model}${call.stream ? " streamed" : ""} x${call.attempts?.length}`;
    expect(count(calls, shape)).toEqual({
      "anthropic claude-sonnet-4-5 streamed x1": 6,
      "anthropic claude-sonnet-4-5 x1": 3,
      "anthropic claude-sonnet-4-5 x2": 1,
      "openai gpt-4.1 streamed x1": 2,
      "openai gpt-4.1-mini x1": 3,
    });
    expect(calls.every((call) => call.response !== null && call.error === null)).toBe(true);
    expect(calls.every((call) => call.cost_usd! > 0 && call.price?.version)).toBeTruthy();
    expect(calls.every((call) => (call.response?.usage?.output_tokens ?? 0) > 0)).toBe(true);
    const retried = calls.find((call) => call.attempts?.length === 2)!;
    expect(retried.attempts![0]).toMatchObject({
      status: 429,
      retry_delay_ms: 320,
      error: { type: "rate_limit_error", status: 429, retry_after_ms: 320 },
    });
    expect(retried.attempts![1]).toMatchObject({ status: 200, error: null });
    expect(retried.rate_limit).toMatchObject({ requests_limit: 50, requests_remaining: 37 });
  });

  test("reports the error with its cause and the variables around it", () => {
    const [report] = folder("logs/errors", "_error.json").map((name) =>
      json<Record<string, unknown>>(name)
    );
    expect(report).toMatchObject({
      error_type: "TypeError",
      error_message: "Cannot total order o-1834: item 3 (GIFT-CARD) has no price",
      function: "orderTotal",
      operation: "total_order",
      local_variables: {
        order: "o-1834",
        rounding: "half to even",
        path: "data/carts.json",
        items: 3,
      },
      causes: [{ error_type: "TypeError", relation: "cause" }],
    });
    expect((report!["open_spans"] as { name: string }[]).map((span) => span.name))
      .toEqual(["task", "turn", "tool:total_order", "total_order"]);
  });

  test("records every state change and the measurements", () => {
    const diffs = folder("logs/diffs").filter((name) => name.includes("_diff"));
    expect(diffs.length).toBe(1 + 7 + 7 + 3 + 1);
    const metrics = count(lines<Metric>("logs/performance.jsonl"), (line) => line.metric);
    expect(metrics).toMatchObject({
      "checkout.failed_orders": 3,
      "command.duration": 12,
      "event_loop.delay_ms": 1,
      "llm.latency": 15,
      "memory.heap_used_mb": 8,
      "memory.rss_mb": 8,
      "task.duration": 7,
    });
  });

  test("lets the planted key reach no file", () => {
    const walk = (path: string): string[] =>
      readdirSync(path).flatMap((name) => {
        const full = join(path, name);
        return statSync(full).isDirectory() ? walk(full) : [full];
      });
    const files = walk(home);
    expect(files.length).toBeGreaterThan(60);
    for (const file of files) expect(readFileSync(file, "utf8"), file).not.toContain(plantedKey);
    expect(text("logs/planloop.jsonl")).toMatch(
      /using the API key \[REDACTED:anthropic:[0-9a-f]{4}\]/,
    );
  });
});

function depthOf(span: Span, trace: Trace): number {
  const parent = trace.spans.find((one) => one.span_id === span.parent);
  return parent ? 1 + depthOf(parent, trace) : 1;
}
