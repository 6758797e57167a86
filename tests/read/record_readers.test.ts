import { describe, expect, test } from "vitest";
import type { Problem, ProblemSink } from "../../lib/format/mod.ts";
import {
  createAgentReader,
  createMetricReader,
  readDeadlock,
  readErrorReport,
  readFeedback,
  readIndex,
  readLlmTranscript,
  readLockInfo,
  readQueueEntry,
  readStateDiff,
  traceIdOfFile,
} from "../../lib/read/mod.ts";
import { bytesOf } from "./helpers.ts";

function read<T>(
  reader: (value: unknown, file: string, problem: ProblemSink) => T | null,
  value: unknown,
  file = "x/tr_9_llm.json",
): { record: T | null; problems: Problem[] } {
  const problems: Problem[] = [];
  const record = reader(value, file, (problem) => problems.push(problem));
  return { record, problems };
}

describe("readLlmTranscript", () => {
  test("PLAN.md's full record comes out as it is", () => {
    const full = {
      trace_id: "tr_abc123",
      timestamp: "2025-11-18T08:14:18.000Z",
      operation: "suggest",
      provider: "anthropic",
      model: "claude-3-5-sonnet-20241022",
      request: { system: "You are", prompt: "Given", max_tokens: 4000, temperature: 0.7 },
      response: {
        content: "Here",
        stop_reason: "end_turn",
        usage: { input_tokens: 1234, output_tokens: 567 },
      },
      duration_ms: 2345,
      cost_usd: 0.0234,
      error: null,
    };
    expect(read(readLlmTranscript, full)).toEqual({ record: full, problems: [] });
  });

  test("the recorder's five keys, with a response that is only text", () => {
    const { record, problems } = read(readLlmTranscript, {
      timestamp: "2025-11-18T08:14:18",
      request: "Suggest tasks",
      response: "Do this",
      duration_ms: 12,
    });
    expect(problems).toEqual([]);
    expect(record).toMatchObject({
      trace_id: "tr_9",
      operation: "",
      provider: "",
      model: "",
      request: { prompt: "Suggest tasks" },
      response: { content: "Do this" },
      cost_usd: null,
      error: null,
    });
    expect(record!.response).not.toHaveProperty("usage");
  });

  test("OpenAI's answer: choices, names of counts, model in the request", () => {
    const { record, problems } = read(readLlmTranscript, {
      trace_id: "tr_1",
      timestamp: "2025-11-18T08:14:18Z",
      request: { model: "gpt-4o", messages: [{ role: "user", content: "hi" }] },
      response: {
        id: "chatcmpl",
        choices: [{ message: { content: "hello", tool_calls: [{}] }, finish_reason: "stop" }],
        usage: {
          prompt_tokens: 10,
          completion_tokens: "5",
          total_tokens: 15,
          prompt_tokens_details: { cached_tokens: 4 },
          completion_tokens_details: { reasoning_tokens: 2 },
        },
      },
      duration_ms: 1,
    });
    expect(problems).toEqual([]);
    expect(record).toMatchObject({
      model: "gpt-4o",
      response: {
        content: "hello",
        stop_reason: "stop",
        id: "chatcmpl",
        tool_calls: [{}],
        usage: {
          input_tokens: 10,
          output_tokens: 5,
          cache_read_input_tokens: 4,
          reasoning_tokens: 2,
          total_tokens: 15,
        },
      },
    });
  });

  test("errors as text or object, attempts, stream", () => {
    const { record } = read(readLlmTranscript, {
      request: {},
      response: null,
      error: "boom",
      attempts: [{ attempt: 1, status: 429, error: { type: "rate_limit_error", message: "m" } }],
      stream: { chunks: 3, aborted: true },
      mystery: 1,
    });
    expect(record).toMatchObject({
      response: null,
      error: { type: "", status: null, message: "boom", retry_after_ms: null },
      attempts: [{
        attempt: 1,
        status: 429,
        duration_ms: null,
        error: { type: "rate_limit_error", message: "m", status: null },
      }],
      stream: { chunks: 3, time_to_first_chunk_ms: null, aborted: true },
      mystery: 1,
    });
  });

  test("a file with nothing of a call is left out, with a problem", () => {
    expect(read(readLlmTranscript, { a: 1 })).toMatchObject({
      record: null,
      problems: [{ kind: "wrong_shape", lost: true }],
    });
  });
});

describe("readErrorReport", () => {
  test("reads the Python planloop's report", () => {
    const python = {
      timestamp: "2026-11-22T14:44:15.092282+00:00",
      trace_id: "tr_20261122144415_5a82fb",
      error_type: "RuntimeError",
      error_message: "could not read",
      function: "chained",
      local_variables: { args: "('abc',)" },
      stack_trace: [{ file: "a.py", line: 47, function: "wrapper", code: "return f()" }],
      state_snapshot_path: "/home/dev/state.json",
      llm_transcript_link: "logs/llm_transcripts/*_tr.json",
    };
    expect(read(readErrorReport, python)).toEqual({ record: python, problems: [] });
  });

  test("defaults what is missing, reports what has another type, keeps the rest", () => {
    const { record, problems } = read(readErrorReport, {
      error_message: "m",
      local_variables: [1],
      stack_trace: [{ file: "a", line: "12" }, "frame"],
      causes: [{ error_type: "TypeError", error_message: "inner" }],
      llm_transcript_link: ["a", "b"],
      more: true,
    }, "logs/errors/tr_7_error_002.json");
    expect(record).toMatchObject({
      trace_id: "tr_7",
      error_type: "Error",
      local_variables: {},
      stack_trace: [{ file: "a", line: 12, function: "", code: "" }],
      causes: [{ error_type: "TypeError", relation: "cause", stack_trace: [] }],
      llm_transcript_link: ["a", "b"],
      more: true,
    });
    expect(problems.map(({ reason }) => reason.split(" is ")[0])).toEqual([
      "local_variables",
      "stack_trace[1]",
    ]);
    expect(read(readErrorReport, { x: 1 }).record).toBeNull();
  });
});

describe("readStateDiff", () => {
  test("takes old and new, before and after, added and removed", () => {
    const { record, problems } = read(readStateDiff, {
      trace_id: "tr_1",
      operation: "update",
      timestamp: "2025-11-18T08:14:20.123Z",
      before_file: "logs/diffs/001_pre.json",
      after_file: "logs/diffs/001_post.json",
      changes: {
        "tasks[4].status": { old: "TODO", new: "DONE" },
        version: { before: 11, after: 12 },
        added: { new: 1 },
        removed: { old: null },
        ["__proto__"]: { old: 1 },
        bad: 3,
      },
    });
    expect(Object.entries(record!.changes)).toMatchObject([
      ["tasks[4].status", { old: "TODO", new: "DONE" }],
      ["version", { old: 11, new: 12 }],
      ["added", { new: 1 }],
      ["removed", { old: null }],
      ["__proto__", { old: 1 }],
    ]);
    expect(record!.changes["added"]).not.toHaveProperty("old");
    expect(problems).toMatchObject([{ kind: "wrong_shape", lost: true }]);
    expect(read(readStateDiff, { trace_id: "x" }).record).toBeNull();
  });
});

describe("createMetricReader", () => {
  test("reads numbers, leaves out what is none, keeps other keys", () => {
    const problems: Problem[] = [];
    const reader = createMetricReader("p", (problem) => problems.push(problem));
    const metrics = reader.push(bytesOf(
      '{"timestamp":"2025-11-18T08:14:20Z","metric":"memory.rss_mb","value":45.2,"tags":{}}\n' +
        '{"timestamp":"2025-11-18T08:14:20Z","metric":"a","value":"7","trace_id":"tr_1","unit":1}\n' +
        '{"timestamp":"2025-11-18T08:14:20Z","metric":"a","value":null}\n' +
        '{"timestamp":"soon","metric":"b","value":1,"tags":null}\n',
    ));
    expect(metrics).toEqual([
      { timestamp: "2025-11-18T08:14:20Z", metric: "memory.rss_mb", value: 45.2, tags: {} },
      {
        timestamp: "2025-11-18T08:14:20Z",
        metric: "a",
        value: 7,
        tags: {},
        trace_id: "tr_1",
        unit: 1,
      },
      { timestamp: "soon", metric: "b", value: 1, tags: {} },
    ]);
    expect(problems.map(({ line, lost }) => [line, lost])).toEqual([[3, true], [4, false]]);
  });
});

describe("createAgentReader", () => {
  test("reads both shapes and reports others", () => {
    const problems: Problem[] = [];
    const reader = createAgentReader("a", (problem) => problems.push(problem));
    const lines = reader.push(bytesOf(
      '{"timestamp":"t","type":"command","command":"status","args":{"session":null},"agent":null}\n' +
        '{"timestamp":"t","type":"response","command":"status","success":true,"error":null}\n' +
        '{"timestamp":"t","type":"note","message":"m","metadata":{}}\n' +
        '{"event":"bash_command","command":"ls","cmd_number":3}\n' +
        '{"event":"bash_output","output":"x","cmd_number":3}\n' +
        '{"type":"dance"}\n{not json\n',
    ));
    expect(lines).toEqual([
      { timestamp: "t", type: "command", command: "status", args: { session: null }, agent: null },
      { timestamp: "t", type: "response", command: "status", success: true, error: null },
      { timestamp: "t", type: "note", message: "m", metadata: {} },
      { event: "bash_command", command: "ls", cmd_number: 3 },
      { event: "bash_output", output: "x", cmd_number: 3 },
    ]);
    expect(problems.map(({ kind, line, lost }) => [kind, line, lost])).toEqual([
      ["wrong_shape", 6, true],
      ["torn", 7, true],
    ]);
  });
});

describe("the home's and the session's small files", () => {
  test("readIndex keeps further keys and reports broken entries", () => {
    const { record, problems } = read(readIndex, {
      sessions: [{ session: "a", name: "A", done: "yes", colour: "red" }, 3, {}],
      updated_at: "2025-11-16T04:22:51.306742",
    });
    expect(record!.sessions).toMatchObject([
      { session: "a", name: "A", title: "", tags: [], done: true, colour: "red" },
      { session: "" },
    ]);
    expect(problems).toHaveLength(2);
  });

  test("readDeadlock takes older files without the queue's keys", () => {
    expect(read(readDeadlock, { last_state_hash: "", no_progress_counter: 2 })).toEqual({
      record: {
        last_state_hash: "",
        no_progress_counter: 2,
        queue_head: null,
        queue_stall_counter: 0,
      },
      problems: [],
    });
  });

  test("readFeedback, readLockInfo", () => {
    expect(read(readFeedback, { message: "ok", rating: 5, session_id: "s" }).record).toMatchObject({
      message: "ok",
      rating: 5,
      agent: null,
    });
    const info = { held_by: "pid:3", since: 1.5, operation: "update" };
    expect(read(readLockInfo, info)).toEqual({ record: info, problems: [] });
    expect(read(readLockInfo, "x").record).toBeNull();
  });

  test("readQueueEntry compares the id with the file's name", () => {
    const entry = { id: "e1", agent: "claude", operation: "update", requested_at: 1763266971.5 };
    const file = ".lock_queue/e1.json";
    expect(read(readQueueEntry, entry, file)).toEqual({ record: entry, problems: [] });
    const other = read(readQueueEntry, { ...entry, id: "e2", pid: 4, host: "h" }, file);
    expect(other.record).toMatchObject({ id: "e2", pid: 4, host: "h" });
    expect(other.problems).toMatchObject([{ kind: "inconsistent", lost: false }]);
  });
});

test("traceIdOfFile: takes what follows the trace id off", () => {
  const names: [string, string][] = [
    ["logs/errors/tr_1_error.json", "tr_1"],
    ["tr_1_error_002.json", "tr_1"],
    ["tr_20251118081417_abc123_llm_010.json", "tr_20251118081417_abc123"],
    ["tr_1_diff.json", "tr_1"],
    ["logs/traces/tr_20251118081417_123456.json", "tr_20251118081417_123456"],
    ["logs/traces/tr_1.journal.jsonl", "tr_1"],
    ["001_suggest.json", "001_suggest"],
  ];
  for (const [file, id] of names) expect(traceIdOfFile(file), file).toBe(id);
});
