/**
 * JSON of ordinary values, redacted and written by hand as bytes: the short way to disk for all
 * that callers hand over. What it does not take goes the long way, through `toPlain` and the
 * redactor.
 *
 * @module
 */

import type { Redactor } from "../redact/mod.ts";
import { type ByteText, textBytes, unitBytesMax } from "../runtime/mod.ts";
import type { SerialiseLimits } from "./serialise.ts";

/** Deepest nesting that takes the short way. */
export const depthMax = 4;

/** Most values of one object that take the short way. */
export const valuesMax = 200;

/** How many keys are remembered with their JSON. */
export const keysMax = 2000;

/** Longest key that is remembered, in UTF-16 units. */
export const keyLengthMax = 64;

const [QUOTE, COMMA] = [34, 44];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125];

const TRUE = textBytes("true");
const FALSE = textBytes("false");
const NULL = textBytes("null");

/** Stands for a key that must take the long way. */
const NOT_PLAIN = new Uint8Array();

/** Writes JSON of values that hold nothing unusual, redacted; leaves the others to the long way. */
export class PlainJson {
  readonly #redactor: Redactor;
  readonly #hidesNumbers: boolean;
  /** Each key's JSON, after a comma and before a colon. */
  readonly #keys = new Map<string, Uint8Array>();
  #valuesLeft = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
    this.#hidesNumbers = redactor.hidesNumbers ?? true;
  }

  /** Writes a text as JSON, redacted. */
  text(text: string, out: ByteText): void {
    out.reserve(text.length * unitBytesMax + 2);
    const { bytes, at } = out;
    const end = this.#redactor.writePlain?.(text, bytes, at + 1) ?? -1;
    if (end < 0) return out.text(JSON.stringify(this.#redactor.text(text)));
    bytes[at] = QUOTE;
    bytes[end] = QUOTE;
    out.at = end + 1;
  }

  /**
   * Writes an object as JSON, redacted: the same that the long way makes of it. Never throws.
   *
   * @param limits With a depth and a count of values beyond those of the short way.
   * @returns False where only the long way can tell: for what is no plain object, has a sensitive
   * key or an unusual value, or is too large. What was written until then is of no use.
   */
  object(value: object, limits: SerialiseLimits, out: ByteText): boolean {
    // A getter among the values may come here, too.
    const outerValuesLeft = this.#valuesLeft;
    this.#valuesLeft = valuesMax;
    try {
      return this.#object(value, 0, limits, out);
    } catch {
      // A getter or a proxy threw; the long way shows where.
      return false;
    } finally {
      this.#valuesLeft = outerValuesLeft;
    }
  }

  #object(value: object, depth: number, limits: SerialiseLimits, out: ByteText): boolean {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    let membersLeft = limits.itemsMax;
    let first = OBJECT;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const name = this.#keys.get(key) ?? this.#learn(key);
      membersLeft -= 1;
      if (name === NOT_PLAIN || membersLeft < 0 || key.length > limits.textLengthMax) return false;
      const given = (value as Record<string, unknown>)[key];
      // A header or a cookie as `{name, value}`: the name may make a secret of the value.
      if ((key === "name" || key === "key") && !this.#isHarmless(given)) return false;
      out.copy(name);
      if (first === OBJECT) {
        // In place of the comma.
        out.bytes[out.at - name.length] = OBJECT;
        first = COMMA;
      }
      if (!this.#value(given, depth + 1, limits, out)) return false;
    }
    if (first === OBJECT) out.byte(OBJECT);
    out.byte(OBJECT_END);
    return true;
  }

  #value(value: unknown, depth: number, limits: SerialiseLimits, out: ByteText): boolean {
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0) return false;
    switch (typeof value) {
      case "string":
        if (value.length > limits.textLengthMax) return false;
        this.text(value, out);
        return true;
      case "number":
        if (!Number.isFinite(value)) return false;
        // A number may be a secret that the environment holds.
        if (this.#hidesNumbers && !this.#redactor.isPlain?.(`${value}`)) return false;
        out.number(value);
        return true;
      case "boolean":
        out.copy(value ? TRUE : FALSE);
        return true;
      case "object":
        if (value !== null) {
          if (depth > depthMax) return false;
          return Array.isArray(value)
            ? this.#list(value, depth, limits, out)
            : this.#object(value, depth, limits, out);
        }
        out.copy(NULL);
        return true;
      default:
        return false;
    }
  }

  #list(list: unknown[], depth: number, limits: SerialiseLimits, out: ByteText): boolean {
    if (list.length > limits.itemsMax) return false;
    out.byte(LIST);
    for (let index = 0; index < list.length; index += 1) {
      if (index > 0) out.byte(COMMA);
      const item = list[index];
      // `["x-api-key", "…"]`: a name in a list may make a secret of what follows.
      if (!this.#isHarmless(item)) return false;
      if (!this.#value(item, depth + 1, limits, out)) return false;
    }
    out.byte(LIST_END);
    return true;
  }

  /** Whether a value is no name of a secret. */
  #isHarmless(value: unknown): boolean {
    return typeof value !== "string" || this.#redactor.isPlain?.(value) === true;
  }

  #learn(key: string): Uint8Array {
    const name = this.#redactor.isPlainKey?.(key) ? textBytes(`,"${key}":`) : NOT_PLAIN;
    if (this.#keys.size < keysMax && key.length <= keyLengthMax) this.#keys.set(key, name);
    return name;
  }
}
