/**
 * JSON of ordinary values as bytes: the shortest way for the values of very many spans.
 *
 * @module
 */

import type { Redactor } from "../redact/mod.ts";
import { type ByteText, textBytes } from "../runtime/mod.ts";

/** Deepest nesting that takes this way. */
const depthMax = 4;

/** Longest text that takes this way, in UTF-16 units. */
const textLengthMax = 1000;

/** Most values of one object that take this way. */
const valuesMax = 200;

/** How many keys are remembered. */
const keysMax = 2000;

/** Longest key that takes this way, in UTF-16 units. */
const keyLengthMax = 64;

/** The bytes that a number, a key or a word takes at most, with what stands around it. */
const wordBytesMax = 256;

const integerMax = 0x7fff_ffff;

const [trueBytes, falseBytes, nullBytes] = ["true", "false", "null"].map(textBytes) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Writes JSON of values that hold nothing unusual, redacted, as `PlainJson` does. */
export class PlainBytes {
  readonly #redactor: Redactor;
  readonly #hidesNumbers: boolean;
  /** Each key as JSON with a colon; null for a key that must take another way. */
  readonly #keys = new Map<string, Uint8Array | null>();

  #valuesLeft = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
    this.#hidesNumbers = redactor.hidesNumbers ?? true;
  }

  /**
   * Writes an object. Never throws.
   *
   * @returns False where only a longer way can tell, or there is no room: what was written so far
   * is of no use.
   */
  object(value: object, out: ByteText): boolean {
    this.#valuesLeft = valuesMax;
    try {
      return this.#object(value, 0, out);
    } catch {
      // A getter or a proxy threw; the long way shows where.
      return false;
    }
  }

  #object(value: object, depth: number, out: ByteText): boolean {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    let byte = 123; // {
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const known = this.#keys.get(key);
      const name = known === undefined ? this.#learn(key) : known;
      if (name === null || out.room < wordBytesMax) return false;
      out.byte(byte);
      out.copy(name);
      if (!this.#value((value as Record<string, unknown>)[key], depth + 1, out)) return false;
      byte = 44; // ,
    }
    if (out.room < wordBytesMax) return false;
    if (byte === 123) out.byte(byte);
    out.byte(125);
    return true;
  }

  #value(value: unknown, depth: number, out: ByteText): boolean {
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0 || out.room < wordBytesMax) return false;
    switch (typeof value) {
      case "string":
        return this.#text(value, out);
      case "number":
        // A number may be a secret that the environment holds.
        if (this.#hidesNumbers && !this.#redactor.isPlain?.(`${value}`)) return false;
        if (value >= 0 && value <= integerMax && Math.floor(value) === value) out.integer(value);
        else if (Number.isFinite(value)) out.text(`${value}`);
        else return false;
        return true;
      case "boolean":
        out.copy(value ? trueBytes : falseBytes);
        return true;
      case "object":
        if (value === null) out.copy(nullBytes);
        else if (depth > depthMax) return false;
        else {return Array.isArray(value)
            ? this.#list(value, depth, out)
            : this.#object(value, depth, out);}
        return true;
      default:
        return false;
    }
  }

  #text(text: string, out: ByteText): boolean {
    if (text.length > textLengthMax || !this.#redactor.isPlain?.(text)) return false;
    if (out.room < text.length * 3 + wordBytesMax) return false;
    out.byte(34); // "
    out.text(text);
    out.byte(34);
    return true;
  }

  #list(list: unknown[], depth: number, out: ByteText): boolean {
    if (list.length > this.#valuesLeft) return false;
    out.byte(91); // [
    for (let index = 0; index < list.length; index += 1) {
      if (index > 0) out.byte(44);
      if (!this.#value(list[index], depth + 1, out)) return false;
    }
    if (out.room < wordBytesMax) return false;
    out.byte(93);
    return true;
  }

  #learn(key: string): Uint8Array | null {
    const isPlain = key.length <= keyLengthMax && this.#redactor.isPlainKey?.(key);
    const name = isPlain ? textBytes(`"${key}":`) : null;
    if (this.#keys.size < keysMax && key.length <= keyLengthMax) this.#keys.set(key, name);
    return name;
  }
}
