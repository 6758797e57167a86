/**
 * JSON that is written piece by piece: never one string for the whole, whose length V8 limits.
 *
 * @module
 */

/** Text collected before it is encoded, in UTF-16 units. */
const pieceLengthMax = 64 * 1024;

/** Grows a JSON text and gives its bytes. */
export class JsonText {
  readonly #encoder = new TextEncoder();
  readonly #pieces: Uint8Array[] = [];
  #pending = "";
  #bytes = 0;

  /** Appends text that is part of the JSON as it stands. */
  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= pieceLengthMax) this.#encode();
  }

  /** The whole text as UTF-8. Ends the text. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#encode();
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces.length = 0;
    return whole;
  }

  #encode(): void {
    const piece = this.#encoder.encode(this.#pending);
    this.#pending = "";
    this.#bytes += piece.length;
    this.#pieces.push(piece);
  }
}

/** A JSON list that grows by one value at a time. */
export class JsonList {
  readonly #text = new JsonText();
  #length = 0;

  /** @param open What stands before the first value: `[`, or the start of an object around it. */
  constructor(open = "[") {
    this.#text.write(open);
  }

  get length(): number {
    return this.#length;
  }

  push(value: unknown): void {
    this.#text.write(`${this.#length++ === 0 ? "" : ","}${JSON.stringify(value)}`);
  }

  /** @param close What stands after the last value. */
  finish(close = "]"): Uint8Array<ArrayBuffer> {
    this.#text.write(close);
    return this.#text.finish();
  }
}
