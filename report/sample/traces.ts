/**
 * The sample's traces: small ones of every kind, one with many spans, one nested four deep, one
 * that still ran when its process died.
 *
 * @module
 */

import type { Span, SpanError, SpanEvent, Trace, TraceStatus } from "../../lib/format/mod.ts";
import { iso, randomNumbers, traceId } from "./clock.ts";
import { bidi, scriptTag } from "./hostile.ts";

/** A span as it is written here: start from the trace's start, both in milliseconds. */
interface SpanSketch {
  name: string;
  start: number;
  /** Null while it runs. */
  took: number | null;
  metadata?: Record<string, unknown>;
  error?: SpanError;
  events?: { name: string; start: number; metadata?: Record<string, unknown> }[];
  children?: SpanSketch[];
}

/** Ids of the traces that other records of the sample belong to. */
export const ids = {
  plan: traceId(1_200, "a1b2c3"),
  suggest: traceId(12_000, "0d41fe"),
  update: traceId(39_800, "77c0de"),
  timeout: traceId(62_000, "bad10c"),
  tests: traceId(90_500, "f00ba4"),
  rateLimited: traceId(120_000, "429429"),
  aborted: traceId(165_000, "ab0127"),
  broken: traceId(205_000, "b40c3e"),
  index: traceId(250_000, "1de7ed"),
  loadTest: traceId(330_000, "10ad01"),
  running: traceId(470_000, "0bea57"),
  hostile: traceId(300_000, "e71100"),
  /** Has log lines, and no trace file. */
  logsOnly: traceId(440_000, "105105"),
} as const;

function flatten(base: number, trace: string, sketches: SpanSketch[]): Span[] {
  const spans: Span[] = [];
  const visit = (sketch: SpanSketch, parent: string | null) => {
    const span_id = `${trace.slice(-6)}-${spans.length + 1}`;
    const status: TraceStatus = sketch.took === null
      ? "running"
      : sketch.error
      ? "error"
      : "success";
    const events: SpanEvent[] = (sketch.events ?? []).map((event) => ({
      name: event.name,
      timestamp: iso(base + event.start),
      metadata: event.metadata ?? {},
    }));
    spans.push({
      name: sketch.name,
      duration_ms: sketch.took,
      metadata: sketch.metadata ?? {},
      span_id,
      parent,
      start_time: iso(base + sketch.start),
      end_time: sketch.took === null ? null : iso(base + sketch.start + sketch.took),
      status,
      error: sketch.error ?? null,
      ...(events.length > 0 ? { events } : {}),
    });
    for (const child of sketch.children ?? []) visit(child, span_id);
  };
  for (const sketch of sketches) visit(sketch, null);
  return spans;
}

function trace(
  trace_id: string,
  base: number,
  operation: string,
  took: number | null,
  sketches: SpanSketch[],
  error: SpanError | null = null,
  command: string[] = ["planloop", operation],
): Trace {
  const spans = flatten(base, trace_id, sketches);
  const completed_at = took === null ? null : iso(base + took);
  const roots = spans.filter((span) => span.parent === null);
  return {
    trace_id,
    command,
    operation,
    started_at: iso(base),
    completed_at,
    timestamp: completed_at ?? iso(base),
    duration_ms: took,
    status: took === null ? "running" : error ? "error" : "success",
    error,
    spans,
    total_duration_ms: roots.reduce((sum, span) => sum + (span.duration_ms ?? 0), 0),
    pid: 4242,
  };
}

const lockSpan = (start: number, took: number): SpanSketch => ({
  name: "acquire_lock",
  start,
  took,
  metadata: { operation: "update", queue_position: 1 },
});

const big: Trace[] = [
  trace(ids.plan, 1_200, "plan", 9_400.52, [
    { name: "load_state", start: 2, took: 11.2, metadata: { bytes: 18_211, version: 1 } },
    {
      name: "llm_plan",
      start: 20,
      took: 8_911.8,
      metadata: { model: "claude-sonnet-4-5", purpose: "first plan" },
      events: [
        { name: "first_chunk", start: 640, metadata: { after_ms: 612 } },
        { name: "tool_call", start: 5_120, metadata: { name: "read_file", path: "src/retry.ts" } },
      ],
    },
    {
      name: "save_state",
      start: 8_950,
      took: 401.3,
      children: [{ name: "render_plan", start: 9_002, took: 122.9 }],
    },
  ]),
  trace(ids.suggest, 12_000, "suggest", 21_302.4, [
    {
      name: "collect_context",
      start: 5,
      took: 3_120.7,
      children: [
        {
          name: "scan_repository",
          start: 12,
          took: 2_704.1,
          metadata: { files: 412, ignored: 3_811 },
          children: [
            { name: "git_log", start: 15, took: 611.9, metadata: { commits: 40 } },
            {
              name: "read_files",
              start: 640,
              took: 2_003.3,
              children: [
                { name: "read_file", start: 645, took: 12.1, metadata: { path: "src/retry.ts" } },
                {
                  name: "read_file",
                  start: 660,
                  took: 1_870.4,
                  metadata: { path: "fixtures/events.json", bytes: 48_118_020 },
                },
                {
                  name: "read_file",
                  start: 2_540,
                  took: 9.7,
                  metadata: { path: "src/gateway.ts" },
                },
              ],
            },
          ],
        },
        { name: "summarise", start: 2_730, took: 380.2 },
      ],
    },
    {
      name: "llm_suggest",
      start: 3_140,
      took: 17_441,
      metadata: { model: "claude-sonnet-4-5", streamed: true },
      events: [{ name: "first_chunk", start: 3_960 }],
    },
    {
      name: "validate_suggestions",
      start: 20_590,
      took: 690.5,
      metadata: { accepted: 4, rejected: 1 },
    },
  ]),
  trace(ids.update, 39_800, "update", 1_580.6, [
    lockSpan(4, 612.8),
    {
      name: "apply_update",
      start: 630,
      took: 710.2,
      children: [{ name: "write_state", start: 1_010, took: 301.8 }],
    },
    { name: "release_lock", start: 1_560, took: 3.1 },
  ]),
  trace(ids.timeout, 62_000, "update", 30_011.9, [
    {
      ...lockSpan(3, 30_001.2),
      error: {
        type: "LockTimeoutError",
        message: "The lock was not free after 30000 ms; pid:4310 holds it",
      },
    },
  ], {
    type: "LockTimeoutError",
    message: "The lock was not free after 30000 ms; pid:4310 holds it",
  }),
  trace(
    ids.tests,
    90_500,
    "run_tests",
    14_020.3,
    [
      { name: "build", start: 10, took: 4_020.9, metadata: { tool: "tsc" } },
      {
        name: "vitest",
        start: 4_050,
        took: 9_940.2,
        error: { type: "AssertionError", message: "expected 1 delivery, got 2" },
        children: [
          {
            name: "retry.test.ts",
            start: 4_400,
            took: 8_210.6,
            error: { type: "AssertionError", message: "expected 1 delivery, got 2" },
          },
          { name: "gateway.test.ts", start: 4_410, took: 2_120.1 },
        ],
      },
    ],
    { type: "AssertionError", message: "expected 1 delivery, got 2" },
    ["npm", "test", "--", "retry"],
  ),
  trace(ids.rateLimited, 120_000, "suggest", 26_204, [
    { name: "collect_context", start: 4, took: 880.4 },
    {
      name: "llm_suggest",
      start: 900,
      took: 25_200.1,
      metadata: { model: "claude-sonnet-4-5" },
      events: [
        { name: "retry", start: 1_290, metadata: { attempt: 2, delay_ms: 4_000, status: 429 } },
        { name: "retry", start: 5_700, metadata: { attempt: 3, delay_ms: 8_000, status: 429 } },
      ],
    },
  ]),
  trace(ids.aborted, 165_000, "refactor", 7_300.2, [
    {
      name: "llm_refactor",
      start: 8,
      took: 7_280.5,
      error: { type: "AbortError", message: "The stream was cancelled by the caller" },
    },
  ], { type: "AbortError", message: "The stream was cancelled by the caller" }),
  trace(ids.broken, 205_000, "alert", 9_211.1, [
    {
      ...lockSpan(2, 9_102.4),
      metadata: { broke: "e7000000-0000-4000-8000-000000000011", holder: "pid:3999" },
    },
    { name: "open_signal", start: 9_110, took: 88.8, metadata: { id: "ci-812" } },
  ]),
  trace(ids.loadTest, 330_000, "load_test", 61_400, [
    { name: "warm_up", start: 0, took: 10_000 },
    {
      name: "fire",
      start: 10_000,
      took: 48_000,
      metadata: { rate_per_s: 200 },
      error: { type: "AggregateError", message: "3 of 9600 requests failed" },
      events: [{ name: "503", start: 31_000 }, { name: "503", start: 31_400 }, {
        name: "503",
        start: 44_000,
      }],
    },
    { name: "report", start: 58_010, took: 3_300 },
  ], { type: "AggregateError", message: "3 of 9600 requests failed" }),
  trace(ids.hostile, 300_000, scriptTag, 820, [
    { name: bidi, start: 2, took: 700, metadata: { [scriptTag]: scriptTag, __proto__x: 1 } },
    { name: "n".repeat(300), start: 705, took: 80 },
  ]),
  trace(ids.running, 470_000, "fix", null, [
    { name: "load_state", start: 3, took: 9.1 },
    {
      name: "attempt",
      start: 15,
      took: null,
      metadata: { task_id: 4 },
      children: [
        {
          name: "edit_files",
          start: 40,
          took: 9_100.4,
          metadata: { files: ["src/retry.ts", "src/backoff.ts"] },
        },
        {
          name: "verify",
          start: 9_200,
          took: null,
          children: [
            { name: "type_check", start: 9_210, took: 3_900.2 },
            {
              name: "llm_review",
              start: 13_200,
              took: null,
              metadata: { model: "claude-sonnet-4-5" },
              children: [{ name: "receive", start: 13_900, took: null, metadata: { chunks: 31 } }],
            },
          ],
        },
      ],
    },
  ]),
];

/** One trace with 240 spans, most of them alike and one far slower. */
function indexTrace(): Trace {
  const random = randomNumbers(7);
  const children: SpanSketch[] = [];
  let start = 20;
  for (let file = 0; file < 238; file++) {
    const took = file === 171 ? 18_400 : 20 + random() * 90;
    children.push({ name: "index_file", start, took, metadata: { path: `src/part_${file}.ts` } });
    start += took * 0.9;
  }
  const took = start + 200;
  return trace(ids.index, 250_000, "index", took, [
    { name: "index_repository", start: 10, took: took - 60, metadata: { files: 238 }, children },
    { name: "flush", start: took - 45, took: 40 },
  ]);
}

/** The short, ordinary operations of a loop. */
function ordinary(): Trace[] {
  const random = randomNumbers(41);
  const traces: Trace[] = [];
  for (let index = 0; index < 36; index++) {
    const base = 6_000 + index * 13_100 + Math.floor(random() * 4_000);
    const operation = ["status", "update", "describe"][index % 3] ?? "status";
    const took = operation === "update" ? 420 + random() * 900 : 18 + random() * 60;
    const id = traceId(base, (0x200000 + index * 7919).toString(16));
    const inner: SpanSketch[] = operation === "update"
      ? [lockSpan(3, took * 0.3), { name: "apply_update", start: took * 0.35, took: took * 0.6 }]
      : [{ name: "load_state", start: 2, took: took * 0.7 }];
    traces.push(trace(id, base, operation, took, inner));
  }
  return traces;
}

/** Every trace document of the sample, in the order of their starts. */
export function sampleTraces(): Trace[] {
  return [...big, indexTrace(), ...ordinary()].sort((a, b) => a.started_at < b.started_at ? -1 : 1);
}
