/**
 * How the sample's model calls are written down: what they have in common, and short forms.
 *
 * @module
 */

import type { LlmAttempt, LlmTranscript } from "../../lib/format/mod.ts";
import { iso } from "./clock.ts";

/** The tools that the planner is offered. */
export const tools = [
  {
    name: "read_file",
    description: "Reads a file of the repository.",
    input_schema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  },
  {
    name: "run_tests",
    description: "Runs the tests that match a pattern.",
    input_schema: { type: "object", properties: { pattern: { type: "string" } } },
  },
];

/** The planner's system text. */
export const system =
  "You are the planner of an agent loop. Propose small tasks, each with a test first. " +
  "Answer with JSON that matches the schema, and nothing else.";

/** What a call says of itself; the rest is as in an ordinary call. */
type Sketch = Partial<LlmTranscript> & Pick<LlmTranscript, "trace_id" | "operation" | "request">;

/** A call, sent that many milliseconds into the session. */
export function call(sent_ms: number, took_ms: number | null, sketch: Sketch): LlmTranscript {
  return {
    timestamp: iso(sent_ms),
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    response: null,
    duration_ms: took_ms,
    cost_usd: null,
    error: null,
    call_index: 1,
    stream: null,
    attempts: [attempt(1, sent_ms, took_ms, 200)],
    price: { source: "genai-prices", version: "0.0.41" },
    ...sketch,
  };
}

/** One try of a call. */
export function attempt(
  number: number,
  sent_ms: number,
  duration_ms: number | null,
  status: number | null,
  further: Partial<LlmAttempt> = {},
): LlmAttempt {
  return {
    attempt: number,
    started_at: iso(sent_ms),
    duration_ms,
    status,
    error: null,
    ...further,
  };
}

/** A rate limit's error. */
export const limited = (message: string, retry_after_ms: number) => ({
  type: "rate_limit_error",
  status: 429,
  message,
  retry_after_ms,
});

/** A server's error. */
export const overloaded = {
  type: "api_error",
  status: 500,
  message: "Internal server error",
  retry_after_ms: null,
};
