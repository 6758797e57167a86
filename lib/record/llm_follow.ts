/**
 * Following what a model call gives to its end.
 *
 * @module
 */

import { noteResponse } from "./llm_attempts.ts";
import { eventReader, observeResponse, parseAnswer } from "./llm_body.ts";
import { beginStream, endCall, endStream, notePiece, type OpenCall } from "./llm_call.ts";
import { httpError } from "./llm_error.ts";
import { parseResponse } from "./llm_response.ts";
import { StreamAssembler } from "./llm_stream.ts";
import { guarded } from "./recorder.ts";
import type { EventSplitter } from "./sse.ts";
import { isStream, observeStream } from "./stream_observer.ts";

/** Ends the call with a value, or follows the value where it is a stream. */
export function followResult<T>(call: OpenCall, result: T): T {
  const { recorder, options } = call;
  if (isStream(result)) {
    return guarded(
      recorder,
      "watch a model's stream",
      result,
      () => followStream(call, result),
    ) as T;
  }
  if (isResponse(result)) return followResponse(call, result) as T;
  guarded(recorder, "record a model's answer", undefined, () => {
    endCall(call, parseResponse(result, options.provider), null);
  });
  return result;
}

function isResponse(value: unknown): value is Response {
  try {
    return value instanceof Response;
  } catch {
    // A proxy that throws.
    return false;
  }
}

/** A `Response` belongs to its reader: the call ends with its body. */
function followResponse(call: OpenCall, response: Response): Response {
  const { recorder, options } = call;
  const failed = (text: string) => {
    endCall(call, null, httpError(recorder, response.status, response.headers, text));
  };
  guarded(recorder, "note a response's headers", undefined, () => {
    noteResponse(call, response.status, response.headers);
    if (!response.ok) call.unread = () => failed("");
  });
  return observeResponse(call, response, {
    failed,
    whole: (text) => endCall(call, parseAnswer(text, options.provider), null),
  });
}

/** Watches a stream of pieces and ends the call with it. */
function followStream<T extends Parameters<typeof observeStream>[0]>(
  call: OpenCall,
  stream: T,
): T {
  const { recorder, options } = call;
  const assembler = new StreamAssembler(options.provider);
  const noted = beginStream(call, assembler);
  const bytes = new ByteReader(assembler);
  return observeStream(stream, {
    piece(piece) {
      notePiece(call, noted);
      guarded(recorder, "read a piece of a model's answer", undefined, () => {
        if (piece instanceof Uint8Array) bytes.push(piece);
        else assembler.push(piece);
      });
    },
    end(how) {
      guarded(recorder, "record a model's answer", undefined, () => {
        if (!how.aborted) bytes.end();
        endStream(call, noted, assembler, how);
      });
    },
  });
}

/** How a body of server-sent events begins. Pieces of a text hardly do. */
const EVENTS_BEGIN = /^\s*(data|event|id|retry)?:/;

/** Bytes as pieces of an answer: those of events, as a server sends them, or of a text. */
class ByteReader {
  readonly #assembler: StreamAssembler;
  readonly #decoder = new TextDecoder();
  #events: EventSplitter | undefined;
  #begun = false;

  constructor(assembler: StreamAssembler) {
    this.#assembler = assembler;
  }

  push(bytes: Uint8Array): void {
    if (!this.#begun && bytes.length > 0) {
      this.#begun = true;
      if (EVENTS_BEGIN.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
        this.#events = eventReader(this.#assembler);
      }
    }
    if (this.#events) this.#events.push(bytes);
    // A character may be cut between two pieces.
    else this.#assembler.push(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#events?.end();
  }
}
