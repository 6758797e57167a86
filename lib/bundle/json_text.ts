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
  /** Takes the pieces as long as there is room: then they need not be put together. */
  readonly #room: Uint8Array<ArrayBuffer>;
  #pending = "";
  #bytes = 0;

  /** @param expected About how many bytes the text will have. Default: unknown. */
  constructor(expected = 0) {
    this.#room = new Uint8Array(expected);
  }

  /** Appends text that is part of the JSON as it stands. */
  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= pieceLengthMax) this.#encode();
  }

  /** The whole text as UTF-8. Ends the text. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#encode();
    if (this.#pieces.length === 0) return this.#room.subarray(0, this.#bytes);
    const whole = new Uint8Array(this.#bytes);
    let at = this.#bytes;
    for (const piece of this.#pieces.reverse()) whole.set(piece, at -= piece.length);
    whole.set(this.#room.subarray(0, at));
    this.#pieces.length = 0;
    return whole;
  }

  #encode(): void {
    const text = this.#pending;
    this.#pending = "";
    if (this.#pieces.length === 0 && this.#bytes + 3 * text.length <= this.#room.length) {
      this.#bytes += this.#encoder.encodeInto(text, this.#room.subarray(this.#bytes)).written;
      return;
    }
    const piece = this.#encoder.encode(text);
    this.#bytes += piece.length;
    this.#pieces.push(piece);
  }
}

/** A JSON list that grows by one value at a time. */
export class JsonList {
  readonly #text: JsonText;
  #length = 0;

  /**
   * @param open What stands before the first value: `[`, or the start of an object around it.
   * @param expected About how many bytes the list will have. Default: unknown.
   */
  constructor(open = "[", expected = 0) {
    this.#text = new JsonText(expected);
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
