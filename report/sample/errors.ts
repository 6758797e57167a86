/**
 * The sample's error reports: with variables, causes, open spans, held locks, and without any.
 *
 * @module
 */

import type { ErrorReport, StackFrame } from "../../lib/format/mod.ts";
import { iso } from "./clock.ts";
import { bidi, closers, controls, longWord, scriptTag } from "./hostile.ts";
import { sampleSessionId } from "./session.ts";
import { ids } from "./traces.ts";

const frame = (file: string, line: number, name: string, code: string, column = 5): StackFrame => ({
  file,
  line,
  function: name,
  code,
  column,
});

const outer = [
  frame("node:internal/process/task_queues", 105, "processTicksAndRejections", ""),
  frame("src/main.ts", 31, "main", "  await loop(session);"),
  frame("src/loop.ts", 88, "loop", "    await step(task, session);"),
];

function report(
  time_ms: number,
  sketch: Partial<ErrorReport> & Pick<ErrorReport, "trace_id" | "error_type" | "error_message">,
): ErrorReport {
  return {
    timestamp: iso(time_ms),
    function: "step",
    local_variables: {},
    stack_trace: [],
    state_snapshot_path: null,
    llm_transcript_link: null,
    session_id: sampleSessionId,
    environment: {
      runtime: "node",
      version: "20.20.0",
      platform: "linux",
      arch: "x64",
      pid: 4242,
      cwd: "/home/dev/shop/checkout",
      rss_mb: 148.3,
    },
    ...sketch,
  };
}

const failedTest = (time_ms: number, attempt: number): ErrorReport =>
  report(time_ms, {
    trace_id: ids.tests,
    error_type: "AssertionError",
    error_message: "expected 1 delivery, got 2",
    function: "assertDeliveries",
    operation: "run_tests",
    locals_source: "scope",
    local_variables: {
      "vitest": { pattern: "retry", attempt },
      "retry.test.ts": {
        expected: 1,
        deliveries: [
          { id: "evt_81", at_ms: 0, key: "[REDACTED:generic-api-key:5c1f]" },
          { id: "evt_81", at_ms: 251.4, key: null },
        ],
        window_ms: 250,
      },
    },
    arguments: [{ id: "evt_81", customer: "cus_19", amount: 4_990 }, 1],
    stack_trace: [
      ...outer,
      frame("src/loop.ts", 141, "step", "  return await tools.get(task.type)!.run(task);"),
      frame(
        "tests/retry.test.ts",
        57,
        "assertDeliveries",
        "    expect(deliveries.length).toBe(expected);",
        32,
      ),
    ],
    state_snapshot_path: `logs/errors/${ids.tests}_state.json`,
    llm_transcript_link: [
      `logs/llm_transcripts/${ids.tests}_llm.json`,
      `logs/llm_transcripts/${ids.tests}_llm_002.json`,
    ],
    open_spans: [
      {
        span_id: `${ids.tests.slice(-6)}-2`,
        name: "vitest",
        open_ms: 8_420.9,
        metadata: {},
        variables: { pattern: "retry", attempt },
      },
      {
        span_id: `${ids.tests.slice(-6)}-3`,
        name: "retry.test.ts",
        open_ms: 8_070.2,
        metadata: { worker: 1 },
        variables: { window_ms: 250 },
      },
    ],
    held_locks: [],
  });

const reports: ErrorReport[] = [
  report(92_001, {
    trace_id: ids.timeout,
    error_type: "LockTimeoutError",
    error_message: "The lock was not free after 30000 ms; pid:4310 holds it",
    function: "acquireLock",
    operation: "update",
    locals_source: "arguments",
    local_variables: { timeout_ms: 30_000, operation: "update" },
    arguments: [{ operation: "update", timeout_ms: 30_000 }],
    stack_trace: [
      ...outer,
      frame(
        "src/state.ts",
        12,
        "saveState",
        "  const lock = await session.acquireLock({ operation });",
      ),
      frame(
        "planloop/lib/lock/lock.ts",
        204,
        "acquireLock",
        "    throw new LockTimeoutError(waitMs, holder);",
        11,
      ),
    ],
    open_spans: [{
      span_id: `${ids.timeout.slice(-6)}-1`,
      name: "acquire_lock",
      open_ms: 30_001.2,
      metadata: { operation: "update" },
    }],
  }),
  failedTest(102_660, 1),
  failedTest(103_900, 2),
  report(391_400, {
    trace_id: ids.loadTest,
    error_type: "AggregateError",
    error_message: "3 of 9600 requests failed",
    function: "fire",
    operation: "load_test",
    locals_source: "inspector",
    local_variables: {
      rate: 200,
      sent: 9_600,
      failed: 3,
      histogram: { p50_ms: 41, p95_ms: 1_812.5, p99_ms: 2_204 },
      tags: ["gateway", "eu-1"],
      last: null,
      done: false,
    },
    stack_trace: [
      ...outer,
      frame(
        "src/load.ts",
        77,
        "fire",
        "  if (failures.length > 0) throw new AggregateError(failures);",
        34,
      ),
    ],
    state_snapshot_path: `logs/errors/${ids.loadTest}_state.json`,
    held_locks: [{
      lock_entry_id: "e7000000-0000-4000-8000-000000000018",
      operation: "load_test",
      held_ms: 61_003.4,
    }],
    causes: [
      {
        error_type: "HttpError",
        error_message: "503 Service Unavailable",
        relation: "errors[0]",
        stack_trace: [
          frame("src/gateway.ts", 40, "send", "  throw new HttpError(response.status);"),
        ],
      },
      {
        error_type: "HttpError",
        error_message: "503 Service Unavailable",
        relation: "errors[1]",
        stack_trace: [
          frame("src/gateway.ts", 40, "send", "  throw new HttpError(response.status);"),
        ],
      },
      {
        error_type: "TimeoutError",
        error_message: "No answer after 2000 ms",
        relation: "errors[2]",
        stack_trace: [frame("src/gateway.ts", 33, "send", "  await withTimeout(socket, 2_000);")],
      },
      {
        error_type: "Error",
        error_message: "ECONNRESET: the peer closed the connection",
        relation: "errors[2].cause",
        stack_trace: [],
      },
    ],
  }),
  report(300_700, {
    trace_id: ids.hostile,
    error_type: scriptTag,
    error_message: `${closers} ${bidi} ${controls} ${longWord}`,
    function: bidi,
    operation: scriptTag,
    locals_source: "scope",
    local_variables: {
      [scriptTag]: closers,
      constructor: "own",
      nested: { a: { b: { c: { d: controls } } } },
      long: longWord,
    },
    stack_trace: [frame(`src/${bidi}`, 1, scriptTag, `eval(${JSON.stringify(closers)});`)],
  }),
  report(431_000, {
    trace_id: "tr_20251118082128_c0ffee",
    error_type: "ValueError",
    error_message: "Unknown task id 99",
    function: "apply_update",
    // As the Python planloop writes it: a pattern, whether or not there is such a file.
    llm_transcript_link: "logs/llm_transcripts/*_tr_20251118082128_c0ffee.json",
    locals_source: "unavailable",
    environment: {},
  }),
];

/** Every error report of the sample, in time order. */
export function sampleErrors(): ErrorReport[] {
  return [...reports].sort((a, b) => a.timestamp < b.timestamp ? -1 : 1);
}
