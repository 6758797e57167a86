/**
 * A recorded session for questions: every kind, with two traces, two faults and one lock that two
 * wanted.
 *
 * @module
 */

import { errorReport, llmTranscript, stateDiff, trace } from "../../lib/format/kind_examples.ts";

/** The trace in which most happens. */
export const busyTrace = "tr_20261120101500_aaaaaa";

/** Another one, a minute later. */
export const otherTrace = "tr_20261120101600_bbbbbb";

/** A trace that began inside the busy one, and whose process died. */
export const innerTrace = "tr_20261120101510_cccccc";

/** A moment of the session: this many seconds after 10:15, on 20 November 2026. */
export function at(second: number): string {
  return new Date(Date.UTC(2026, 10, 20, 10, 15, second)).toISOString();
}

/** A line as planloop writes it. */
export function line(second: number, message: string, further: object = {}): string {
  return JSON.stringify({
    timestamp: at(second),
    level: "INFO",
    trace_id: busyTrace,
    session_id: "demo",
    operation: "update",
    message,
    context: {},
    duration_ms: null,
    ...further,
  });
}

function lock(
  second: number,
  event: string,
  id: string,
  agent: string,
  further: object = {},
): string {
  return line(second, event, {
    event,
    lock_entry_id: id,
    agent,
    ...(id === "second" && { trace_id: otherTrace }),
    ...further,
  });
}

const span = { ...trace.spans[0]!, name: "apply", parent: null };

/** The log's lines. */
export const logLines: readonly string[] = [
  line(1, "starting"),
  lock(2, "lock_requested", "first", "one"),
  lock(2, "lock_acquired", "first", "one", { wait_ms: 0 }),
  lock(3, "lock_requested", "second", "two"),
  line(4, 'reading "carts.json"', { level: "DEBUG", context: { path: "data/carts.json" } }),
  lock(6, "lock_released", "first", "one", { hold_ms: 4000 }),
  lock(6, "lock_acquired", "second", "two", { wait_ms: 3000 }),
  line(7, "it failed", { level: "ERROR", operation: "total" }),
  line(8, "outside of any trace", { trace_id: null, level: "WARNING" }),
];

/** The session's files. */
export function recordedFiles(): Record<string, unknown> {
  return {
    "logs/planloop.jsonl": `${logLines.join("\n")}\n`,
    [`logs/traces/${busyTrace}.json`]: {
      ...trace,
      trace_id: busyTrace,
      operation: "update",
      started_at: at(0),
      completed_at: at(10),
      timestamp: at(10),
      duration_ms: 10_000,
      status: "success",
      error: null,
      spans: [
        { ...span, span_id: "s1", start_time: at(1), end_time: at(9), duration_ms: 8000 },
        {
          ...span,
          name: "read",
          span_id: "s2",
          parent: "s1",
          start_time: at(2),
          end_time: at(4),
          duration_ms: 2000,
        },
      ],
      total_duration_ms: 8000,
    },
    [`logs/traces/${otherTrace}.json`]: {
      ...trace,
      trace_id: otherTrace,
      operation: "review",
      started_at: at(60),
      completed_at: at(61),
      timestamp: at(61),
      duration_ms: 1000,
      spans: [],
      total_duration_ms: 0,
    },
    [`logs/traces/${innerTrace}.journal.jsonl`]: `${
      JSON.stringify({
        kind: "trace_start",
        timestamp: at(10),
        trace_id: innerTrace,
        operation: "deploy",
        parent_trace_id: busyTrace,
      })
    }\n`,
    [`logs/llm_transcripts/${busyTrace}_llm.json`]: {
      ...llmTranscript,
      trace_id: busyTrace,
      timestamp: at(5),
      cost_usd: 0.25,
      duration_ms: 1500,
    },
    [`logs/llm_transcripts/${otherTrace}_llm.json`]: {
      ...llmTranscript,
      trace_id: otherTrace,
      timestamp: at(60),
      duration_ms: 500,
      cost_usd: null,
    },
    [`logs/errors/${busyTrace}_error.json`]: report(busyTrace, 7, "Cannot total order 4"),
    [`logs/errors/${busyTrace}_error_002.json`]: report(busyTrace, 9, "Cannot total order 12"),
    [`logs/errors/${otherTrace}_error.json`]: {
      ...report(otherTrace, 60, "no answer"),
      error_type: "TimeoutError",
    },
    [`logs/diffs/${busyTrace}_diff.json`]: {
      ...stateDiff,
      trace_id: busyTrace,
      timestamp: at(8),
      changes: { "tasks[0].status": { old: "TODO", new: "DONE" } },
    },
    "logs/performance.jsonl": [
      { timestamp: at(1), metric: "memory.rss_mb", value: 50, tags: {} },
      { timestamp: at(6), metric: "llm.latency", value: 1500, tags: {}, trace_id: busyTrace },
      { timestamp: at(61), metric: "llm.latency", value: 500, tags: {}, trace_id: otherTrace },
    ].map((metric) => `${JSON.stringify(metric)}\n`).join(""),
  };
}

function report(trace_id: string, second: number, error_message: string): object {
  const error_type = "TypeError";
  const cause = { error_type, error_message: "no price", stack_trace: [], relation: "cause" };
  const more = { operation: "total", causes: [cause] };
  return { ...errorReport, ...more, trace_id, timestamp: at(second), error_message };
}
