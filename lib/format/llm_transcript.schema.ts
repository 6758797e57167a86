/**
 * Schemas of `logs/llm_transcripts/<trace id>_llm.json`.
 *
 * @module
 */

import { durationMs, sessionIdText, timeText, traceIdText } from "./common_schema.ts";
import {
  anything,
  constant,
  field,
  flag,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  optional,
  type OptionalSchema,
  type Schema,
  text,
} from "./schema.ts";
import type {
  LlmAttempt,
  LlmError,
  LlmPrice,
  LlmRateLimit,
  LlmRequest,
  LlmResponse,
  LlmStream,
  LlmTranscript,
  LlmUsage,
} from "./llm_transcript.ts";

const UNKNOWN = "where the provider did not say";
const NOT_SENT = "where the request had none";

function tokens(doc: string): Schema<number> {
  return integer(doc, { min: 0, unit: "tokens" });
}

/** What a caller gave and the format has no place for, kept beside the rest. */
function asGiven(): OptionalSchema<Record<string, unknown>> {
  const value = anything("What was given, redacted.");
  return optional(
    map("Values that did not fit their key, by that key.", value),
    "where all fitted",
  );
}

function httpStatus(): Schema<number | null> {
  const status = integer("The HTTP status.", { min: 100, max: 599 });
  return nullable(status, "where no response came");
}

/** What {@linkcode LlmUsage} says, as a schema. */
export const llmUsageSchema: Schema<LlmUsage> = object<LlmUsage>(
  "LlmUsage",
  "Tokens used by a call.",
  {
    input_tokens: optional(tokens("All input tokens, cached ones included."), UNKNOWN),
    output_tokens: optional(tokens("All output tokens, reasoning included."), UNKNOWN),
    cache_read_input_tokens: optional(
      tokens("Of the input tokens, those read from the provider's cache."),
      UNKNOWN,
    ),
    cache_creation_input_tokens: optional(
      tokens("Of the input tokens, those written to the provider's cache."),
      UNKNOWN,
    ),
    cache_creation_1h_input_tokens: optional(
      tokens("Of the tokens written to the cache, those kept there for an hour."),
      UNKNOWN,
    ),
    reasoning_tokens: optional(
      tokens("Of the output tokens, those spent on reasoning."),
      UNKNOWN,
    ),
  },
);

/** What {@linkcode LlmRequest} says, as a schema. */
export const llmRequestSchema: Schema<LlmRequest> = object<LlmRequest>(
  "LlmRequest",
  "What was asked, as it was sent. A provider's further keys are kept as they are.",
  {
    system: optional(anything("The system prompt: text, or the provider's blocks."), NOT_SENT),
    prompt: optional(anything("The prompt, where it is no list of messages."), NOT_SENT),
    messages: optional(list("The conversation.", anything("One message.")), NOT_SENT),
    tools: optional(list("The tools on offer.", anything("One tool.")), NOT_SENT),
    max_tokens: optional(number("The limit of the answer's length.", { unit: "tokens" }), NOT_SENT),
    temperature: optional(number("The sampling temperature."), NOT_SENT),
    as_given: asGiven(),
  },
);

/** What {@linkcode LlmResponse} says, as a schema. */
export const llmResponseSchema: Schema<LlmResponse> = object<LlmResponse>(
  "LlmResponse",
  "What came back. A provider's further keys are kept as they are.",
  {
    content: anything("The answer's text, or the provider's blocks; what had arrived, if aborted."),
    stop_reason: optional(
      nullable(text("Why the model stopped."), "where it did not come to a stop"),
      UNKNOWN,
    ),
    usage: optional(field("Tokens used.", llmUsageSchema), UNKNOWN),
    tool_calls: optional(
      list("Tools that the model called.", anything("One call.")),
      "without any",
    ),
  },
);

/** What {@linkcode LlmError} says, as a schema. */
export const llmErrorSchema: Schema<LlmError> = object<LlmError>("LlmError", "Why a call failed.", {
  type: text("A class name or the provider's error type, such as `rate_limit_error`."),
  status: httpStatus(),
  message: text("The error's message."),
  retry_after_ms: nullable(
    durationMs("How long the provider asked to wait."),
    "where it did not say",
  ),
});

/** What {@linkcode LlmAttempt} says, as a schema. */
export const llmAttemptSchema: Schema<LlmAttempt> = object<LlmAttempt>(
  "LlmAttempt",
  "One try of a call: the last one is the call's outcome.",
  {
    attempt: integer("The try's number, from 1.", { min: 1 }),
    started_at: timeText("When the request was sent."),
    duration_ms: nullable(durationMs("How long the try took."), "where that is unknown"),
    status: httpStatus(),
    error: nullable(field("Why it failed.", llmErrorSchema), "where it did not"),
    retry_delay_ms: optional(
      durationMs("How long the caller then waited before the next try."),
      "on the last try",
    ),
  },
);

/** What {@linkcode LlmStream} says, as a schema. */
export const llmStreamSchema: Schema<LlmStream> = object<LlmStream>(
  "LlmStream",
  "How a streamed response arrived.",
  {
    chunks: integer("How many chunks came.", { min: 0 }),
    time_to_first_chunk_ms: nullable(
      durationMs("From the request to the first chunk."),
      "where none came",
    ),
    aborted: flag("Whether the stream ended before the provider said so."),
  },
);

/** What {@linkcode LlmRateLimit} says, as a schema. */
export const llmRateLimitSchema: Schema<LlmRateLimit> = object<LlmRateLimit>(
  "LlmRateLimit",
  "Rate-limit headers of the last response, parsed.",
  {
    requests_limit: optional(number("Requests allowed in a period.", { min: 0 }), UNKNOWN),
    requests_remaining: optional(number("Requests left in this period.", { min: 0 }), UNKNOWN),
    requests_reset_ms: optional(durationMs("Until requests are full again."), UNKNOWN),
    tokens_limit: optional(number("Tokens allowed in a period.", { min: 0 }), UNKNOWN),
    tokens_remaining: optional(number("Tokens left in this period.", { min: 0 }), UNKNOWN),
    tokens_reset_ms: optional(durationMs("Until tokens are full again."), UNKNOWN),
    retry_after_ms: optional(durationMs("How long the provider asked to wait."), UNKNOWN),
  },
);

/** What {@linkcode LlmPrice} says, as a schema. */
export const llmPriceSchema: Schema<LlmPrice> = object<LlmPrice>(
  "LlmPrice",
  "Where a cost comes from.",
  {
    source: text("Who says so, such as a price list's name.", { length_min: 1 }),
    version: text("Which edition of it."),
  },
);

/** What {@linkcode LlmTranscript} says, as a schema. */
export const llmTranscriptSchema: Schema<LlmTranscript> = object<LlmTranscript>(
  "LlmTranscript",
  "One call of a model, request and response.",
  {
    trace_id: traceIdText("The trace that made the call. Readers trust it over the file's name."),
    timestamp: timeText("When the first request was sent."),
    operation: text("What the call was for, such as `suggest`."),
    provider: text("Who runs the model, such as `anthropic`."),
    model: text("The model, as the provider names it."),
    request: field("What was asked.", llmRequestSchema),
    response: nullable(field("What came back.", llmResponseSchema), "where nothing did"),
    duration_ms: nullable(
      durationMs("From the first request to the end of the last response, waits included."),
      "where that is unknown",
    ),
    cost_usd: nullable(
      number("What the call cost.", { min: 0, unit: "US dollars" }),
      "where the model's price is unknown",
    ),
    error: nullable(field("Why the call failed.", llmErrorSchema), "where it did not"),
    status: optional(
      constant("The call had not ended: its process still runs, or died.", "running"),
      "for a call that ended",
    ),
    call_index: optional(
      integer("The number of this call within its trace, from 1.", { min: 1 }),
      "where that is unknown",
    ),
    span_id: optional(
      nullable(text("The span that made the call."), "outside of a span"),
      "where that is unknown",
    ),
    attempts: optional(
      list("Every try, in order.", llmAttemptSchema),
      "where tries were not told apart",
    ),
    stream: optional(
      nullable(field("How the response arrived.", llmStreamSchema), "for a call without streaming"),
      "where that is unknown",
    ),
    rate_limit: optional(
      nullable(field("The provider's limits.", llmRateLimitSchema), "where it sent none"),
      "where that is unknown",
    ),
    price: optional(
      nullable(field("Where the cost comes from.", llmPriceSchema), "without a cost"),
      "where that is unknown",
    ),
    session_id: optional(sessionIdText("The session's id."), "where recorded without one"),
    as_given: asGiven(),
  },
);
