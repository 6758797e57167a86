/**
 * A session of any size: like what agents leave behind, and the same for the same seed.
 *
 * @module
 */

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeSessionId, makeTraceId, sessionLayout } from "../../lib/format/mod.ts";
import { Seeded } from "./seeded.ts";

/** The moment at which every generated session begins: 2025-11-18T08:14:17Z. */
export const generatedStart = 1_763_453_657_000;

/** Log lines of one trace, about. */
const linesPerTrace = 60;

/** Lines written at once. */
const batchLines = 2000;

const operations = [
  "suggest",
  "update",
  "run_tests",
  "edit_file",
  "read_file",
  "review",
  "plan",
  "alert",
  "status",
  "compact",
];
const agents = ["builder", "reviewer", "pid:4711", "pid:4712"];
const models = ["claude-sonnet-4-5", "gpt-5-mini", "qwen3-coder"];

type Line = [message: string, context: Record<string, unknown>, duration_ms?: number];

/** Kinds of line by how often they occur. */
const kinds: readonly [weight: number, make: (random: Seeded) => Line][] = [
  [9, (r) => [`Task ${r.below(400) + 1} moved from TODO to ${r.pick(["IN_PROGRESS", "DONE"])}`, {
    task_id: r.below(400) + 1,
    version: r.below(9000),
  }]],
  [9, (r) => [`Read src/${r.lean(["cart", "checkout", "stock"])}/${r.words(1)}_${r.below(60)}.ts`, {
    bytes: r.below(90_000),
    sha256: r.hex(64),
    lines: r.below(2400),
  }, r.duration()]],
  [8, (r) => [`Model ${r.lean(models)} answered with ${r.below(3000)} tokens`, {
    request_id: `req_${r.hex(24)}`,
    input_tokens: r.below(90_000),
    output_tokens: r.below(3000),
    stop_reason: r.pick(["end_turn", "tool_use", "max_tokens"]),
    preview: r.words(18 + r.below(22)),
  }, r.duration()]],
  [
    8,
    (
      r,
    ) => [`Tool ${r.pick(["shell", "search", "edit"])} returned ${r.below(2) ? "ok" : "exit 1"}`, {
      call_id: `call_${r.hex(16)}`,
      command: `npm test -- ${r.words(2).replaceAll(" ", "/")}.test.ts`,
      output: `${r.words(12 + r.below(30))}\n${r.words(8)}`,
    }, r.duration()],
  ],
  [7, (r) => [`Thinking: ${r.words(14 + r.below(30))}.`, { step: r.below(80) }]],
  [5, (r) => [`Span ${r.pick(operations)} finished`, { depth: r.below(6) }, r.duration()]],
  [4, (r) => [`Cache ${r.pick(["hit", "miss"])} for ${r.hex(40)}`, { age_s: r.below(86_400) }]],
  [3, (r) => [`Context has ${r.below(180_000)} of 200000 tokens`, { files: r.below(60) }]],
  [2, (r) => [`Validation found ${r.below(4)} issues`, {
    issues: [{ path: `tasks[${r.below(40)}].status`, expected: "a status", found: r.words(2) }],
  }]],
];

/** The kinds, each as often as its weight. */
const wheel = kinds.flatMap(([weight, make]) => Array<typeof make>(weight).fill(make));

/**
 * Writes a session.
 *
 * @param home The home folder; created where it is missing.
 * @param lines Log lines.
 * @returns The session's id.
 */
export function generateSession(home: string, lines: number, seed = 1): string {
  const random = new Seeded(seed);
  const id = makeSessionId(`bench ${lines}`, generatedStart, "be7c");
  const folder = join(home, "sessions", id);
  mkdirSync(join(folder, sessionLayout.logs), { recursive: true });
  const file = openSync(join(folder, sessionLayout.log), "w");
  const metrics = openSync(join(folder, sessionLayout.metrics), "w");
  let time = generatedStart;
  let traces: { id: string; operation: string; left: number }[] = [];
  for (let first = 0; first < lines; first += batchLines) {
    let text = "";
    let measured = "";
    for (let i = first; i < Math.min(first + batchLines, lines); i++) {
      time += random.below(4) === 0 ? random.below(900) : random.below(12);
      if (traces.length < 3) {
        const left = 1 + random.below(2 * linesPerTrace);
        traces.push({
          id: makeTraceId(time, random.hex(6)),
          operation: random.lean(operations),
          left,
        });
      }
      const trace = random.lean(traces);
      trace.left--;
      traces = traces.filter(({ left }) => left > 0);
      text += `${JSON.stringify(logLine(random, id, trace, time))}\n`;
      if (i % 20 === 0) measured += `${JSON.stringify(metricLine(random, time))}\n`;
    }
    writeSync(file, text);
    writeSync(metrics, measured);
  }
  closeSync(file);
  closeSync(metrics);
  writeFileSync(join(folder, sessionLayout.state), JSON.stringify(generatedState(id)));
  return id;
}

function logLine(
  random: Seeded,
  session_id: string,
  trace: { id: string; operation: string },
  time: number,
): Record<string, unknown> {
  const timestamp = new Date(time).toISOString();
  if (random.below(20) === 0) return lockLine(random, session_id, trace, timestamp);
  const isError = random.below(120) === 0;
  const [message, context, duration_ms = null] = isError
    ? [`TypeError: ${random.words(6)}`, { stack: `at ${random.words(3)}\nat ${random.words(3)}` }]
    : random.pick(wheel)(random);
  return {
    timestamp,
    level: isError ? "ERROR" : random.lean(["INFO", "DEBUG", "INFO", "WARNING"]),
    trace_id: trace.id,
    session_id,
    operation: trace.operation,
    message,
    context,
    duration_ms,
  };
}

function lockLine(
  random: Seeded,
  session_id: string,
  trace: { id: string; operation: string },
  timestamp: string,
): Record<string, unknown> {
  const event = random.pick(["lock_requested", "lock_acquired", "lock_released"]);
  return {
    timestamp,
    level: "INFO",
    trace_id: trace.id,
    session_id,
    operation: trace.operation,
    message: event.replace("_", " "),
    context: {},
    duration_ms: null,
    event,
    // A few requests only: their rows are not part of what must stay constant.
    lock_entry_id: `00000000-0000-4000-8000-${String(random.below(2000)).padStart(12, "0")}`,
    agent: random.lean(agents),
    ...(event === "lock_acquired" && { wait_ms: random.duration() }),
    ...(event === "lock_released" && { hold_ms: random.duration() }),
  };
}

function metricLine(random: Seeded, time: number): Record<string, unknown> {
  return {
    timestamp: new Date(time).toISOString(),
    metric: random.lean(["command.duration", "llm.latency", "memory.rss_mb"]),
    value: random.duration(),
    tags: { operation: random.lean(operations) },
  };
}

/** The state of a session in which nothing but its log matters. */
export function generatedState(session: string): Record<string, unknown> {
  const time = new Date(generatedStart).toISOString();
  return {
    schema_version: 1,
    version: 1,
    session,
    name: "bench",
    title: "A generated session",
    purpose: "",
    created_at: time,
    last_updated_at: time,
    project_root: "/project",
    branch: null,
    prompts: { set: "core-v1", goal_version: null, handshake_version: null, summary_version: null },
    environment: { os: "linux", python: null, xcode: null, node: null },
    tags: [],
    tasks: [],
    signals: [],
    next_steps: [],
    context_notes: [],
    artifacts: [],
    now: { reason: "idle", task_id: null, signal_id: null },
    done: false,
    final_summary: null,
  };
}
