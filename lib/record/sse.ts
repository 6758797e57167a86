/**
 * Server-sent events, and JSON lines, out of a byte stream.
 *
 * @module
 */

/** Longest event that is put together, in UTF-16 units; a longer one is skipped. */
export const eventLengthMax: number = 4 * 1024 * 1024;

/** Takes the data of each event: JSON, parsed; the end mark `[DONE]` as a text. */
export type EventSink = (data: unknown) => void;

/** Splits bytes into events. */
export class EventSplitter {
  readonly #sink: EventSink;
  readonly #decoder = new TextDecoder();
  #line = "";
  #skipping = false;
  #data: string[] = [];
  #dataLength = 0;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes. Never throws. */
  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Takes what is left when the stream has ended. */
  end(): void {
    this.#take(`${this.#decoder.decode()}\n\n`);
  }

  #take(text: string): void {
    const lines = text.split(/\r\n|\n|\r/);
    lines[0] = this.#line + lines[0]!;
    this.#line = lines.pop()!;
    for (const line of lines) {
      if (this.#skipping) this.#skipping = false;
      else this.#takeLine(line);
    }
    if (this.#line.length > eventLengthMax) {
      this.#line = "";
      this.#skipping = true;
    }
  }

  #takeLine(line: string): void {
    if (line === "") return this.#flush();
    if (line.startsWith("data:")) {
      const part = line.slice(line[5] === " " ? 6 : 5);
      this.#dataLength += part.length;
      if (this.#dataLength <= eventLengthMax) this.#data.push(part);
    } else if (line.startsWith("{")) {
      // Ollama streams bare JSON lines.
      this.#give(line);
    }
  }

  #flush(): void {
    if (this.#data.length > 0 && this.#dataLength <= eventLengthMax) {
      this.#give(this.#data.join("\n"));
    }
    this.#data = [];
    this.#dataLength = 0;
  }

  #give(text: string): void {
    if (text.trim() === "[DONE]") return this.#sink("[DONE]");
    try {
      this.#sink(JSON.parse(text));
    } catch {
      // Not JSON: a comment or another protocol's event; the caller's own reader deals with it.
    }
  }
}
