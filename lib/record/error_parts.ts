/**
 * What can be said of any thrown value.
 *
 * @module
 */

import type { SpanError } from "../format/mod.ts";
import { cleanText } from "./log_writer.ts";
import type { Recorder } from "./recorder.ts";
import { toPlain } from "./serialise.ts";

/** Longest error message that is kept, in UTF-16 units. */
export const errorMessageLengthMax: number = 64 * 1024;

/** Longest name of an error's class, in UTF-16 units. */
export const errorTypeLengthMax = 200;

/** A thrown value's class, such as `TypeError`; what it is where it is no object. Never throws. */
export function errorType(error: unknown): string {
  try {
    if (error instanceof Error) return classOf(error) || error.name || "Error";
    if (error === null) return "null";
    if (typeof error !== "object") return typeof error;
    const name = classOf(error) || "object";
    if (name !== "Object" && name !== "object") return name;
    // Plain objects say what they are by their own word, as providers' error records do.
    const { type } = error as { type?: unknown };
    return typeof type === "string" && type !== "" ? type : name;
  } catch {
    return "unreadable";
  }
}

/** Platform errors share one class; what they are is their name, such as `AbortError`. */
function classOf(error: object): string {
  const name = String(error.constructor?.name ?? "");
  return name === "DOMException" ? String((error as Error).name) : name;
}

/** A thrown value's message; JSON where it is an object without one. Never throws. */
export function errorMessage(error: unknown): string {
  try {
    const isObject = typeof error === "object" && error !== null;
    const message = isObject && "message" in error ? error.message : error;
    if (typeof message !== "object" || message === null) return String(message);
    // Bounded, unlike `String` and `JSON.stringify`: a list may have four billion places.
    return JSON.stringify(toPlain(message, { dropUndefined: true }));
  } catch {
    return "a value that cannot be shown";
  }
}

/** Members of errors that a report shows in places of their own. */
const shownElsewhere = new Set(["name", "message", "stack", "cause", "errors"]);

/**
 * What an error says beside its message: its own members, such as `code`, `status`, `path`.
 * `undefined` where it has none, as lists and bytes, whose items are the message. Getters are not
 * called yet. Never throws.
 */
export function errorProperties(error: unknown): object | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    // To name ten million bytes one by one would take half a minute.
    if (Array.isArray(error) || ArrayBuffer.isView(error)) return undefined;
    const keys = Object.keys(error).filter((key) => !shownElsewhere.has(key));
    if (keys.length === 0) return undefined;
    const properties = {};
    for (const key of keys) {
      const get = () => (error as Record<string, unknown>)[key];
      Object.defineProperty(properties, key, { get, enumerable: true });
    }
    return properties;
  } catch {
    // A proxy that was revoked, or throws.
    return undefined;
  }
}

/** A thrown value in short, redacted. */
export function spanError(recorder: Recorder, error: unknown): SpanError {
  return {
    type: cleanText(recorder, errorType(error), errorTypeLengthMax),
    message: cleanText(recorder, errorMessage(error), errorMessageLengthMax),
  };
}
