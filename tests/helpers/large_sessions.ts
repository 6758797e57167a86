/**
 * Sessions as large as they get, each in one way. They are written piece by piece, so that the
 * test's own memory says nothing.
 *
 * @module
 */

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const began = Date.UTC(2025, 10, 18, 8, 14, 17);
const at = (milliseconds: number) => new Date(began + milliseconds).toISOString();
const json = (value: unknown) => `${JSON.stringify(value)}\n`;

/** A session of this many files: traces, model calls, errors and state changes. */
export function manyFiles(folder: string, count: number): void {
  const kinds = ["traces", "traces", "traces", "llm_transcripts", "errors", "diffs"] as const;
  for (const kind of new Set(kinds)) mkdirSync(join(folder, "logs", kind), { recursive: true });
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length]!;
    const [name, record] = small(kind, i);
    writeFileSync(join(folder, "logs", kind, name), json(record));
  }
}

function small(
  kind: "traces" | "llm_transcripts" | "errors" | "diffs",
  i: number,
): [string, object] {
  const trace_id = `tr_20251118081417_${i.toString(16).padStart(6, "0")}`;
  const common = { trace_id, timestamp: at(i), operation: `operation ${i % 7}` };
  switch (kind) {
    case "traces":
      return [`${trace_id}.json`, {
        ...common,
        command: ["agent", "run"],
        started_at: at(i),
        completed_at: at(i + 5),
        duration_ms: 5,
        status: "success",
        spans: [],
        total_duration_ms: 0,
      }];
    case "llm_transcripts":
      return [`${trace_id}_llm.json`, {
        ...common,
        provider: "anthropic",
        model: "claude",
        request: { prompt: `question ${i}` },
        response: { content: `answer ${i}`, usage: { input_tokens: 3, output_tokens: 4 } },
        duration_ms: 3,
        cost_usd: null,
        error: null,
      }];
    case "errors":
      return [`${trace_id}_error.json`, {
        ...common,
        error_type: "TypeError",
        error_message: `failure ${i}`,
        function: "run",
        local_variables: { i },
        stack_trace: [],
        state_snapshot_path: null,
        llm_transcript_link: null,
      }];
    case "diffs":
      return [`${trace_id}_diff.json`, {
        ...common,
        before_file: "",
        after_file: "",
        changes: { [`tasks[${i % 50}].status`]: { old: "TODO", new: "DONE" } },
      }];
  }
}

/** How the spans of a large trace enclose each other. */
export type TraceShape = "in pairs" | "each inside the one before" | "in a circle";

/** Which span encloses a span; null for none. */
const outerOf: Readonly<Record<TraceShape, (i: number, spans: number) => number | null>> = {
  "in pairs": (i) => i % 2 === 1 ? i - 1 : null,
  "each inside the one before": (i) => i > 0 ? i - 1 : null,
  "in a circle": (i, spans) => (i + 1) % spans,
};

/** A session with one trace of this many spans. */
export function largeTrace(folder: string, spans: number, shape: TraceShape = "in pairs"): void {
  const write = appendTo(join(folder, "logs", "traces", "tr_large.json"));
  write(
    `{"trace_id":"tr_large","command":["agent"],"operation":"large","started_at":"${at(0)}",` +
      `"completed_at":"${at(spans)}","duration_ms":${spans},"status":"success",` +
      `"total_duration_ms":${spans},"spans":[`,
  );
  for (let i = 0; i < spans; i++) {
    const outer = outerOf[shape](i, spans);
    const ms = shape === "in pairs" ? 2 - i % 2 : spans - i;
    const span = {
      name: `step ${i % 100}`,
      duration_ms: ms,
      metadata: { i },
      span_id: `s${i}`,
      parent: outer === null ? null : `s${outer}`,
      start_time: at(i),
      end_time: at(i + ms),
      status: "success",
      error: null,
    };
    write(`${i > 0 ? "," : ""}${JSON.stringify(span)}`);
  }
  write("]}\n", true);
}

/** A session with one model call of this many bytes, in messages of 32 KB or another size. */
export function largeTranscript(folder: string, bytes: number, messageBytes = 32_000): void {
  const write = appendTo(join(folder, "logs", "llm_transcripts", "tr_large_llm.json"));
  write(
    `{"trace_id":"tr_large","timestamp":"${at(0)}","operation":"large","provider":"anthropic",` +
      `"model":"claude","duration_ms":5,"cost_usd":null,"error":null,` +
      `"response":{"content":"the answer at the end"},"request":{"messages":[`,
  );
  const phrase = "the model said, and the agent answered; ";
  const words = phrase.repeat(Math.ceil(messageBytes / phrase.length));
  for (let i = 0, size = 0; size < bytes; i++) {
    const content = `message ${i}: ${i.toString(36).repeat(20)} ${words}`;
    size += content.length;
    const role = i % 2 === 0 ? "user" : "assistant";
    write(`${i > 0 ? "," : ""}${JSON.stringify({ role, content })}`);
  }
  write("]}}\n", true);
}

/** Writes to a file in pieces; `last` closes it. */
function appendTo(path: string): (text: string, last?: boolean) => void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "w");
  let waiting = "";
  return (text, last = false) => {
    waiting += text;
    if (waiting.length < 1 << 20 && !last) return;
    writeSync(file, waiting);
    waiting = "";
    if (last) closeSync(file);
  };
}
