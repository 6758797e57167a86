/**
 * One example of each kind of record under `logs/`, all of one invented session. The published
 * spec shows them and a test checks them.
 *
 * @module
 */

import type { ErrorReport } from "./error_report.ts";
import type { LlmJournalLine } from "./llm_journal.ts";
import type { LlmTranscript } from "./llm_transcript.ts";
import type { LockEvent, LogLine, ValidationEvent } from "./log_line.ts";
import type { Metric } from "./metric.ts";
import type { StateDiff } from "./state_diff.ts";
import type { Trace } from "./trace.ts";
import { exampleEntry, exampleSession } from "./shared_examples.ts";
import type { TraceJournalLine } from "./trace_journal.ts";

const TRACE = "tr_20251118081417_a1b2c3";

/** A log line. */
export const logLine: LogLine = {
  timestamp: "2025-11-18T08:14:17.585Z",
  level: "INFO",
  trace_id: TRACE,
  session_id: exampleSession,
  operation: "update",
  message: "Starting update operation",
  context: { task_id: 5, user: "mira" },
  duration_ms: null,
};

/** A lock event. */
export const lockEvent: LockEvent = {
  timestamp: "2025-11-18T08:14:17.912Z",
  level: "INFO",
  trace_id: TRACE,
  session_id: exampleSession,
  operation: "update",
  message: "Lock acquired for update after 327 ms",
  context: {},
  duration_ms: null,
  event: "lock_acquired",
  lock_entry_id: exampleEntry,
  wait_ms: 326.8,
  agent: "claude",
};

/** A validation event. */
export const validationEvent: ValidationEvent = {
  timestamp: "2025-11-18T08:14:19.040Z",
  level: "ERROR",
  trace_id: TRACE,
  session_id: exampleSession,
  operation: "suggest",
  message: "Cannot accept the llm response: tasks[0].id is missing, expected an integer",
  context: { model: "claude-sonnet-4-5" },
  duration_ms: null,
  event: "validation_failed",
  target: "llm response",
  issues: [{
    path: "tasks[0].id",
    expected: "an integer of 1 or more",
    found: "nothing",
    message: "Cannot accept the llm response: tasks[0].id is missing, expected an integer",
  }],
};

/** A trace. */
export const trace: Trace = {
  trace_id: TRACE,
  command: ["planloop", "update", "--session", exampleSession],
  operation: "update",
  started_at: "2025-11-18T08:14:17.585Z",
  completed_at: "2025-11-18T08:14:20.123Z",
  timestamp: "2025-11-18T08:14:20.123Z",
  duration_ms: 2538.4,
  status: "success",
  error: null,
  spans: [
    {
      name: "load_session",
      duration_ms: 45.1,
      metadata: {},
      span_id: "s1",
      parent: null,
      start_time: "2025-11-18T08:14:17.590Z",
      end_time: "2025-11-18T08:14:17.635Z",
      status: "success",
      error: null,
    },
    {
      name: "llm_suggest",
      duration_ms: 2300.7,
      metadata: { provider: "anthropic" },
      span_id: "s2",
      parent: null,
      start_time: "2025-11-18T08:14:17.640Z",
      end_time: "2025-11-18T08:14:19.941Z",
      status: "success",
      error: null,
    },
    {
      name: "parse_response",
      duration_ms: 4.2,
      metadata: {},
      span_id: "s3",
      parent: "s2",
      start_time: "2025-11-18T08:14:19.936Z",
      end_time: "2025-11-18T08:14:19.940Z",
      status: "success",
      error: null,
    },
  ],
  total_duration_ms: 2345.8,
  session_id: exampleSession,
  pid: 41873,
};

/** A line of a running trace's journal. */
export const traceJournalLine: TraceJournalLine = {
  kind: "span_start",
  timestamp: "2025-11-18T08:14:17.640Z",
  span_id: "s2",
  parent: null,
  name: "llm_suggest",
  metadata: { provider: "anthropic" },
};

/** A model call that succeeded on its second try. */
export const llmTranscript: LlmTranscript = {
  trace_id: TRACE,
  timestamp: "2025-11-18T08:14:17.641Z",
  operation: "suggest",
  provider: "anthropic",
  model: "claude-sonnet-4-5",
  request: {
    system: "You plan small steps.",
    messages: [{ role: "user", content: "Given the current state, what is next?" }],
    max_tokens: 4000,
    temperature: 0.7,
  },
  response: {
    content: "Write the failing test first.",
    stop_reason: "end_turn",
    usage: { input_tokens: 1234, output_tokens: 567, cache_read_input_tokens: 1024 },
  },
  duration_ms: 2299.3,
  cost_usd: null,
  error: null,
  call_index: 1,
  span_id: "s2",
  attempts: [
    {
      attempt: 1,
      started_at: "2025-11-18T08:14:17.641Z",
      duration_ms: 88.2,
      status: 429,
      error: {
        type: "rate_limit_error",
        status: 429,
        message: "Too many requests",
        retry_after_ms: 500,
      },
      retry_delay_ms: 500,
    },
    {
      attempt: 2,
      started_at: "2025-11-18T08:14:18.229Z",
      duration_ms: 1711.1,
      status: 200,
      error: null,
    },
  ],
  stream: { chunks: 42, time_to_first_chunk_ms: 311.5, aborted: false },
  rate_limit: { requests_limit: 50, requests_remaining: 49, requests_reset_ms: 1200 },
  price: null,
  session_id: exampleSession,
};

/** A line of a running model call's journal. */
export const llmJournalLine: LlmJournalLine = {
  kind: "llm_text",
  timestamp: "2025-11-18T08:14:18.541Z",
  part: "content",
  keep: 10,
  text: "failing test ",
  chunks: 4,
  time_to_first_chunk_ms: 311.5,
};

/** A state diff. */
export const stateDiff: StateDiff = {
  trace_id: TRACE,
  operation: "update",
  timestamp: "2025-11-18T08:14:20.101Z",
  before_file: `logs/diffs/${TRACE}_pre.json`,
  after_file: `logs/diffs/${TRACE}_post.json`,
  changes: {
    "tasks[4].status": { old: "TODO", new: "DONE" },
    "tasks[5]": { new: { id: 6, title: "Retry the upload" } },
    version: { old: 11, new: 12 },
  },
  session_id: exampleSession,
};

/** An error report. */
export const errorReport: ErrorReport = {
  timestamp: "2025-11-18T08:15:02.417Z",
  trace_id: TRACE,
  error_type: "TypeError",
  error_message: "Cannot read properties of undefined (reading 'status')",
  error_properties: { code: "E_NO_TASK" },
  function: "applyUpdate",
  local_variables: { task_id: 999, tasks: "[…5 tasks]" },
  stack_trace: [
    { file: "/app/agent.ts", line: 88, function: "run", code: "await applyUpdate(reply);" },
    {
      file: "/app/update.ts",
      line: 41,
      function: "applyUpdate",
      code: "task.status = patch.status;",
      column: 8,
    },
  ],
  state_snapshot_path: `logs/errors/${TRACE}_state.json`,
  llm_transcript_link: `logs/llm_transcripts/${TRACE}_llm.json`,
  locals_source: "scope",
  arguments: [{ task_id: 999, status: "DONE" }],
  environment: { runtime: "node", version: "v20.20.0", platform: "linux", pid: 41873 },
  causes: [],
  open_spans: [{
    span_id: "s4",
    name: "apply_update",
    open_ms: 3.1,
    metadata: {},
    variables: { task_id: 999 },
  }],
  held_locks: [{ lock_entry_id: exampleEntry, operation: "update", held_ms: 12.6 }],
  operation: "update",
  session_id: exampleSession,
};

/** A measurement. */
export const metric: Metric = {
  timestamp: "2025-11-18T08:14:20.123Z",
  metric: "command.duration",
  value: 2538.4,
  tags: { command: "update" },
  trace_id: TRACE,
};
