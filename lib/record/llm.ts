/**
 * Transcripts of model calls.
 *
 * @module
 */

import {
  formatTime,
  isValid,
  type LlmAttempt,
  llmAttemptSchema,
  type LlmError,
  type LlmPrice,
  llmPriceSchema,
  type LlmRateLimit,
  llmRateLimitSchema,
  type LlmRequest,
  type LlmStream,
  llmStreamSchema,
  type LlmTranscript,
  type LlmUsage,
  llmUsageSchema,
  recordNames,
  schema,
  sessionLayout,
} from "../format/mod.ts";
import { joinPath } from "../runtime/mod.ts";
import { generateTraceId, runInScope, scopeOf, traceIdOf } from "./context.ts";
import { llmErrorOf } from "./llm_error.ts";
import { givenRequest, GivenValues } from "./llm_given.ts";
import { parseResponse } from "./llm_response.ts";
import { cleanTools } from "./llm_tools.ts";
import type { LlmRecord, ParsedResponse, PriceFunction } from "./llm_types.ts";
import { fieldsOf } from "./llm_usage.ts";
import { cleanText, defaultOperation } from "./log_writer.ts";
import { writeMetric } from "./metrics.ts";
import { roundMs } from "./round.ts";
import { recordText, writeNumbered } from "./record_file.ts";
import { cleanValue, guarded, type Recorder } from "./recorder.ts";
import { transcriptLimits } from "./serialise.ts";

/** Everything known about a call that has ended, for now. */
export interface EndedCall {
  traceId: string;
  spanId: string | null;
  operation: string;
  provider: string;
  model: string;
  /** Clean already. */
  request: LlmRequest;
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number | null;
  response: ParsedResponse | null;
  error: LlmError | null;
  attempts: LlmAttempt[];
  stream: LlmStream | null;
  rateLimit: LlmRateLimit | null;
  price: PriceFunction | undefined;
  /** What the caller says of the cost; asked of `price` where it says nothing. */
  cost?: { usd: number | null; price: LlmPrice | null };
  /** What the caller said that fits no key of a transcript. */
  misfits?: { as_given?: Record<string, unknown> };
}

const amount = schema.number("Milliseconds or US dollars.", { min: 0 });
/** Up to the end of the year 9999. */
const moment = schema.number("Epoch milliseconds.", { min: 0, max: 253_402_300_799_999 });
const spanId = schema.text("A span's id.");
const tries = schema.list("Every try.", llmAttemptSchema);

/** Records a finished call. Never throws. Returns its file, relative to the session folder. */
export function recordLlmCall(recorder: Recorder, record: LlmRecord): string | null {
  return guarded(recorder, "record a model call", null, () => {
    const call = givenCall(recorder, record);
    writeLatency(recorder, call);
    const index = writeTranscript(recorder, call);
    return index === null ? null : transcriptFile(call.traceId, index);
  });
}

function givenCall(recorder: Recorder, record: LlmRecord): EndedCall {
  const { clock } = recorder.runtime;
  const scope = scopeOf(recorder);
  const given = new GivenValues(recorder);
  const durationMs = given.take("duration_ms", record.duration_ms, amount) ?? null;
  const startedAt = given.take("started_at", record.started_at, moment) ??
    clock.now() - (durationMs ?? 0);
  const error = record.error === undefined || record.error === null
    ? null
    : llmErrorOf(recorder, record.error);
  const response = record.response === undefined || record.response === null
    ? null
    : parseResponse(record.response, record.provider);
  const usage = given.take("usage", record.usage, llmUsageSchema);
  if (response && usage) response.usage = usage;
  const single: LlmAttempt = {
    attempt: 1,
    started_at: formatTime(startedAt),
    duration_ms: durationMs,
    status: error?.status ?? null,
    error,
  };
  const ownSpan = record.span_id === null ? null : scope.span?.id ?? null;
  const usd = given.take("cost_usd", record.cost_usd, amount) ?? null;
  const price = given.take("price", record.price, llmPriceSchema) ?? null;
  return {
    traceId: traceIdOf(recorder) ?? runInScope({ recorder }, generateTraceId),
    spanId: given.take("span_id", record.span_id, spanId) ?? ownSpan,
    operation: record.operation ?? scope.operation ?? defaultOperation,
    provider: record.provider,
    model: record.model,
    request: cleanRequest(recorder, record.request),
    startedAt,
    durationMs,
    response,
    error,
    attempts: given.take("attempts", record.attempts, tries) ?? [single],
    stream: given.take("stream", record.stream, llmStreamSchema) ?? null,
    rateLimit: given.take("rate_limit", record.rate_limit, llmRateLimitSchema) ?? null,
    price: recorder.price,
    ...(record.cost_usd === undefined ? {} : { cost: { usd, price } }),
    misfits: given.misfits(),
  };
}

/** Writes `llm.latency`, in milliseconds from the request to the end of the answer. */
export function writeLatency(recorder: Recorder, call: EndedCall): void {
  if (call.durationMs === null) return;
  const { provider, model, operation, durationMs, error } = call;
  runInScope({ recorder, traceId: call.traceId }, () => {
    const status = error ? "error" : "success";
    writeMetric(recorder, "llm.latency", roundMs(durationMs), {
      provider,
      model,
      operation,
      status,
    });
  });
}

/** The transcript's path, relative to the session folder. */
export function transcriptFile(traceId: string, index: number): string {
  return `${sessionLayout.llmTranscripts}/${recordNames.llm(traceId, index)}`;
}

/**
 * Writes a call's transcript, where transcripts are recorded.
 *
 * @param known The number of the transcript that this one completes, after a retry.
 * @returns The transcript's number, or null where none was written.
 */
export function writeTranscript(
  recorder: Recorder,
  call: EndedCall,
  known: number | null = null,
): number | null {
  if (!recorder.recordsLlm) return null;
  const text = (index: number) => recordText(transcriptOf(recorder, call, index));
  if (known !== null) {
    const path = joinPath(recorder.path, transcriptFile(call.traceId, known));
    recorder.runtime.files.writeFileAtomic(path, text(known));
    return known;
  }
  return writeNumbered(
    recorder,
    sessionLayout.llmTranscripts,
    "llm",
    call.traceId,
    (index) => [[recordNames.llm(call.traceId, index), text(index)]],
  );
}

/** A request as it may be written; empty where transcripts are not recorded. */
export function cleanRequest(recorder: Recorder, request: LlmRequest): LlmRequest {
  if (!recorder.recordsLlm) return {};
  return guarded(
    recorder,
    "take a model call's request",
    {},
    () => givenRequest(recorder, request),
  );
}

function transcriptOf(recorder: Recorder, call: EndedCall, index: number): LlmTranscript {
  const clean = (value: unknown) => cleanValue(recorder, value, transcriptLimits, true);
  const { response } = call;
  const cost = costOf(call);
  return {
    trace_id: call.traceId,
    timestamp: formatTime(call.startedAt),
    operation: cleanText(recorder, call.operation),
    provider: cleanText(recorder, call.provider),
    model: cleanText(recorder, call.model),
    request: call.request,
    response: response === null ? null : {
      content: clean(response.content),
      stop_reason: response.stop_reason,
      usage: response.usage,
      ...(response.tool_calls.length === 0
        ? {}
        : { tool_calls: cleanTools(recorder, response.tool_calls) }),
      ...fieldsOf(clean(response.rest)),
    },
    duration_ms: call.durationMs === null ? null : roundMs(call.durationMs),
    cost_usd: cost.usd,
    error: call.error,
    call_index: index,
    span_id: call.spanId,
    attempts: call.attempts,
    stream: call.stream,
    rate_limit: call.rateLimit,
    price: cost.price,
    session_id: recorder.sessionId,
    ...call.misfits,
  };
}

/** The cost, as the caller or a price function says. Nothing is ever guessed. */
function costOf(call: EndedCall): { usd: number | null; price: LlmPrice | null } {
  if (call.cost) return call.cost;
  const usage: LlmUsage | undefined = call.response?.usage;
  if (!call.price || !usage) return { usd: null, price: null };
  try {
    const model = call.response?.model ?? call.model;
    const found = call.price({
      provider: call.provider,
      model,
      usage,
      request: call.request,
      started_at: call.startedAt,
    });
    const usd = typeof found === "number" ? found : found?.cost_usd;
    if (!isValid(amount, usd)) return { usd: null, price: null };
    const price = typeof found === "object" ? found?.price : null;
    return { usd, price: isValid(llmPriceSchema, price) ? price : null };
  } catch {
    // The caller's price function failed: an unknown price, not a reason to lose the transcript.
    return { usd: null, price: null };
  }
}
