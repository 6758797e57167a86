/**
 * `logs/llm_transcripts/*.json` to model calls.
 *
 * @module
 */

import type {
  LlmAttempt,
  LlmError,
  LlmRequest,
  LlmResponse,
  LlmTranscript,
  LlmUsage,
  ProblemSink,
} from "../format/mod.ts";
import { type Fields, fieldsOf, numberFrom } from "./fields.ts";
import { isObject, type JsonObject, withFurtherKeys } from "./json_value.ts";
import { traceIdOfFile } from "./trace_id_of_file.ts";

/**
 * Reads a transcript: PLAN.md's full record and ours, the recorder's five keys, a response that is
 * only text, OpenAI's names of token counts.
 *
 * @param value The parsed file.
 * @param file Its name relative to the session folder; it names the trace where the file does not.
 */
export function readLlmTranscript(
  value: unknown,
  file: string,
  problem: ProblemSink,
): LlmTranscript | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  if (!fields.has("request") && !fields.has("response") && !fields.has("error")) {
    fields.report("wrong_shape", "The file has neither request nor response: left out", true);
    return null;
  }
  const request = readRequest(fields.value["request"]);
  const response = readResponse(fields);
  const transcript: LlmTranscript = {
    trace_id: fields.text("trace_id", "") || traceIdOfFile(file),
    timestamp: fields.time("timestamp", ""),
    operation: fields.text("operation", ""),
    provider: fields.text("provider", "") || textOf(request["provider"]),
    model: fields.text("model", "") || textOf(request["model"]) || textOf(response?.["model"]),
    request,
    response,
    duration_ms: fields.number("duration_ms", null),
    cost_usd: fields.number("cost_usd", null),
    error: readLlmError(fields),
  };
  if (fields.value["status"] === "running") transcript.status = "running";
  if (fields.has("call_index")) transcript.call_index = fields.integer("call_index", 1);
  if (fields.has("span_id")) transcript.span_id = fields.text("span_id", null);
  if (fields.has("session_id")) transcript.session_id = fields.text("session_id", "");
  if (fields.has("attempts")) transcript.attempts = fields.objects("attempts").map(readAttempt);
  if (fields.has("stream")) {
    const stream = fields.inner("stream");
    transcript.stream = withFurtherKeys({
      chunks: stream.integer("chunks", 0),
      time_to_first_chunk_ms: stream.number("time_to_first_chunk_ms", null),
      aborted: stream.flag("aborted", false),
    }, stream.value);
  }
  if (fields.has("rate_limit")) transcript.rate_limit = fields.object("rate_limit");
  if (fields.has("price")) {
    const price = fields.inner("price");
    transcript.price = withFurtherKeys(
      { source: price.text("source", ""), version: price.text("version", "") },
      price.value,
    );
  }
  return withFurtherKeys(transcript, fields.value);
}

/** A request that is no object is taken as the prompt. */
function readRequest(value: unknown): LlmRequest {
  if (isObject(value)) return value;
  if (Array.isArray(value)) return { messages: value };
  return value === undefined || value === null ? {} : { prompt: value };
}

function readResponse(fields: Fields): LlmResponse | null {
  const value = fields.value["response"];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return { content: value };
  const inner = fields.inner("response");
  const choice = firstChoice(value);
  const message = isObject(choice["message"]) ? choice["message"] : {};
  const response: LlmResponse = { content: value["content"] ?? message["content"] ?? null };
  const reason = inner.text("stop_reason", null) ?? (textOf(choice["finish_reason"]) || null);
  if (reason !== null || "stop_reason" in value) response.stop_reason = reason;
  const usage = inner.has("usage") ? inner.inner("usage") : fields.inner("usage");
  if (Object.keys(usage.value).length > 0) response.usage = readUsage(usage);
  const calls = value["tool_calls"] ?? message["tool_calls"];
  if (Array.isArray(calls)) response.tool_calls = calls;
  return withFurtherKeys(response, value);
}

/** OpenAI's answers are a list of choices. */
function firstChoice(response: JsonObject): JsonObject {
  const choices = response["choices"];
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isObject(first) ? first : {};
}

/** Our name of each count, then the other names, the first that is there counts. */
const usageNames: readonly [keyof LlmUsage, readonly string[]][] = [
  ["input_tokens", ["input_tokens", "prompt_tokens", "prompt_eval_count"]],
  ["output_tokens", ["output_tokens", "completion_tokens", "eval_count"]],
  ["cache_read_input_tokens", [
    "cache_read_input_tokens",
    "prompt_tokens_details.cached_tokens",
    "input_tokens_details.cached_tokens",
  ]],
  ["cache_creation_input_tokens", ["cache_creation_input_tokens"]],
  ["cache_creation_1h_input_tokens", [
    "cache_creation_1h_input_tokens",
    "cache_creation.ephemeral_1h_input_tokens",
  ]],
  ["reasoning_tokens", [
    "reasoning_tokens",
    "completion_tokens_details.reasoning_tokens",
    "output_tokens_details.reasoning_tokens",
  ]],
];

function readUsage(fields: Fields): LlmUsage {
  const usage: LlmUsage = {};
  for (const [name, candidates] of usageNames) {
    for (const candidate of candidates) {
      const [outer, inner] = candidate.split(".") as [string, string?];
      const found = fields.value[outer];
      const value = inner ? (isObject(found) ? found[inner] : undefined) : found;
      if (value === undefined || value === null) continue;
      const count = numberFrom(value);
      if (count !== undefined) usage[name] = count;
      else fields.wrong(outer, "a number");
      break;
    }
  }
  return withFurtherKeys(usage, fields.value);
}

function readLlmError(fields: Fields): LlmError | null {
  const value = fields.value["error"];
  if (value === undefined || value === null || value === "" || value === false) return null;
  if (!isObject(value)) {
    return { type: "", status: null, message: fields.text("error", ""), retry_after_ms: null };
  }
  const inner = fields.inner("error");
  return withFurtherKeys({
    type: inner.text("type", "") || inner.text("name", ""),
    status: inner.integer("status", null),
    message: inner.text("message", ""),
    retry_after_ms: inner.number("retry_after_ms", null),
  }, value);
}

function readAttempt(fields: Fields): LlmAttempt {
  const attempt: LlmAttempt = {
    attempt: fields.integer("attempt", 1),
    started_at: fields.time("started_at", ""),
    duration_ms: fields.number("duration_ms", null),
    status: fields.integer("status", null),
    error: readLlmError(fields),
  };
  const delay = fields.number("retry_delay_ms", null);
  if (delay !== null) attempt.retry_delay_ms = delay;
  return withFurtherKeys(attempt, fields.value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
