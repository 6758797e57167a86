/**
 * Bytes of a file in, the same bytes without secrets out, piece by piece. What holds no secret
 * goes through byte for byte, whatever it is.
 *
 * @module
 */

import { documentBytesMax, type LineBlock, LineSplitter, salvageLine } from "../../lib/read/mod.ts";
import { createStreamRedactor, redactJsonText, type Redactor } from "../../lib/redact/mod.ts";
import type { ScrubKind } from "./session_walk.ts";

/** Takes a file's bytes in order. */
export interface Scrubber {
  push(bytes: Uint8Array): Uint8Array[];
  /** Gives the rest. */
  end(): Uint8Array[];
}

/** What a scrubber works with. */
export interface ScrubTools {
  redactor: Redactor;
  /** Is told of each text that changed; `line` is the number of its first line, from 1. */
  onChange(line: number, before: string, after: string): void;
  /** Is told of a line that is too long to be held. */
  onTooLong(line: number, bytes: number): void;
  /** The file's bytes from `start` to `end`, for a line that is too long. */
  read(start: number, end: number): Iterable<Uint8Array>;
}

const newline = 10;
const encoder = new TextEncoder();

/** Escapes that may hide what the quick look looks for. */
const ESCAPE = /\\[u/]/;

/** Makes the scrubber for a kind of file. */
export function createScrubber(kind: ScrubKind, tools: ScrubTools): Scrubber {
  if (kind === "lines") return new LineScrubber(tools);
  return kind === "document" ? new DocumentScrubber(tools) : new TextScrubber(tools);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** JSON Lines of any length; a damaged line is scrubbed as text. */
class LineScrubber implements Scrubber {
  readonly #tools: ScrubTools;
  readonly #splitter = new LineSplitter();
  #line = 1;

  constructor(tools: ScrubTools) {
    this.#tools = tools;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    return this.#splitter.push(bytes).flatMap((block) => this.#block(block));
  }

  end(): Uint8Array[] {
    return this.#splitter.finish().flatMap((block) => this.#block(block));
  }

  #block({ bytes, start, end }: LineBlock): Uint8Array[] {
    if (!bytes) {
      this.#tools.onTooLong(this.#line++, end - start);
      return [...this.#tools.read(start, end)];
    }
    const text = decode(bytes);
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
      const before = decode(bytes.subarray(at, end));
      const after = redactLine(this.#tools.redactor, before);
      if (after !== before) {
        this.#tools.onChange(this.#line, before, after);
        out.push(bytes.subarray(kept, at), encoder.encode(after));
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

  push(bytes: Uint8Array): Uint8Array[] {
    if (this.#text) return this.#text.push(bytes);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes <= documentBytesMax) return [];
    const text = this.#text = new TextScrubber(this.#tools);
    return this.#parts.splice(0).flatMap((part) => text.push(part));
  }

  end(): Uint8Array[] {
    if (this.#text) return this.#text.end();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const before = this.#parts.map((part) => decoder.decode(part, { stream: true })).join("") +
      decoder.decode();
    // A byte order mark is no JSON, and stays.
    const mark = before.startsWith("\ufeff") ? "\ufeff" : "";
    const after = mark + redactJsonText(this.#tools.redactor, before.slice(mark.length));
    if (after === before) return this.#parts;
    this.#tools.onChange(1, before, after);
    return [encoder.encode(after)];
  }
}

/** Text of any length: a secret may have several lines. */
class TextScrubber implements Scrubber {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #stream;
  #line = 1;

  constructor(tools: ScrubTools) {
    this.#stream = createStreamRedactor(tools.redactor, {
      onRelease: (before, after) => {
        if (before !== after) tools.onChange(this.#line, before, after);
        for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) {
          this.#line++;
        }
      },
    });
  }

  push(bytes: Uint8Array): Uint8Array[] {
    return this.#out(this.#stream.push(this.#decoder.decode(bytes, { stream: true })));
  }

  end(): Uint8Array[] {
    return this.#out(this.#stream.push(this.#decoder.decode()) + this.#stream.end());
  }

  #out(text: string): Uint8Array[] {
    return text === "" ? [] : [encoder.encode(text)];
  }
}
