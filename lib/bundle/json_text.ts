/**
 * JSON that is written piece by piece: never one string for the whole, whose length V8 limits, nor
 * one run of bytes.
 *
 * @module
 */

/** Text collected before it is encoded, in UTF-16 units. */
const pieceLengthMax = 64 * 1024;

const encoder = new TextEncoder();

/** Texts, put together, as UTF-8 in pieces that are worth handing on. */
export function* jsonPieces(texts: Iterable<string>): Generator<Uint8Array, void, void> {
  let pending = "";
  for (const text of texts) {
    pending += text;
    if (pending.length < pieceLengthMax) continue;
    yield encoder.encode(pending);
    pending = "";
  }
  if (pending !== "") yield encoder.encode(pending);
}

/**
 * The texts of a list.
 *
 * @param textOf The JSON of a value. Default: `JSON.stringify`.
 */
export function* listTexts<Value>(
  values: Iterable<Value>,
  textOf: (value: Value) => string = JSON.stringify,
): Generator<string, void, void> {
  yield "[";
  let before = "";
  for (const value of values) {
    yield before + textOf(value);
    before = ",";
  }
  yield "]";
}

/** A JSON list that grows by one value at a time, and takes little more memory than its text. */
export class JsonList {
  readonly #pieces: Uint8Array[] = [];
  #pending: string;
  #length = 0;

  /** @param open What stands before the first value: `[`, or the start of an object around it. */
  constructor(open = "[") {
    this.#pending = open;
  }

  get length(): number {
    return this.#length;
  }

  push(value: unknown): void {
    this.#pending += `${this.#length++ === 0 ? "" : ","}${JSON.stringify(value)}`;
    if (this.#pending.length >= pieceLengthMax) this.#encode();
  }

  /**
   * The pieces of the whole text as UTF-8. Ends the list.
   *
   * @param close What stands after the last value.
   */
  finish(close = "]"): Uint8Array[] {
    this.#pending += close;
    this.#encode();
    return this.#pieces;
  }

  #encode(): void {
    this.#pieces.push(encoder.encode(this.#pending));
    this.#pending = "";
  }
}
