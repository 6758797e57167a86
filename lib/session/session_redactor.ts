/**
 * The redactor of a session, as its options ask for it.
 *
 * @module
 */

import { createRedactor, type Redactor } from "../redact/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { OpenSessionOptions } from "./session.ts";

/** What stands for a text or a value that the caller's redactor failed on. */
export const unredacted = "[left out: the redactor failed]";

/** A redactor, and why the one that was asked for cannot be had. */
export interface SessionRedactor {
  redactor: Redactor;
  refusal?: unknown;
}

/**
 * One redactor for all of the session, so that it counts what it replaced.
 *
 * @param failed Told each time that a redactor of the caller's own throws.
 */
export function sessionRedactor(
  redact: OpenSessionOptions["redact"] = true,
  runtime: Runtime,
  failed: (error: unknown) => void,
): SessionRedactor {
  const env = runtime.process.env();
  try {
    if (typeof redact === "object" && "text" in redact && typeof redact.text === "function") {
      return { redactor: guardedRedactor(redact, failed) };
    }
    const options = typeof redact === "object" ? redact : { enabled: redact };
    return { redactor: createRedactor({ env, ...options }) };
  } catch (refusal) {
    // A mistake in the options must not stop the host, nor let its secrets through.
    return { redactor: createRedactor({ env }), refusal };
  }
}

/** A caller's redactor that never throws: what it fails on is left out, and said to be. */
function guardedRedactor(given: Redactor, failed: (error: unknown) => void): Redactor {
  const attempt = <T>(fn: () => T, otherwise: T): T => {
    try {
      return fn();
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
  const text = (s: string): string =>
    attempt(() => {
      const clean: unknown = given.text(s);
      if (typeof clean === "string") return clean;
      throw new TypeError(`The redactor's text() gave ${typeof clean}, expected a text`);
    }, unredacted);
  const { isPlain, writePlain, isPlainKey, knownStart, watch, hasOwnRules, hidesNumbers } = given;
  return {
    text,
    value: (v) => attempt(() => given.value(v), unredacted),
    mayHoldSecret: (s) => attempt(() => given.mayHoldSecret(s), true),
    ...(isPlain && { isPlain: (s: string) => attempt(() => isPlain.call(given, s), false) }),
    ...(writePlain && {
      writePlain: (s: string, bytes: Uint8Array, at: number) =>
        attempt(() => writePlain.call(given, s, bytes, at), -1),
    }),
    ...(isPlainKey && {
      isPlainKey: (key: string) => attempt(() => isPlainKey.call(given, key), false),
    }),
    ...(knownStart && { knownStart: (s: string) => attempt(() => knownStart.call(given, s), 0) }),
    ...(hasOwnRules !== undefined && { hasOwnRules }),
    ...(hidesNumbers !== undefined && { hidesNumbers }),
    counts: () => attempt(() => given.counts(), {}),
    ...(watch && {
      watch: (listener: () => void) => attempt(() => watch.call(given, listener), () => {}),
    }),
  };
}
