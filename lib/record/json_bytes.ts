/**
 * JSON of ordinary values, written by hand as UTF-8 into memory that is used again and again: what
 * is written most, log lines and metrics, makes no texts on its way to the system.
 *
 * @module
 */

import type { Redactor } from "../redact/mod.ts";
import { depthMax, keyLengthMax, keysMax, valuesMax } from "./plain_json.ts";
import type { SerialiseLimits } from "./serialise.ts";

/** Size of the memory at first, in bytes. It doubles as needed. */
const firstBytes = 4096;

/** Memory that has grown beyond this is not kept for the next line, in bytes. */
export const keptBytesMax: number = 256 * 1024;

/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const unitBytesMax = 3;

/** Numbers below this are written digit by digit. */
const smallNumberMax = 1e9;

const [QUOTE, COMMA, MINUS, ZERO] = [34, 44, 45, 48];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125];

const encoder = new TextEncoder();

/** Text that is ASCII, as bytes for {@linkcode JsonBytes.copy}. */
export function asciiBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

const TRUE = asciiBytes("true");
const FALSE = asciiBytes("false");
const NULL = asciiBytes("null");

/** Stands for a key that must take the long way. */
const NOT_PLAIN = new Uint8Array();

/** Writes JSON of values that hold nothing unusual, redacted; refuses the others. */
export class JsonBytes {
  readonly #redactor: Redactor;
  readonly #hidesNumbers: boolean;
  /** Each key's JSON, after a comma and before a colon. */
  readonly #keys = new Map<string, Uint8Array>();
  #bytes: Uint8Array = new Uint8Array(firstBytes);
  #length = 0;
  #valuesLeft = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
    this.#hidesNumbers = redactor.hidesNumbers ?? true;
  }

  /** The memory, of which the first {@linkcode length} bytes are written. Changes as it grows. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** How many bytes are written. */
  get length(): number {
    return this.#length;
  }

  /** Keeps the first bytes; what is written next follows them. */
  cut(length: number): void {
    this.#length = length;
  }

  /** Writes bytes. */
  copy(part: Uint8Array): void {
    this.#reserve(part.length);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let index = 0; index < part.length; index += 1) bytes[start + index] = part[index]!;
    this.#length = start + part.length;
  }

  /** Writes a text as it is. */
  raw(text: string): void {
    this.#reserve(text.length * unitBytesMax);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Writes a text as JSON, redacted. */
  text(text: string): void {
    this.#reserve(text.length * unitBytesMax + 2);
    const bytes = this.#bytes;
    const start = this.#length;
    const end = this.#redactor.writePlain?.(text, bytes, start + 1) ?? -1;
    if (end < 0) return this.raw(JSON.stringify(this.#redactor.text(text)));
    bytes[start] = QUOTE;
    bytes[end] = QUOTE;
    this.#length = end + 1;
  }

  /** Writes a number as JSON. It is not redacted. */
  number(value: number): void {
    const small = value | 0;
    if (small !== value || small >= smallNumberMax || small <= -smallNumberMax) {
      return this.raw(`${value}`);
    }
    this.#reserve(11);
    const bytes = this.#bytes;
    let rest = small;
    if (rest < 0) {
      bytes[this.#length++] = MINUS;
      rest = -rest;
    }
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits += 1;
    const end = this.#length + digits;
    for (let at = end - 1; at >= this.#length; at -= 1) {
      const tenth = Math.trunc(rest / 10);
      bytes[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.#length = end;
  }

  /**
   * Writes an object as JSON, redacted: the same that the long way makes of it. Never throws.
   *
   * @returns False, with nothing written, where only the long way can tell: for what is no plain
   * object, has a sensitive key or an unusual value, or is too large.
   */
  object(value: object, limits: SerialiseLimits): boolean {
    this.#valuesLeft = valuesMax;
    const start = this.#length;
    try {
      if (this.#object(value, 0, limits)) return true;
    } catch {
      // A getter or a proxy threw; the long way shows where.
    }
    this.#length = start;
    return false;
  }

  #object(value: object, depth: number, limits: SerialiseLimits): boolean {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    const start = this.#length;
    let membersLeft = limits.itemsMax;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const name = this.#keys.get(key) ?? this.#learn(key);
      membersLeft -= 1;
      if (name === NOT_PLAIN || membersLeft < 0) return false;
      this.copy(name);
      const given = (value as Record<string, unknown>)[key];
      // A header or a cookie as `{name, value}`: the name may make a secret of the value.
      if ((key === "name" || key === "key") && !this.#isHarmless(given)) return false;
      if (!this.#value(given, depth + 1, limits)) return false;
    }
    // Each member begins with a comma, the first one's of which is not wanted.
    if (this.#length === start) this.#put(OBJECT);
    else this.#bytes[start] = OBJECT;
    this.#put(OBJECT_END);
    return true;
  }

  #value(value: unknown, depth: number, limits: SerialiseLimits): boolean {
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0) return false;
    switch (typeof value) {
      case "string":
        if (value.length > limits.textLengthMax) return false;
        this.text(value);
        return true;
      case "number":
        if (!Number.isFinite(value)) return false;
        if (this.#hidesNumbers && !this.#redactor.isPlain?.(`${value}`)) return false;
        this.number(value);
        return true;
      case "boolean":
        this.copy(value ? TRUE : FALSE);
        return true;
      case "object":
        if (value !== null) {
          if (depth > depthMax) return false;
          return Array.isArray(value)
            ? this.#list(value, depth, limits)
            : this.#object(value, depth, limits);
        }
        this.copy(NULL);
        return true;
      default:
        return false;
    }
  }

  #list(list: unknown[], depth: number, limits: SerialiseLimits): boolean {
    if (list.length > limits.itemsMax) return false;
    this.#put(LIST);
    for (let index = 0; index < list.length; index += 1) {
      if (index > 0) this.#put(COMMA);
      // `["x-api-key", "…"]`: a name in a list may make a secret of what follows.
      if (!this.#isHarmless(list[index])) return false;
      if (!this.#value(list[index], depth + 1, limits)) return false;
    }
    this.#put(LIST_END);
    return true;
  }

  /** Whether a value is no name of a secret. */
  #isHarmless(value: unknown): boolean {
    return typeof value !== "string" || this.#redactor.isPlain?.(value) === true;
  }

  #put(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, needed));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }

  #learn(key: string): Uint8Array {
    const plain = this.#redactor.isPlainKey?.(key);
    const name = plain ? encoder.encode(`,"${key}":`) : NOT_PLAIN;
    if (this.#keys.size < keysMax && key.length <= keyLengthMax) this.#keys.set(key, name);
    return name;
  }
}
