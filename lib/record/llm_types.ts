/**
 * What a caller says about a model call.
 *
 * @module
 */

import type {
  LlmAttempt,
  LlmError,
  LlmPrice,
  LlmRateLimit,
  LlmRequest,
  LlmStream,
  LlmUsage,
} from "../format/mod.ts";

/** What a call cost, and where the price comes from. */
export interface Cost {
  /** US dollars. */
  cost_usd: number;
  /** Where the price comes from. */
  price?: LlmPrice;
}

/** Tells what a call cost; null or nothing where the model's price is unknown. */
export type PriceFunction = (call: PricedCall) => Cost | number | null | undefined;

/** A call whose cost is asked for. */
export interface PricedCall {
  /** Such as `anthropic`, `openai`, `ollama`. */
  provider: string;
  /** As the answer names it, else as it was asked for. */
  model: string;
  /** Its tokens, as the provider counted them. */
  usage: LlmUsage;
  /** What was asked, redacted. */
  request: LlmRequest;
  /** When it was sent, in epoch milliseconds. */
  started_at: number;
}

/** A finished model call, as a caller reports it. */
export interface LlmRecord {
  /** Such as `anthropic`, `openai`, `ollama`. */
  provider: string;
  /** The model's name, as it was asked for. */
  model: string;
  /** What was asked. */
  request: LlmRequest;
  /**
   * What came back, in the provider's own shape or with `content` and `usage`; null where nothing
   * did.
   */
  response?: unknown;
  /** Milliseconds. */
  duration_ms?: number | null;
  /** Default: the running trace's operation, else `llm`. */
  operation?: string;
  /** Default: the present moment less the duration. Epoch milliseconds. */
  started_at?: number;
  /** What was thrown, or a finished error record. */
  error?: unknown;
  /** Default: as the response says. */
  usage?: LlmUsage;
  /** The tries, the last one being the outcome. Default: one. */
  attempts?: LlmAttempt[];
  /** How the answer was streamed. Default: it was not. */
  stream?: LlmStream | null;
  /** The rate-limit headers, parsed. Default: none known. */
  rate_limit?: LlmRateLimit | null;
  /** Default: as the session's price function says; null where it does not know. */
  cost_usd?: number | null;
  /** Where `cost_usd` comes from. */
  price?: LlmPrice | null;
  /** Default: the open span. */
  span_id?: string | null;
}

/** A model call that is about to be made. */
export interface LlmCallOptions {
  /** Such as `anthropic`, `openai`, `ollama`. */
  provider: string;
  /** The model's name, as it is asked for. */
  model: string;
  /** What is asked. */
  request: LlmRequest;
  /** Default: the running trace's operation, else `llm`. */
  operation?: string;
  /** Tells what the call cost. Default: the session's price function. */
  price?: PriceFunction;
}

/** What the code that makes the call can do with its record. */
export interface LlmCallHandle {
  /** Runs one try of the call; call it again for each retry. */
  attempt<T>(fn: () => T): T;
  /** Notes how long the caller waits before its next try, in milliseconds. */
  retryDelay(ms: number): void;
  /** Notes the response's status and headers, for the rate limits in them. */
  response(status: number, headers: Headers | Record<string, unknown>): void;
}

/** What came back, in one shape for all providers. */
export interface ParsedResponse {
  content: unknown;
  stop_reason: string | null;
  usage: LlmUsage;
  tool_calls: unknown[];
  /** The model as the provider names it; null where it does not. */
  model: string | null;
  /** An error inside a stream or body; null where there was none. */
  error: LlmError | null;
  /** The provider's further keys. */
  rest: Record<string, unknown>;
}
