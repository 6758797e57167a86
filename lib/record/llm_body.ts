/**
 * Watching the bodies of answers: JSON, events, or anything else that a server sends.
 *
 * @module
 */

import { beginStream, endStream, failCall, notePiece, type OpenCall } from "./llm_call.ts";
import { parseResponse } from "./llm_response.ts";
import { StreamAssembler } from "./llm_stream.ts";
import type { ParsedResponse } from "./llm_types.ts";
import { fieldsOf } from "./llm_usage.ts";
import { guarded } from "./recorder.ts";
import { EventSplitter } from "./sse.ts";
import { observeStream } from "./stream_observer.ts";

/** Longest answer body that is put together, in bytes; what is beyond is passed on, not recorded. */
export const answerBytesMax: number = 16 * 1024 * 1024;

/** Media types whose bodies are text, or may be. */
const TEXT_TYPE = /^$|^text\/|json|xml|javascript|x-www-form-urlencoded/i;

/** What is done with a body that is read as a whole. */
export interface AnswerSink {
  /** A response with a failing status, and its body. */
  failed(text: string): void;
  /** The body of a response that is no stream. */
  whole(text: string): void;
}

/**
 * The same response, its body watched; the response itself where that cannot be.
 *
 * @param isAttached Whether the call's outcome is the caller's to tell.
 */
export function observeResponse(
  call: OpenCall,
  response: Response,
  sink: AnswerSink,
  isAttached = false,
): Response {
  return guarded(
    call.recorder,
    "watch a model's answer",
    response,
    () => watchedResponse(call, response, sink, isAttached),
  );
}

function watchedResponse(
  call: OpenCall,
  response: Response,
  sink: AnswerSink,
  isAttached: boolean,
): Response {
  const done = (text: string) =>
    guarded(call.recorder, "record a model's answer", undefined, () => {
      if (response.ok) sink.whole(text);
      else sink.failed(text);
    });
  if (!response.body || response.bodyUsed) {
    done("");
    return response;
  }
  const { status, statusText, headers } = response;
  // Made first: where it cannot be, as of a status that only a server can give, nothing is touched.
  new Response(null, { status, statusText, headers });
  const type = headers.get("content-type") ?? "";
  const streams = response.ok && /event-stream|ndjson|jsonl/.test(type);
  const body = streams
    ? observeEvents(call, response.body, isAttached)
    : observeText(call, response.body, type, done);
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
  const splitter = eventReader(assembler, () => void (stream.chunks += 1));
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

/** Reads a body of events into an answer. */
export function eventReader(
  assembler: StreamAssembler,
  counted: () => void = () => {},
): EventSplitter {
  return new EventSplitter((data) => {
    if (data === "[DONE]") return assembler.end();
    counted();
    assembler.push(data);
  });
}

/** Watches a body that is read as a whole. */
function observeText(
  call: OpenCall,
  body: ReadableStream<Uint8Array>,
  type: string,
  done: (text: string) => void,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  const isText = TEXT_TYPE.test(type);
  let text = "";
  let bytesSeen = 0;
  return observeStream(body, {
    piece(bytes) {
      const { length } = bytes as Uint8Array;
      bytesSeen += length;
      if (!isText || bytesSeen > answerBytesMax) return;
      guarded(call.recorder, "read a model's answer", undefined, () => {
        text += decoder.decode(bytes as Uint8Array, { stream: true });
      });
    },
    end(how) {
      if (how.error !== undefined) return failCall(call, how.error);
      if (!isText) return done(`[${bytesSeen} bytes of ${type}]`);
      const left = bytesSeen > answerBytesMax;
      done(left ? `${text}…(${bytesSeen} bytes in all)` : text + decoder.decode());
    },
  });
}

/** What a whole body says; a text that is no JSON is the answer as it is. */
export function parseAnswer(text: string, provider: string): ParsedResponse {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return parseResponse(text, provider);
  }
  // Gemini streams a list where it is not asked for events.
  if (!Array.isArray(value) || !value.every((piece) => "candidates" in fieldsOf(piece))) {
    return parseResponse(value, provider);
  }
  const assembler = new StreamAssembler(provider);
  for (const piece of value) assembler.push(piece);
  return assembler.result();
}
