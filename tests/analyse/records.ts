/** Small whole records for tests: what a test does not care about has a plain default. */

import type {
  ErrorReport,
  LlmTranscript,
  Span,
  StateDiff,
  Task,
  Trace,
} from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";

/** 2025-11-18T08:14:17.000Z: the moment from which tests count. */
export const t0 = 1_763_453_657_000;

/** `t0` plus some milliseconds, as written. */
export function at(ms: number): string {
  return new Date(t0 + ms).toISOString();
}

export function logRecord(values: Partial<LogRecord> = {}): LogRecord {
  return {
    time: t0,
    level: "INFO",
    operation: "update",
    trace_id: "tr_1",
    message: "Task 1 done",
    duration_ms: null,
    event: null,
    context: {},
    extra: {},
    file: "logs/planloop.jsonl",
    line: 1,
    ...values,
  };
}

/** A lock event `ms` after {@linkcode t0}. */
export function lockEvent(
  event: string,
  id: string,
  ms: number,
  extra: Record<string, unknown> = {},
  values: Partial<LogRecord> = {},
): LogRecord {
  return logRecord({
    event,
    time: t0 + ms,
    message: "",
    extra: { lock_entry_id: id, ...extra },
    ...values,
  });
}

/** A span from `start` to `end`, in milliseconds after {@linkcode t0}; `end` null: still open. */
export function span(
  span_id: string,
  parent: string | null,
  start: number,
  end: number | null,
  values: Partial<Span> = {},
): Span {
  return {
    name: span_id,
    duration_ms: end === null ? null : end - start,
    metadata: {},
    span_id,
    parent,
    start_time: at(start),
    end_time: end === null ? null : at(end),
    status: end === null ? "running" : "success",
    error: null,
    ...values,
  };
}

export function trace(spans: Span[], values: Partial<Trace> = {}): Trace {
  return {
    trace_id: "tr_1",
    command: ["planloop", "update"],
    operation: "update",
    started_at: at(0),
    completed_at: at(100),
    timestamp: at(100),
    duration_ms: 100,
    status: "success",
    error: null,
    spans,
    total_duration_ms: 100,
    ...values,
  };
}

export function llmCall(values: Partial<LlmTranscript> = {}): LlmTranscript {
  return {
    trace_id: "tr_1",
    timestamp: at(10),
    operation: "suggest",
    provider: "anthropic",
    model: "claude-test-1",
    request: { messages: [{ role: "user", content: "What next?" }] },
    response: { content: "Write a test.", usage: { input_tokens: 100, output_tokens: 20 } },
    duration_ms: 800,
    cost_usd: 0.01,
    error: null,
    ...values,
  };
}

export function errorReport(values: Partial<ErrorReport> = {}): ErrorReport {
  return {
    timestamp: at(50),
    trace_id: "tr_1",
    error_type: "RateLimitError",
    error_message: "Too many requests",
    function: "suggest",
    local_variables: {},
    stack_trace: [{ file: "agent.ts", line: 12, function: "suggest", code: "await call();" }],
    state_snapshot_path: null,
    llm_transcript_link: null,
    ...values,
  };
}

export function stateDiff(values: Partial<StateDiff> = {}): StateDiff {
  return {
    trace_id: "tr_1",
    operation: "update",
    timestamp: at(60),
    before_file: "logs/diffs/tr_1_pre.json",
    after_file: "logs/diffs/tr_1_post.json",
    changes: { version: { old: 3, new: 4 } },
    ...values,
  };
}

export function task(id: number, status: Task["status"], depends_on: number[] = []): Task {
  return {
    id,
    title: `Task ${id}`,
    type: "feature",
    status,
    depends_on,
    commit_sha: null,
    last_updated_at: null,
  };
}
