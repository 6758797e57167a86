/**
 * Names of spans as they are recorded.
 *
 * @module
 */

import { textBytes } from "../runtime/mod.ts";
import { cleanText } from "./log_writer.ts";
import type { Recorder } from "./recorder.ts";

/** Longest name of a span, an event or an operation, in UTF-16 units. */
export const nameLengthMax = 500;

/** How many names a recorder remembers: programs have few, unless they put numbers into them. */
const namesMax = 1000;

/** A name, cut and redacted. */
export interface SpanName {
  readonly text: string;
  readonly json: string;
  /** How a span's record begins, up to its duration. */
  readonly recordHead: string;
  readonly recordHeadBytes: Uint8Array;
}

/** Names that were seen before. */
export class SpanNames {
  readonly #known = new Map<unknown, SpanName>();

  /** The name to record. Anything but a text is made one. */
  of(recorder: Recorder, name: unknown): SpanName {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const isPlain = typeof name === "string" && name.length <= nameLengthMax &&
      recorder.redactor.isPlain?.(name) === true;
    const text = isPlain ? name : cleanText(recorder, name, nameLengthMax);
    const json = JSON.stringify(text);
    const recordHead = `{"name":${json},"duration_ms":`;
    const made = { text, json, recordHead, recordHeadBytes: textBytes(recordHead) };
    if (isPlain && this.#known.size < namesMax) this.#known.set(name, made);
    return made;
  }
}
