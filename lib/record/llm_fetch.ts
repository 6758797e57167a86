/**
 * A `fetch` that records the model calls among its requests, for clients that take one.
 *
 * @module
 */

import { scopeOf } from "./context.ts";
import { beginAttempt, endAttempt, noteResponse } from "./llm_attempts.ts";
import {
  beginCall,
  beginStream,
  endCall,
  endStream,
  failCall,
  notePiece,
  type OpenCall,
  reopenCall,
} from "./llm_call.ts";
import { httpError, llmErrorOf } from "./llm_error.ts";
import { isCallUrl, recogniseCall, type RecognisedCall } from "./llm_request.ts";
import { parseResponse } from "./llm_response.ts";
import { StreamAssembler } from "./llm_stream.ts";
import { guarded, type Recorder } from "./recorder.ts";
import { EventSplitter } from "./sse.ts";
import { observeStream } from "./stream_observer.ts";

/** Longest answer body that is put together, in bytes; what is beyond is passed on, not recorded. */
export const answerBytesMax: number = 16 * 1024 * 1024;

/** How long a failed call waits for its next try to complete the same record, in milliseconds. */
export const retryWindowMs = 120_000;

/** Most failed calls that wait for a next try at once. */
export const waitingRetriesMax = 100;

/** How a recording `fetch` works. */
export interface RecordingFetchOptions {
  /** The provider's name. Default: by the host, else by the path's protocol. */
  provider?: string;
  /** What makes the requests. Default: the global `fetch` at each call. */
  fetch?: typeof fetch;
}

/** Makes a `fetch` that records the model calls among its requests, and passes all others on. */
export function makeRecordingFetch(
  recorder: Recorder,
  options: RecordingFetchOptions = {},
): typeof fetch {
  const waiting = new Map<string, { call: OpenCall; until: number }>();
  return async (input, init) => {
    const send = options.fetch ?? fetch;
    if (!recorder.recording) return send(input, init);
    const found = await recognise(input, init, options.provider);
    if (!found) return send(input, init);
    const outer = scopeOf(recorder).call;
    if (outer && !outer.ended) return attached(outer, () => send(input, init));
    const key = callKey(recorder, found);
    const call = takeWaiting(recorder, waiting, key) ?? beginCall(recorder, found);
    beginAttempt(call);
    try {
      const response = await send(input, init);
      noteResponse(call, response.status, response.headers);
      return observeResponse(call, response, {
        failed: (text) => {
          endCall(call, null, httpError(recorder, response.status, response.headers, text));
          keepWaiting(recorder, waiting, key, call, response.status);
        },
        whole: (text) => endCall(call, parseAnswer(text, found.provider), null),
      });
    } catch (error) {
      failCall(call, error);
      keepWaiting(recorder, waiting, key, call, null);
      throw error;
    }
  };
}

/** A request inside `session.llm`: a try of that call, whose outcome is the caller's to tell. */
async function attached(call: OpenCall, send: () => Promise<Response>): Promise<Response> {
  const { recorder } = call;
  const own = call.openAttempt === undefined;
  if (own) beginAttempt(call);
  try {
    const response = await send();
    noteResponse(call, response.status, response.headers);
    if (own && response.ok) endAttempt(call, null);
    return observeResponse(call, response, {
      failed: (text) => {
        if (own) endAttempt(call, httpError(recorder, response.status, response.headers, text));
      },
      whole: (text) => {
        call.fetched = parseAnswer(text, call.options.provider);
      },
    }, true);
  } catch (error) {
    if (own) endAttempt(call, llmErrorOf(recorder, error));
    throw error;
  }
}

async function recognise(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  provider: string | undefined,
): Promise<RecognisedCall | undefined> {
  try {
    const request = input instanceof Request ? input : undefined;
    const url = request ? request.url : String(input);
    if (!isCallUrl(url)) return undefined;
    const method = init?.method ?? request?.method ?? "GET";
    const body = init?.body === undefined || init.body === null
      ? await request?.clone().text()
      : bodyText(init.body);
    return body === undefined ? undefined : recogniseCall(url, method, body, provider);
  } catch {
    // A request that cannot be looked at is for `fetch` itself to judge.
    return undefined;
  }
}

/** A body's text; nothing for one that can be read only once. */
function bodyText(body: BodyInit): string | undefined {
  if (typeof body === "string") return body;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return new TextDecoder().decode(body as Uint8Array);
  }
  return undefined;
}

interface AnswerSink {
  /** A response with a failing status, and its body. */
  failed(text: string): void;
  /** The body of a response that is no stream. */
  whole(text: string): void;
}

/** The same response, its body watched. */
function observeResponse(
  call: OpenCall,
  response: Response,
  sink: AnswerSink,
  isAttached = false,
): Response {
  const { recorder } = call;
  const done = (text: string) =>
    guarded(recorder, "record a model's answer", undefined, () => {
      if (response.ok) sink.whole(text);
      else sink.failed(text);
    });
  if (!response.body) {
    done("");
    return response;
  }
  const type = response.headers.get("content-type") ?? "";
  const streams = response.ok && /event-stream|ndjson|jsonl/.test(type);
  const body = streams
    ? observeEvents(call, response.body, isAttached)
    : observeText(call, response.body, done);
  const { status, statusText, headers } = response;
  const same = new Response(body, { status, statusText, headers });
  // A made response has no address, but clients tell it in their errors.
  Object.defineProperty(same, "url", { value: response.url });
  Object.defineProperty(same, "redirected", { value: response.redirected });
  return same;
}

/** Watches a body of events and ends the call with it, or tells the call what it saw. */
function observeEvents(
  call: OpenCall,
  body: ReadableStream<Uint8Array>,
  isAttached: boolean,
): ReadableStream<Uint8Array> {
  const { recorder, options } = call;
  const assembler = new StreamAssembler(options.provider);
  const stream = beginStream(call, assembler);
  const splitter = new EventSplitter((data) => {
    if (data === "[DONE]") return assembler.end();
    stream.chunks += 1;
    assembler.push(data);
  });
  return observeStream(body, {
    piece(bytes) {
      // Chunks are events, not the network's pieces: the first of those only tells the time.
      const { chunks } = stream;
      notePiece(call, stream);
      stream.chunks = chunks;
      guarded(recorder, "read a model's stream", undefined, () => {
        splitter.push(bytes as Uint8Array);
      });
    },
    end(how) {
      guarded(recorder, "record a model's stream", undefined, () => {
        if (!how.aborted) splitter.end();
        if (isAttached) call.fetched = assembler.result();
        else endStream(call, stream, assembler, how);
      });
    },
  });
}

/** Watches a body that is read as a whole. */
function observeText(
  call: OpenCall,
  body: ReadableStream<Uint8Array>,
  done: (text: string) => void,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  let text = "";
  let bytesSeen = 0;
  return observeStream(body, {
    piece(bytes) {
      bytesSeen += (bytes as Uint8Array).length;
      if (bytesSeen <= answerBytesMax) {
        text += decoder.decode(bytes as Uint8Array, { stream: true });
      }
    },
    end(how) {
      if (how.error !== undefined) failCall(call, how.error);
      else done(bytesSeen <= answerBytesMax ? text + decoder.decode() : text);
    },
  });
}

function parseAnswer(text: string, provider: string) {
  try {
    return parseResponse(JSON.parse(text), provider);
  } catch {
    return parseResponse(text, provider);
  }
}

/** The same request in the same place is the next try of the same call. */
function callKey(recorder: Recorder, found: RecognisedCall): string {
  const { traceId, span } = scopeOf(recorder);
  const { provider, model, request } = found;
  const asked = recorder.runtime.sha256(JSON.stringify([provider, model, request]));
  return `${traceId ?? ""} ${span?.id ?? ""} ${asked}`;
}

type Waiting = Map<string, { call: OpenCall; until: number }>;

function takeWaiting(recorder: Recorder, waiting: Waiting, key: string): OpenCall | undefined {
  const entry = waiting.get(key);
  waiting.delete(key);
  if (!entry || entry.until < recorder.runtime.clock.monotonic()) return undefined;
  // Outside of a trace each try would open a trace of its own: its record cannot be shared.
  if (entry.call.span.trace.ended) return undefined;
  reopenCall(entry.call);
  return entry.call;
}

function keepWaiting(
  recorder: Recorder,
  waiting: Waiting,
  key: string,
  call: OpenCall,
  status: number | null,
): void {
  const again = status === null || status === 408 || status === 409 || status === 429 ||
    status >= 500;
  if (!again) return;
  if (waiting.size >= waitingRetriesMax) waiting.delete(waiting.keys().next().value!);
  waiting.set(key, { call, until: recorder.runtime.clock.monotonic() + retryWindowMs });
}
