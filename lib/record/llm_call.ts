/**
 * Recording a model call while it runs: its tries, its stream, its outcome.
 *
 * @module
 */

import {
  formatTime,
  type LlmAttempt,
  type LlmError,
  type LlmRateLimit,
  type LlmRequest,
  type LlmStream,
} from "../format/mod.ts";
import { runInScope } from "./context.ts";
import {
  beginAttempt,
  endAttempt,
  noteResponse,
  noteRetryDelay,
  type OpenAttempt,
} from "./llm_attempts.ts";
import { cleanRequest, type EndedCall, writeLatency, writeTranscript } from "./llm.ts";
import { llmErrorOf } from "./llm_error.ts";
import { followResult } from "./llm_follow.ts";
import { LlmJournal, type ReplySoFar } from "./llm_journal.ts";
import { emptyResponse } from "./llm_response.ts";
import type { StreamAssembler } from "./llm_stream.ts";
import { followThenable } from "./llm_thenable.ts";
import type { LlmCallHandle, LlmCallOptions, ParsedResponse } from "./llm_types.ts";
import { roundMs } from "./round.ts";
import { guarded, type Recorder } from "./recorder.ts";
import { isPlainPromise, isThenable, settle } from "./settle.ts";
import type { RunningSpan } from "./running_span.ts";
import { closeSpan, openSpan, spanScope } from "./span.ts";

/** The name of the span around each call. */
export const callSpanName = "llm_call";

/** A model call that has not ended. */
export interface OpenCall {
  readonly recorder: Recorder;
  readonly options: LlmCallOptions;
  /** The span of the last try. */
  span: RunningSpan;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly startedMono: number;
  readonly attempts: LlmAttempt[];
  openAttempt: OpenAttempt | undefined;
  rateLimit: LlmRateLimit | null;
  stream: LlmStream | null;
  /** The answer so far, where it comes as a stream. */
  partial: (() => ParsedResponse) | undefined;
  /** Ends the call where the body of its failed response is not read. */
  unread: (() => void) | undefined;
  /** What a recording `fetch` inside the call saw come back. */
  fetched: ParsedResponse | null;
  /** The request as it was at the start, ready to be written. */
  readonly request: LlmRequest;
  /** What a killed process leaves of the call. */
  journal: LlmJournal | undefined;
  /** The transcript's number, once written. */
  index: number | null;
  ended: boolean;
}

/** Records a call around `fn`. A promise, or a stream, ends it later. */
export function runLlmCall<T>(
  recorder: Recorder,
  options: LlmCallOptions,
  fn: (call: LlmCallHandle) => T,
): T {
  if (!recorder.recording) return fn(idleHandle());
  const call = beginCall(recorder, options);
  let result: T;
  try {
    result = runInScope({ ...spanScope(call.span), call }, () => fn(handleOf(call)));
  } catch (error) {
    failCall(call, error);
    throw error;
  }
  if (!isThenable(result)) return followResult(call, result);
  if (!isPlainPromise(result)) {
    return followThenable(result, {
      value: (value) => followResult(call, value),
      failed: (error) => failCall(call, error),
    }) as T;
  }
  return result.then(
    (value) => followResult(call, value),
    (error) => {
      failCall(call, error);
      throw error;
    },
  ) as T;
}

/** Begins a call, and its span. End it with {@linkcode endCall}. */
export function beginCall(recorder: Recorder, options: LlmCallOptions): OpenCall {
  const { provider, model } = options;
  const { clock } = recorder.runtime;
  const call: OpenCall = {
    recorder,
    options,
    span: openSpan(recorder, callSpanName, { provider, model }),
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    attempts: [],
    openAttempt: undefined,
    rateLimit: null,
    stream: null,
    partial: undefined,
    unread: undefined,
    fetched: null,
    request: cleanRequest(recorder, options.request),
    journal: undefined,
    index: null,
    ended: false,
  };
  beginJournal(call);
  recorder.openCalls.add(call);
  return call;
}

/** Goes on with a call that seemed to have failed for good: its next try. */
export function reopenCall(call: OpenCall): void {
  const { recorder, options } = call;
  const { provider, model } = options;
  const attempt = call.attempts.length + 1;
  call.span = openSpan(recorder, callSpanName, { provider, model, attempt });
  call.stream = null;
  call.partial = undefined;
  call.ended = false;
  beginJournal(call);
  recorder.openCalls.add(call);
}

function beginJournal(call: OpenCall): void {
  const { recorder, options, span, request, attempts, startedAt } = call;
  const { provider, model } = options;
  const operation = options.operation ?? span.trace.operation;
  const known = { traceId: span.trace.id, spanId: span.id, operation, provider, model };
  call.journal = LlmJournal.begin(recorder, { ...known, request, attempts, startedAt });
}

/** Ends a call by what was thrown. */
export function failCall(call: OpenCall, error: unknown): void {
  guarded(call.recorder, "record a failed model call", undefined, () => {
    endCall(call, null, llmErrorOf(call.recorder, error), error);
  });
}

/** Ends a call, and writes its transcript and its latency. Ending it again does nothing. */
export function endCall(
  call: OpenCall,
  response: ParsedResponse | null,
  error: LlmError | null,
  thrown: unknown = error,
): void {
  if (call.ended) return;
  call.ended = true;
  const { recorder, options, span } = call;
  recorder.openCalls.delete(call);
  const durationMs = recorder.runtime.clock.monotonic() - call.startedMono;
  guarded(recorder, "record a model call", undefined, () => {
    endAttempt(call, error);
    if (call.attempts.length === 0) {
      call.attempts.push({
        attempt: 1,
        started_at: formatTime(call.startedAt),
        duration_ms: roundMs(durationMs),
        status: error?.status ?? null,
        error,
      });
    }
    const ended: EndedCall = {
      traceId: span.trace.id,
      spanId: span.id,
      operation: options.operation ?? span.trace.operation,
      provider: options.provider,
      model: options.model,
      request: call.request,
      startedAt: call.startedAt,
      durationMs,
      response: withFetched(response, call.fetched),
      error,
      attempts: call.attempts,
      stream: call.stream,
      rateLimit: call.rateLimit,
      price: options.price ?? recorder.price,
    };
    Object.assign(span.metadata, ended.response?.usage);
    writeLatency(recorder, ended);
    call.index = writeTranscript(recorder, ended, call.index);
  });
  call.journal?.end();
  call.journal = undefined;
  closeSpan(span, error === null ? { ok: true, value: undefined } : { ok: false, error: thrown });
}

/** Adds what only the wire told, such as the tokens of an SDK that gives nothing but the text. */
function withFetched(
  response: ParsedResponse | null,
  fetched: ParsedResponse | null,
): ParsedResponse | null {
  if (!response || !fetched) return response ?? fetched;
  const known = Object.keys(response.usage).length > 0;
  return {
    ...response,
    stop_reason: response.stop_reason ?? fetched.stop_reason,
    usage: known ? response.usage : fetched.usage,
    tool_calls: response.tool_calls.length > 0 ? response.tool_calls : fetched.tool_calls,
    model: response.model ?? fetched.model,
  };
}

/** Notes that the answer comes as a stream. */
export function beginStream(call: OpenCall, assembler: StreamAssembler): LlmStream {
  call.partial = () => assembler.result();
  call.stream = { chunks: 0, time_to_first_chunk_ms: null, aborted: false };
  return call.stream;
}

/** Notes a piece of the stream. */
export function notePiece(call: OpenCall, stream: LlmStream): void {
  stream.chunks += 1;
  call.journal?.touch(() => replySoFar(call, stream));
  if (stream.time_to_first_chunk_ms !== null) return;
  const started = call.openAttempt?.startedMono ?? call.startedMono;
  stream.time_to_first_chunk_ms = roundMs(call.recorder.runtime.clock.monotonic() - started);
}

function replySoFar(call: OpenCall, stream: LlmStream): ReplySoFar {
  const { chunks, time_to_first_chunk_ms } = stream;
  return {
    response: call.partial?.() ?? emptyResponse(""),
    chunks,
    time_to_first_chunk_ms,
  };
}

/** Ends a call with the end of its stream. */
export function endStream(
  call: OpenCall,
  stream: LlmStream,
  assembler: StreamAssembler,
  how: { aborted: boolean; error?: unknown },
): void {
  const response = assembler.result();
  stream.aborted = how.aborted || !assembler.finished;
  const error = how.error === undefined ? response.error : llmErrorOf(call.recorder, how.error);
  endCall(call, response, error, how.error ?? error);
}

/** Ends the calls whose answers nobody read to the end, as far as they came. */
export function abandonCalls(recorder: Recorder): void {
  for (const call of [...recorder.openCalls]) {
    call.unread?.();
    if (call.stream) call.stream.aborted = true;
    const partial = guarded(
      recorder,
      "read half a model's answer",
      null,
      () => call.partial?.() ?? null,
    );
    endCall(call, partial, call.stream ? null : unanswered);
  }
}

/** The error of a call that was still waiting when its session was closed. */
const unanswered: LlmError = {
  type: "no_answer",
  status: null,
  message: "The call had no answer yet when the session was closed",
  retry_after_ms: null,
};

function handleOf(call: OpenCall): LlmCallHandle {
  return {
    attempt: (fn) => {
      beginAttempt(call);
      return settle(fn, (outcome) => {
        guarded(call.recorder, "record a try of a model call", undefined, () => {
          endAttempt(call, outcome.ok ? null : llmErrorOf(call.recorder, outcome.error));
        });
      });
    },
    retryDelay: (ms) => {
      guarded(call.recorder, "note a wait", undefined, () => noteRetryDelay(call, ms));
    },
    response: (status, headers) => {
      guarded(call.recorder, "note a response's headers", undefined, () => {
        noteResponse(call, status, headers);
      });
    },
  };
}

function idleHandle(): LlmCallHandle {
  return { attempt: (fn) => fn(), retryDelay: () => {}, response: () => {} };
}
