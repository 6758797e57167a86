/**
 * JSON of ordinary values as text, written by hand: the short way for spans and what they hold.
 *
 * @module
 */

import type { Redactor } from "../redact/mod.ts";
import type { SerialiseLimits } from "./serialise.ts";

/** Deepest nesting that takes the short way. */
export const depthMax = 4;

/** Most values of one object that take the short way. */
export const valuesMax = 200;

/** How many keys are remembered with their JSON. */
export const keysMax = 2000;

/** Longest key that is remembered, in UTF-16 units. */
export const keyLengthMax = 64;

/** Writes JSON of values that hold nothing unusual, redacted; leaves the others to the long way. */
export class PlainJson {
  readonly #redactor: Redactor;
  /** Each key with its JSON and a colon; empty for a key that must take the long way. */
  readonly #keys = new Map<string, string>();
  #valuesLeft = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** A text as JSON, redacted. */
  text(text: string): string {
    const redactor = this.#redactor;
    return redactor.isPlain?.(text) ? `"${text}"` : JSON.stringify(redactor.text(text));
  }

  /**
   * An object as JSON, redacted: the same that the long way makes of it. Never throws.
   *
   * @returns `undefined` where only the long way can tell: for what is no plain object, has a
   * sensitive key or an unusual value, or is too large.
   */
  object(value: object, limits: SerialiseLimits): string | undefined {
    this.#valuesLeft = valuesMax;
    try {
      return this.#object(value, 0, limits);
    } catch {
      // A getter or a proxy threw; the long way shows where.
      return undefined;
    }
  }

  #object(value: object, depth: number, limits: SerialiseLimits): string | undefined {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
    let json = "";
    let membersLeft = limits.itemsMax;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const name = this.#keys.get(key) ?? this.#learn(key);
      membersLeft -= 1;
      if (name === "" || membersLeft < 0) return undefined;
      const given = (value as Record<string, unknown>)[key];
      // A header or a cookie as `{name, value}`: the name may make a secret of the value.
      if ((key === "name" || key === "key") && !this.#isHarmless(given)) return undefined;
      const member = this.#value(given, depth + 1, limits);
      if (member === undefined) return undefined;
      json += json === "" ? name + member : `,${name}${member}`;
    }
    return `{${json}}`;
  }

  #value(value: unknown, depth: number, limits: SerialiseLimits): string | undefined {
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0) return undefined;
    switch (typeof value) {
      case "string":
        return value.length > limits.textLengthMax ? undefined : this.text(value);
      case "number":
        return Number.isFinite(value) ? this.#number(`${value}`) : undefined;
      case "boolean":
        return value ? "true" : "false";
      case "object":
        if (value === null) return "null";
        if (depth > depthMax) return undefined;
        return Array.isArray(value)
          ? this.#list(value, depth, limits)
          : this.#object(value, depth, limits);
      default:
        return undefined;
    }
  }

  /** A number may be a secret that the environment holds. */
  #number(text: string): string | undefined {
    return this.#redactor.hidesNumbers === false || this.#redactor.isPlain?.(text)
      ? text
      : undefined;
  }

  #list(list: unknown[], depth: number, limits: SerialiseLimits): string | undefined {
    if (list.length > limits.itemsMax) return undefined;
    let json = "";
    for (let index = 0; index < list.length; index += 1) {
      // `["x-api-key", "…"]`: a name in a list may make a secret of what follows.
      if (!this.#isHarmless(list[index])) return undefined;
      const item = this.#value(list[index], depth + 1, limits);
      if (item === undefined) return undefined;
      json += index === 0 ? item : `,${item}`;
    }
    return `[${json}]`;
  }

  /** Whether a value is no name of a secret. */
  #isHarmless(value: unknown): boolean {
    return typeof value !== "string" || this.#redactor.isPlain?.(value) === true;
  }

  #learn(key: string): string {
    const name = this.#redactor.isPlainKey?.(key) ? `"${key}":` : "";
    if (this.#keys.size < keysMax && key.length <= keyLengthMax) this.#keys.set(key, name);
    return name;
  }
}
