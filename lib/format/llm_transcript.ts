/**
 * `logs/llm_transcripts/<trace id>_llm.json`: one call of a model, request and response.
 *
 * @module
 */

/** Tokens used by a call. Absent counts are unknown. */
export interface LlmUsage {
  /** All input tokens, cached ones included (OpenTelemetry GenAI `input_tokens`). */
  input_tokens?: number;
  /** All output tokens, reasoning included. */
  output_tokens?: number;
  /** Of the input tokens, those read from the provider's cache. */
  cache_read_input_tokens?: number;
  /** Of the input tokens, those written to the provider's cache. */
  cache_creation_input_tokens?: number;
  /** Of the tokens written to the cache, those kept there for an hour, which cost more. */
  cache_creation_1h_input_tokens?: number;
  /** Of the output tokens, those spent on reasoning. */
  reasoning_tokens?: number;
}

/** What was asked. Any provider's further keys are kept as they are. */
export interface LlmRequest {
  /** The system prompt: text, or the provider's blocks; absent where the request had none. */
  system?: unknown;
  /** The prompt, where it is no list of messages; absent where the request had none. */
  prompt?: unknown;
  /** The conversation; absent where the request had none. */
  messages?: unknown[];
  /** The tools on offer; absent where the request had none. */
  tools?: unknown[];
  /** The limit of the answer's length; absent where the request had none. */
  max_tokens?: number;
  /** The sampling temperature; absent where the request had none. */
  temperature?: number;
  /** Values that did not fit their key, by that key; absent where all fitted. */
  as_given?: Record<string, unknown>;
  /** What else the provider was asked, under the provider's own names. */
  [key: string]: unknown;
}

/** What came back. `content` is the text; a provider's further keys are kept as they are. */
export interface LlmResponse {
  /** The answer's text, or the provider's blocks; what had arrived, if aborted. */
  content: unknown;
  /**
   * Why the model stopped; null where it did not come to a stop; absent where the provider did
   * not say.
   */
  stop_reason?: string | null;
  /** Tokens used; absent where the provider did not say. */
  usage?: LlmUsage;
  /** Tools that the model called. */
  tool_calls?: unknown[];
  [key: string]: unknown;
}

/** Why a call failed. */
export interface LlmError {
  /** A class name or the provider's error type, such as `rate_limit_error`. */
  type: string;
  /** The HTTP status; null where there was none. */
  status: number | null;
  /** The error's message. */
  message: string;
  /** How long the provider asked to wait, in milliseconds; null where it did not say. */
  retry_after_ms: number | null;
}

/** One try of a call: the last one is the call's outcome. */
export interface LlmAttempt {
  /** From 1. */
  attempt: number;
  /** When the request was sent. */
  started_at: string;
  /** In milliseconds; null where that is unknown. */
  duration_ms: number | null;
  /** The HTTP status; null where there was none. */
  status: number | null;
  /** Why it failed; null where it did not. */
  error: LlmError | null;
  /** How long the caller then waited before the next try, in milliseconds. */
  retry_delay_ms?: number;
}

/** How a streamed response arrived. */
export interface LlmStream {
  /** How many chunks came. */
  chunks: number;
  /** From the request to the first chunk, in milliseconds; null where none came. */
  time_to_first_chunk_ms: number | null;
  /** Whether the stream ended before the provider said so. */
  aborted: boolean;
}

/** Rate-limit headers, parsed. Counts as they came, `_ms` in milliseconds from the response. */
export interface LlmRateLimit {
  /** Requests allowed in a period; absent where the provider did not say. */
  requests_limit?: number;
  /** Requests left in this period; absent where the provider did not say. */
  requests_remaining?: number;
  /** Until requests are full again, in milliseconds; absent where the provider did not say. */
  requests_reset_ms?: number;
  /** Tokens allowed in a period; absent where the provider did not say. */
  tokens_limit?: number;
  /** Tokens left in this period; absent where the provider did not say. */
  tokens_remaining?: number;
  /** Until tokens are full again, in milliseconds; absent where the provider did not say. */
  tokens_reset_ms?: number;
  /**
   * How long the provider asked to wait, in milliseconds; absent where the provider did not say.
   */
  retry_after_ms?: number;
}

/** Where a cost comes from. */
export interface LlmPrice {
  /** Who says so, such as a price list's name. */
  source: string;
  /** Which edition of it. */
  version: string;
}

/** One model call. */
export interface LlmTranscript {
  /** The trace that made the call. */
  trace_id: string;
  /** When the first request was sent: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** What the call was for, such as `suggest`. */
  operation: string;
  /** Such as `anthropic` (OpenTelemetry GenAI `gen_ai.provider.name`). */
  provider: string;
  /** The model, as the provider names it. */
  model: string;
  /** What was asked. */
  request: LlmRequest;
  /** Null where nothing came back. */
  response: LlmResponse | null;
  /** From the first request to the end of the last response, in milliseconds, waits included. */
  duration_ms: number | null;
  /** In US dollars; null where the model's price is unknown, never 0 for that reason. */
  cost_usd: number | null;
  /** Why the call failed; null where it did not. */
  error: LlmError | null;
  /** `running` where the call had not ended: its process still runs, or died; else absent. */
  status?: "running";
  /** The number of this call within its trace, from 1. */
  call_index?: number;
  /** The span that made the call; null outside of one. */
  span_id?: string | null;
  /** Every try, in order. */
  attempts?: LlmAttempt[];
  /** Null for a call that was not streamed. */
  stream?: LlmStream | null;
  /** The limits that the last response named; null where it named none. */
  rate_limit?: LlmRateLimit | null;
  /** Where `cost_usd` comes from; null without a cost. */
  price?: LlmPrice | null;
  /** The session's id; absent where recorded without one. */
  session_id?: string;
  /** Values that did not fit their key, by that key; absent where all fitted. */
  as_given?: Record<string, unknown>;
}
