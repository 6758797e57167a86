/**
 * A `fetch` that records the model calls among its requests, for clients that take one.
 *
 * @module
 */

import type { LlmError } from "../format/mod.ts";
import { scopeOf } from "./context.ts";
import { beginAttempt, endAttempt, noteResponse } from "./llm_attempts.ts";
import { observeResponse, parseAnswer } from "./llm_body.ts";
import { beginCall, endCall, failCall, type OpenCall, reopenCall } from "./llm_call.ts";
import { httpError, llmErrorOf } from "./llm_error.ts";
import { isCallUrl, recogniseCall, type RecognisedCall } from "./llm_request.ts";
import { guarded, type Recorder } from "./recorder.ts";

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
    let key: string | undefined;
    const keyOf = () => key ??= callKey(recorder, found);
    const call = guarded(recorder, "begin a model call", undefined, () => {
      const waits = waiting.size > 0 ? takeWaiting(recorder, waiting, keyOf()) : undefined;
      const open = waits ?? beginCall(recorder, found);
      beginAttempt(open);
      return open;
    });
    if (!call) return send(input, init);
    let response: Response;
    try {
      response = await send(input, init);
    } catch (error) {
      failCall(call, error);
      keepWaiting(recorder, waiting, keyOf, call, null);
      throw error;
    }
    noteHeaders(call, response);
    return observeResponse(call, response, {
      failed: (text) => {
        endCall(call, null, httpError(recorder, response.status, response.headers, text));
        keepWaiting(recorder, waiting, keyOf, call, response.status);
      },
      whole: (text) => endCall(call, parseAnswer(text, found.provider), null),
    });
  };
}

/** A request inside `session.llm`: a try of that call, whose outcome is the caller's to tell. */
async function attached(call: OpenCall, send: () => Promise<Response>): Promise<Response> {
  const { recorder } = call;
  const own = call.openAttempt === undefined;
  const endOwn = (error: () => LlmError | null) => {
    if (!own) return;
    guarded(recorder, "record a try of a model call", undefined, () => {
      endAttempt(call, error());
    });
  };
  if (own) guarded(recorder, "begin a try", undefined, () => beginAttempt(call));
  let response: Response;
  try {
    response = await send();
  } catch (error) {
    endOwn(() => llmErrorOf(recorder, error));
    throw error;
  }
  noteHeaders(call, response);
  if (response.ok) endOwn(() => null);
  return observeResponse(call, response, {
    failed: (text) => {
      endOwn(() => httpError(recorder, response.status, response.headers, text));
    },
    whole: (text) => {
      call.fetched = parseAnswer(text, call.options.provider);
    },
  }, true);
}

function noteHeaders(call: OpenCall, response: Response): void {
  guarded(call.recorder, "note a response's headers", undefined, () => {
    noteResponse(call, response.status, response.headers);
  });
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
  key: () => string,
  call: OpenCall,
  status: number | null,
): void {
  const again = status === null || status === 408 || status === 409 || status === 429 ||
    status >= 500;
  if (!again) return;
  if (waiting.size >= waitingRetriesMax) waiting.delete(waiting.keys().next().value!);
  waiting.set(key(), { call, until: recorder.runtime.clock.monotonic() + retryWindowMs });
}
