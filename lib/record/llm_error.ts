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

/**
 * The error record of a thrown value: of the providers' clients, of `fetch`, or any other. Never
 * throws.
 */
export function llmErrorOf(recorder: Recorder, error: unknown): LlmError {
  try {
    return knownError(recorder, error);
  } catch {
    // A proxy, or a getter, that throws.
    return errorRecord(recorder, errorType(error), errorMessage(error), null, null);
  }
}

function knownError(recorder: Recorder, error: unknown): LlmError {
  const outer = fieldsOf(error);
  const response = fieldsOf(outer["response"]);
  const status = [outer["status"], outer["statusCode"], response["status"]].find(isHttpStatus) ??
    null;
  const headers = outer["headers"] ?? outer["responseHeaders"] ?? response["headers"];
  const known = outer["retry_after_ms"];
  const wait = typeof known === "number" && known >= 0 && Number.isFinite(known)
    ? known
    : retryAfterMs(headerReader(headers), recorder.runtime.clock.now());
  const type = bodyError(outer["error"])?.type ?? textOf(outer["type"]) ?? typeOf(error);
  return errorRecord(recorder, type, messageOf(error), status, wait);
}

function errorRecord(
  recorder: Recorder,
  type: string,
  message: string,
  status: number | null,
  retry_after_ms: number | null,
): LlmError {
  return {
    type: cleanText(recorder, type, errorTypeLengthMax),
    status,
    message: cleanText(recorder, message, errorMessageLengthMax),
    retry_after_ms,
  };
}

/** Whether a value can be a response's status. */
export function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && value as number >= 100 && value as number <= 599;
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
  const told = body?.message ?? bodyText;
  // The body may not have been read.
  const message = told === "" ? `The provider answered with status ${status}` : told;
  const wait = retryAfterMs(headerReader(headers), recorder.runtime.clock.now());
  return errorRecord(recorder, body?.type ?? `http_${status}`, message, status, wait);
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
