/**
 * Bytes of a file in, the same bytes without secrets out, piece by piece. What holds no secret
 * goes through byte for byte, whatever it is.
 *
 * @module
 */

import { documentBytesMax, type LineBlock, LineSplitter, salvageLine } from "../../lib/read/mod.ts";
import { createStreamRedactor, redactJsonText, type Redactor } from "../../lib/redact/mod.ts";
import { decodeLossless, encodeLossless, LosslessDecoder } from "./lossless_text.ts";
import type { ScrubKind } from "./session_walk.ts";

/** Takes a file's bytes in order. */
export interface Scrubber {
  push(bytes: Uint8Array): Iterable<Uint8Array>;
  /** Gives the rest. */
  end(): Iterable<Uint8Array>;
}

/** A text is one secret, as far as it can be held: where it ends cannot be told. */
export class EndlessSecretError extends Error {
  override readonly name = "EndlessSecretError";
}

/** What a scrubber works with. */
export interface ScrubTools {
  redactor: Redactor;
  /** Is told of each text that changed; `line` is the number of its first line, from 1. */
  onChange(line: number, before: string, after: string): void;
  /** The file's bytes from `start` to `end`, for a line that is too long. */
  read(start: number, end: number): Iterable<Uint8Array>;
}

const newline = 10;

/** Escapes that may hide what the quick look looks for. */
const ESCAPE = /\\[u/]/;

/** Makes the scrubber for a kind of file. */
export function createScrubber(kind: ScrubKind, tools: ScrubTools): Scrubber {
  if (kind === "lines") return new LineScrubber(tools);
  return kind === "document" ? new DocumentScrubber(tools) : new TextScrubber(tools);
}

/** JSON Lines of any length; a line that is damaged, or too long to be held, is scrubbed as text. */
class LineScrubber implements Scrubber {
  readonly #tools: ScrubTools;
  readonly #splitter = new LineSplitter();
  #line = 1;

  constructor(tools: ScrubTools) {
    this.#tools = tools;
  }

  *push(bytes: Uint8Array): Generator<Uint8Array> {
    for (const block of this.#splitter.push(bytes)) yield* this.#block(block);
  }

  *end(): Generator<Uint8Array> {
    for (const block of this.#splitter.finish()) yield* this.#block(block);
  }

  *#block({ bytes, start, end }: LineBlock): Generator<Uint8Array> {
    if (bytes) return yield* this.#held(bytes);
    const text = new TextScrubber(this.#tools, this.#line++);
    for (const part of this.#tools.read(start, end)) yield* text.push(part);
    yield* text.end();
  }

  #held(bytes: Uint8Array): Uint8Array[] {
    const text = decodeLossless(bytes);
    if (!this.#tools.redactor.mayHoldSecret(text) && !ESCAPE.test(text)) {
      for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) {
        this.#line++;
      }
      return [bytes];
    }
    return this.#lines(bytes);
  }

  #lines(bytes: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let kept = 0;
    for (let at = 0; at < bytes.length; this.#line++) {
      const found = bytes.indexOf(newline, at);
      const end = found < 0 ? bytes.length : found;
      const before = decodeLossless(bytes.subarray(at, end));
      const after = redactLine(this.#tools.redactor, before);
      if (after !== before) {
        this.#tools.onChange(this.#line, before, after);
        out.push(bytes.subarray(kept, at), encodeLossless(after));
        kept = end;
      }
      if (found < 0) break;
      at = end + 1;
    }
    out.push(bytes.subarray(kept));
    return out;
  }
}

/** A line, with the whole records inside of it where it is damaged. */
function redactLine(redactor: Redactor, line: string): string {
  let out = "";
  let done = 0;
  for (const { start, end } of isDamaged(line) ? salvageLine(line) : []) {
    out += line.slice(done, start) + redactJsonText(redactor, line.slice(start, end));
    done = end;
  }
  return redactJsonText(redactor, out + line.slice(done));
}

function isDamaged(line: string): boolean {
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
}

/** One JSON value, or where it is too long for that, text. */
class DocumentScrubber implements Scrubber {
  readonly #tools: ScrubTools;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #text: TextScrubber | undefined;

  constructor(tools: ScrubTools) {
    this.#tools = tools;
  }

  *push(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#text) return yield* this.#text.push(bytes);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes <= documentBytesMax) return;
    this.#text = new TextScrubber(this.#tools);
    for (const part of this.#parts.splice(0)) yield* this.#text.push(part);
  }

  end(): Iterable<Uint8Array> {
    if (this.#text) return this.#text.end();
    const decoder = new LosslessDecoder();
    const before = this.#parts.map((part) => decoder.push(part)).join("") + decoder.end();
    // A byte order mark is no JSON, and stays.
    const mark = before.startsWith("\ufeff") ? "\ufeff" : "";
    const after = mark + redactJsonText(this.#tools.redactor, before.slice(mark.length));
    if (after === before) return this.#parts;
    this.#tools.onChange(1, before, after);
    return [encodeLossless(after)];
  }
}

/** Text of any length: a secret may have several lines. */
class TextScrubber implements Scrubber {
  readonly #decoder = new LosslessDecoder();
  readonly #stream;
  #line: number;

  constructor(tools: ScrubTools, line = 1) {
    this.#line = line;
    this.#stream = createStreamRedactor(tools.redactor, {
      onRelease: (before, after) => {
        // The stream redactor withholds what it cannot judge; a file must not lose so much.
        if (before === "") {
          throw new EndlessSecretError(
            `From line ${this.#line} on it is one secret without an end that can be told`,
          );
        }
        if (before !== after) tools.onChange(this.#line, before, after);
        for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) {
          this.#line++;
        }
      },
    });
  }

  push(bytes: Uint8Array): Uint8Array[] {
    return this.#out(this.#stream.push(this.#decoder.push(bytes)));
  }

  end(): Uint8Array[] {
    return this.#out(this.#stream.push(this.#decoder.end()) + this.#stream.end());
  }

  #out(text: string): Uint8Array[] {
    return text === "" ? [] : [encodeLossless(text)];
  }
}
