/**
 * Schemas of what the server answers. Records have those of their files.
 *
 * @module
 */

import { levels, recordKinds, schemaId, toJsonSchema } from "../lib/format/mod.ts";
import { sessionKeys } from "../lib/query/mod.ts";

type Json = Record<string, unknown>;

const text: Json = { type: "string" };
const texts: Json = { type: "array", items: text };
const textOrNull: Json = { type: ["string", "null"] };
const count: Json = { type: "integer", minimum: 0 };
const numberOrNull: Json = { type: ["number", "null"] };
const flag: Json = { type: "boolean" };

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const listOf = (items: Json): Json => ({ type: "array", items });

/** Kinds of files, by the name that their schemas have here. */
const fileKinds = {
  LlmRecord: "llm_transcript",
  TraceRecord: "trace",
  DiffRecord: "state_diff",
  MetricRecord: "metric",
  ErrorRecord: "error_report",
  State: "session_state",
  LockInfo: "lock_info",
  LockQueueEntry: "lock_queue_entry",
} as const;

/** All schemas by name. */
export function schemas(): Json {
  return {
    ...fileSchemas(),
    Source: object({ session_id: text, file: text }, { line: { type: "integer", minimum: 1 } }),
    ...recordSchemas(),
    ...sessionSchemas(),
    ...traceSchemas(),
    DevStatus: { type: "object" },
    Refusal: object({
      title: text,
      status: { type: "integer" },
      detail: { type: "string", description: "What was asked, and what was expected." },
    }, { nearest: texts }),
  };
}

/** The files' own schemas. Their parts become schemas of their own, whose names begin alike. */
function fileSchemas(): Json {
  const found: Json = {};
  for (const [name, kind] of Object.entries(fileKinds)) {
    const { schema } = recordKinds[kind];
    const whole = toJsonSchema(schema as never, { id: schemaId(kind) });
    const { $schema: _dialect, $id: _id, $defs = {}, ...own } = whole;
    found[name] = renamed(own, name);
    for (const [part, body] of Object.entries($defs as Json)) {
      found[`${name}.${part}`] = renamed(body, name);
    }
  }
  return found;
}

/** What is damaged is given as far as it could be read: then forms and limits do not hold. */
const limits: ReadonlySet<string> = new Set(["pattern", "minLength", "minimum", "minItems"]);

function renamed(value: unknown, name: string): unknown {
  return JSON.parse(JSON.stringify(value), (key, part) => {
    if (limits.has(key) && typeof part !== "object") return undefined;
    return key === "$ref"
      ? String(part).replace("#/$defs/", `#/components/schemas/${name}.`)
      : part;
  });
}

function recordSchemas(): Json {
  const problem = object({ file: text, kind: text, reason: text, lost: flag }, {
    line: count,
    byte_start: count,
    byte_end: count,
    count,
    preview: text,
  });
  return {
    Problem: problem,
    SourcedProblem: sourced(ref("Problem")),
    LlmCall: sourced(ref("LlmRecord")),
    Trace: sourced(ref("TraceRecord")),
    Diff: sourced(ref("DiffRecord")),
    Metric: sourced(ref("MetricRecord")),
    Error: sourced({
      allOf: [
        ref("ErrorRecord"),
        object({ fingerprint: { type: "string", pattern: "^[0-9a-f]{16}$" } }),
      ],
    }),
    Lock: sourced(object({
      lock_entry_id: text,
      operation: text,
      agent: textOrNull,
      trace_id: textOrNull,
      requested_at: textOrNull,
      acquired_at: textOrNull,
      released_at: textOrNull,
      wait_ms: numberOrNull,
      hold_ms: numberOrNull,
      outcome: text,
      blocked_by: textOrNull,
      holder: textOrNull,
      current: { enum: ["waiting", "holding", null] },
      current_ms: numberOrNull,
    })),
    LogLine: sourced(object({
      timestamp: textOrNull,
      level: { enum: [...levels] },
      trace_id: textOrNull,
      session_id: text,
      operation: text,
      message: text,
      context: { type: "object" },
      duration_ms: numberOrNull,
    }, { event: text, as_given: { type: "object" } })),
  };
}

function sessionSchemas(): Json {
  const types: Readonly<Record<string, Json>> = {
    created_at: textOrNull,
    last_updated_at: textOrNull,
    done: flag,
    tasks: count,
    tasks_done: count,
    signals_open: count,
    readable: flag,
  };
  const summary = object(Object.fromEntries(
    sessionKeys.map(([key, description]) => [key, { ...(types[key] ?? text), description }]),
  ));
  const problems = listOf(ref("Problem"));
  return {
    SessionSummary: summary,
    Sessions: object({
      home: text,
      current_session: textOrNull,
      sessions: listOf(ref("SessionSummary")),
      problems,
    }),
    Session: {
      allOf: [
        ref("SessionSummary"),
        object({
          purpose: text,
          tasks_list: listOf({ type: "object" }),
          signals: listOf({ type: "object" }),
          lock: object({
            info: { anyOf: [ref("LockInfo"), { type: "null" }] },
            queue: listOf(ref("LockQueueEntry")),
          }),
          files: count,
          problems,
        }),
      ],
    },
    Plan: object({
      front_matter: { type: ["object", "null"] },
      body: { type: "string", description: "Markdown." },
    }),
  };
}

function traceSchemas(): Json {
  const distribution = object({
    count,
    sum: { type: "number" },
    min: numberOrNull,
    mean: numberOrNull,
    median: numberOrNull,
    p95: numberOrNull,
    p99: numberOrNull,
    max: numberOrNull,
  });
  const span = object({
    span_id: text,
    parent: textOrNull,
    name: text,
    depth: count,
    start_ms: { type: "number" },
    duration_ms: numberOrNull,
    self_ms: { type: "number" },
    share: { type: "number" },
    critical: flag,
    status: text,
    error: { type: ["object", "null"] },
  });
  const kinds = ["traces", "errors", "llm", "diffs", "locks", "logs", "performance"];
  return {
    Distribution: distribution,
    PerformanceSummary: object({
      operations: listOf(object({ operation: text, duration_ms: ref("Distribution") })),
      spans: listOf(object({ name: text, duration_ms: ref("Distribution") })),
      models: listOf(object({
        provider: text,
        model: text,
        failed: count,
        duration_ms: ref("Distribution"),
        input_tokens: count,
        output_tokens: count,
        cost_usd: numberOrNull,
      })),
      metrics: listOf(object({ metric: text, value: ref("Distribution") })),
    }),
    TraceDetail: object({
      session_id: text,
      trace_id: text,
      operation: text,
      command: texts,
      status: textOrNull,
      failed: flag,
      started_at: textOrNull,
      last_at: textOrNull,
      duration_ms: numberOrNull,
      parent_trace_id: textOrNull,
      inner_trace_ids: texts,
      spans: listOf(span),
      traces: listOf(ref("Trace")),
      errors: listOf(ref("Error")),
      llm: listOf(ref("LlmCall")),
      diffs: listOf(ref("Diff")),
      locks: listOf(ref("Lock")),
      logs: listOf(ref("LogLine")),
      performance: listOf(ref("Metric")),
      left_out: object(Object.fromEntries(kinds.map((kind) => [kind, count]))),
    }),
  };
}

/** An object with these keys, and perhaps others: readers ignore what they do not know. */
function object(required: Json, optional: Json = {}): Json {
  return {
    type: "object",
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

/** A record with the place where it stands. */
function sourced(record: Json): Json {
  return { allOf: [record, object({ source: ref("Source") })] };
}
