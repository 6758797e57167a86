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
    ...pageSchemas(),
    DevStatus: devStatus(),
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

/** What `planloop dev status` says: all of its keys are here. */
function devStatus(): Json {
  const describe = (schema: Json, description: string): Json => ({ ...schema, description });
  const unfinished = object({
    operation: text,
    started_at: text,
    pid: { type: "integer" },
    is_running: flag,
  });
  return {
    ...object({
      mode: describe(
        { enum: ["dev", "stable"] },
        "dev: the planloop on the PATH runs a working copy's source.",
      ),
      enabled_at: describe(textOrNull, "When dev mode began; null while it is off."),
      repo_path: describe(textOrNull, "The working copy; null while dev mode is off."),
      git_commit: describe(textOrNull, "Its commit when dev mode began."),
      backup_path: describe(textOrNull, "Where the installed planloop is kept meanwhile."),
      features: describe(
        object({ llm_recording: flag, tracing: flag, profiling: flag }),
        "What is recorded in this home.",
      ),
      features_by: describe(object({ llm_recording: text, recording: text }), "What decides that."),
      git_tag: describe(textOrNull, "The tag on that commit."),
      git_commit_now: describe(textOrNull, "The working copy's commit now."),
      files_changed: describe(
        { type: ["integer", "null"], minimum: 0 },
        "How many files differ from that; null where Git does not say.",
      ),
      planloop_path: describe(textOrNull, "The planloop on the PATH; null where there is none."),
      planloop_kind: describe(
        text,
        "npm, npm link, pnpm, deno, launcher, unknown or missing.",
      ),
      planloop_target: describe(textOrNull, "The program behind it."),
      home: describe(text, "The home whose files were read."),
      unfinished: describe(
        { anyOf: [unfinished, { type: "null" }] },
        "A switch that has begun and not ended: under way, or interrupted.",
      ),
      problems: describe(texts, "What is not as it should be, with what to do."),
    }),
    additionalProperties: false,
  };
}

/** What the dashboard's page asks for. */
function pageSchemas(): Json {
  const time: Json = { type: ["number", "null"], description: "Milliseconds since 1970." };
  const now = object({
    reason: text,
    task_id: { type: ["integer", "null"] },
    signal_id: { type: ["integer", "null"] },
  });
  return {
    SummariesHead: object({
      bundle_version: { type: "integer", description: "Of payloads: the page's own." },
      planloop_version: text,
      title: text,
      sessions: listOf(ref("SummaryCard")),
    }),
    SummaryCard: object({
      title: text,
      session: object({
        id: text,
        name: text,
        title: text,
        purpose: text,
        project_root: text,
        created: time,
        updated: time,
        done: flag,
        now: { anyOf: [now, { type: "null" }] },
        has_state: flag,
      }),
      tasks: count,
      tasks_done: count,
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
