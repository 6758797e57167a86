/**
 * What a failed model call leaves behind.
 *
 * @module
 */

import type { LlmError } from "../format/mod.ts";
import {
  errorMessage,
  errorMessageLengthMax,
  errorType,
  errorTypeLengthMax,
} from "./error_parts.ts";
import { fieldsOf, textOf } from "./llm_usage.ts";
import { cleanText } from "./log_writer.ts";
import { headerReader, retryAfterMs } from "./rate_limit.ts";
import type { Recorder } from "./recorder.ts";

/** The error record of a thrown value: of the providers' clients, of `fetch`, or any other. */
export function llmErrorOf(recorder: Recorder, error: unknown): LlmError {
  const outer = fieldsOf(error);
  const response = fieldsOf(outer["response"]);
  const status = [outer["status"], outer["statusCode"], response["status"]]
    .find((value): value is number => typeof value === "number") ?? null;
  const headers = outer["headers"] ?? outer["responseHeaders"] ?? response["headers"];
  const now = recorder.runtime.clock.now();
  const known = outer["retry_after_ms"];
  const body = bodyError(outer["error"]);
  return {
    type: cleanText(
      recorder,
      body?.type ?? textOf(outer["type"]) ?? typeOf(error),
      errorTypeLengthMax,
    ),
    status,
    message: cleanText(recorder, messageOf(error), errorMessageLengthMax),
    retry_after_ms: typeof known === "number" ? known : retryAfterMs(headerReader(headers), now),
  };
}

/** An aborted or timed-out request is told by its name alone. */
function typeOf(error: unknown): string {
  return error instanceof DOMException ? error.name : errorType(error);
}

/** Node's `fetch failed` says why in its cause only. */
function messageOf(error: unknown): string {
  const message = errorMessage(error);
  const cause = fieldsOf(error)["cause"];
  const why = cause === undefined ? "" : errorMessage(cause);
  return why === "" || message.includes(why) ? message : `${message}: ${why}`;
}

/** The error record of a response with a failing status. */
export function httpError(
  recorder: Recorder,
  status: number,
  headers: Headers,
  bodyText: string,
): LlmError {
  const body = bodyError(jsonOf(bodyText));
  const { clock } = recorder.runtime;
  return {
    type: cleanText(recorder, body?.type ?? `http_${status}`, errorTypeLengthMax),
    status,
    message: cleanText(recorder, body?.message ?? bodyText, errorMessageLengthMax),
    retry_after_ms: retryAfterMs(headerReader(headers), clock.now()),
  };
}

/** `{type, message}` at any of the depths at which providers put them. */
function bodyError(body: unknown): { type?: string; message?: string } | undefined {
  let fields = fieldsOf(body);
  for (let depth = 0; depth < 2; depth += 1) {
    if (typeof fields["error"] === "string") return { message: fields["error"] };
    if (typeof fields["error"] !== "object" || fields["error"] === null) break;
    fields = fieldsOf(fields["error"]);
  }
  const type = textOf(fields["type"]) ?? textOf(fields["code"]) ?? textOf(fields["status"]);
  const message = textOf(fields["message"]);
  if (type === undefined && message === undefined) return undefined;
  return { ...(type === undefined ? {} : { type }), ...(message === undefined ? {} : { message }) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
