/**
 * Redaction of text that comes in chunks, which may end in the middle of a secret.
 *
 * @module
 */

import type { Redactor } from "./redactor.ts";

/**
 * How many characters are always held back, so that a secret that has begun is seen whole. Longer
 * than any token; a longer secret is never cut either, since no cut is made where one is found.
 */
export const streamHoldBack: number = 8192;

/** Longest text in which a place to cut is looked for; what has none is withheld from there on. */
export const streamHeldMax: number = 4 * 1024 * 1024;

/** Redacts one stream of text. */
export interface StreamRedactor {
  /** Takes the next chunk; gives what is certain by now, which may be nothing. */
  push(chunk: string): string;
  /** Gives the rest. */
  end(): string;
}

/** How a stream is redacted. */
export interface StreamRedactorOptions {
  /** Is told of each piece of text, as it came and as it went on. */
  onRelease?: (before: string, after: string) => void;
}

/**
 * Makes a redactor of a stream: whatever the chunks, no secret gets through that
 * {@linkcode Redactor.text} would find in the whole text.
 *
 * It holds back {@linkcode streamHoldBack} characters and more where they are one secret. Where
 * {@linkcode streamHeldMax} characters hold no place to cut, they and all that follows are withheld,
 * and the text says so.
 *
 * @example A token that comes in two chunks
 * ```ts
 * import { createRedactor, createStreamRedactor } from "planloop/redact";
 *
 * const stream = createStreamRedactor(createRedactor());
 * const out = stream.push("pushed with ghp_a1B2a1B2a1") + stream.push("B2".repeat(14)) + stream.end();
 * // "pushed with [REDACTED:github:…]"
 * ```
 */
export function createStreamRedactor(
  redactor: Redactor,
  options: StreamRedactorOptions = {},
): StreamRedactor {
  let held = "";
  let tryAt = 2 * streamHoldBack;
  let withheld = 0;
  const release = (before: string, after = redactor.text(before)): string => {
    if (before !== "" || after !== "") options.onRelease?.(before, after);
    return after;
  };
  return {
    push(chunk) {
      if (withheld > 0) {
        withheld += chunk.length;
        return "";
      }
      held += chunk;
      if (held.length < tryAt) return "";
      const cut = findCut(redactor, held);
      if (cut) {
        held = held.slice(cut.at);
        tryAt = Math.max(2 * streamHoldBack, held.length + streamHoldBack);
        return release(cut.before, cut.after);
      }
      if (held.length >= streamHeldMax) {
        withheld = held.length;
        held = "";
      }
      // Twice as much before the next attempt: the time stays in proportion to the text.
      tryAt = 2 * held.length;
      return "";
    },
    end() {
      if (withheld === 0) {
        const rest = held;
        held = "";
        return release(rest);
      }
      const text = `…(${withheld} characters withheld: one secret without an end)`;
      withheld = 0;
      return release("", text);
    },
  };
}

interface Cut {
  at: number;
  before: string;
  after: string;
}

/** Where the text can be cut so that both parts are redacted as they are in the whole. */
function findCut(redactor: Redactor, text: string): Cut | undefined {
  const whole = redactor.text(text);
  for (const at of places(text)) {
    const before = text.slice(0, at);
    const after = redactor.text(before);
    if (whole.startsWith(after) && after + redactor.text(text.slice(at)) === whole) {
      return { at, before, after };
    }
  }
  return undefined;
}

/** After a line, after a blank, anywhere; then the same further in front. */
function places(text: string): number[] {
  const found: number[] = [];
  for (let limit = text.length - streamHoldBack; limit > 0; limit = Math.floor(limit / 4)) {
    found.push(
      text.lastIndexOf("\n", limit - 1) + 1,
      text.lastIndexOf(" ", limit - 1) + 1,
      limit,
    );
    if (found.length >= 12) break;
  }
  return [...new Set(found)].filter((at) => at > 0);
}
