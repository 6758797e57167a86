/**
 * The keys of a JSON object of which only the intended shape is known.
 *
 * @module
 */

import { parseTime, type ProblemKind, type ProblemSink } from "../format/mod.ts";
import { isObject, type JsonObject } from "./json_value.ts";
import { describeValue } from "./preview.ts";

/**
 * Reads keys with a default, and reports each that has another type. A key that is absent or null
 * is no problem unless it is asked for as needed.
 */
export class Fields {
  readonly value: JsonObject;
  readonly file: string;
  readonly #path: string;
  readonly #problem: ProblemSink;

  /** @param path Where the object is in its file, such as `tasks[4]`; empty for the whole. */
  constructor(value: JsonObject, file: string, problem: ProblemSink, path = "") {
    this.value = value;
    this.file = file;
    this.#path = path;
    this.#problem = problem;
  }

  /** Whether the key is there and not null. */
  has(key: string): boolean {
    return this.#get(key) !== undefined;
  }

  /** A text; numbers and flags are written out. Needed: its absence is reported. */
  neededText(key: string, fallback: string): string {
    if (!this.has(key)) this.#wrong(key, "text");
    return this.text(key, fallback);
  }

  /** A text; numbers and flags are written out, as front matter needs it. */
  text<Fallback extends string | null>(key: string, fallback: Fallback): string | Fallback {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    this.#wrong(key, "text");
    return fallback;
  }

  /** A time, kept as it is written; what is no time is reported and kept as text. */
  time<Fallback extends string | null>(key: string, fallback: Fallback): string | Fallback {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    if (parseTime(value) === undefined) this.#wrong(key, "a time");
    return typeof value === "string" || typeof value === "number" ? String(value) : fallback;
  }

  /** A number, also from a text that holds one. */
  number<Fallback extends number | null>(key: string, fallback: Fallback): number | Fallback {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    const number = numberFrom(value);
    if (number !== undefined) return number;
    this.#wrong(key, "a number");
    return fallback;
  }

  /** A whole number, also from a text that holds one. */
  integer<Fallback extends number | null>(key: string, fallback: Fallback): number | Fallback {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    const number = numberFrom(value);
    if (number !== undefined && Number.isSafeInteger(number)) return number;
    this.#wrong(key, "a whole number");
    return fallback;
  }

  /** A flag; also from 0, 1, `yes`, `no`, `on`, `off`, `true`, `false`, `t`, `f`, `y`, `n`. */
  flag(key: string, fallback: boolean): boolean {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    const flag = flagFrom(value);
    if (flag !== undefined) return flag;
    this.#wrong(key, "true or false");
    return fallback;
  }

  /** One of the names given. */
  oneOf<Name extends string>(key: string, names: readonly Name[], fallback: Name): Name {
    const value = this.#get(key);
    if (value === undefined) return fallback;
    const name = names.find((candidate) => candidate === value);
    if (name !== undefined) return name;
    this.#wrong(key, `one of ${names.join(", ")}`);
    return fallback;
  }

  /** A list; absent is an empty one. */
  list(key: string): unknown[] {
    const value = this.#get(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.#wrong(key, "a list");
    return [];
  }

  /** A list of texts; what is none is written out. */
  texts(key: string): string[] {
    return this.list(key).map((item, index) => {
      if (typeof item === "string") return item;
      this.#wrong(`${key}[${index}]`, "text", item);
      return JSON.stringify(item) ?? "";
    });
  }

  /** A list of whole numbers; what is none is reported and left out. */
  integers(key: string): number[] {
    const found: number[] = [];
    this.list(key).forEach((item, index) => {
      const number = numberFrom(item);
      if (number !== undefined && Number.isSafeInteger(number)) found.push(number);
      else this.#wrong(`${key}[${index}]`, "a whole number", item, true);
    });
    return found;
  }

  /** An object; absent is an empty one. */
  object(key: string): JsonObject {
    const value = this.#get(key);
    if (value === undefined) return {};
    if (isObject(value)) return value;
    this.#wrong(key, "an object");
    return {};
  }

  /** The objects of a list, each with its own fields; what is no object is reported and left out. */
  objects(key: string): Fields[] {
    const found: Fields[] = [];
    this.list(key).forEach((item, index) => {
      const path = this.#pathOf(`${key}[${index}]`);
      if (isObject(item)) found.push(new Fields(item, this.file, this.#problem, path));
      else this.#wrong(`${key}[${index}]`, "an object", item, true);
    });
    return found;
  }

  /** The object under a key with its own fields; absent is an empty one. */
  inner(key: string): Fields {
    return new Fields(this.object(key), this.file, this.#problem, this.#pathOf(key));
  }

  /** Reports something about this object. */
  report(kind: ProblemKind, reason: string, lost = false): void {
    this.#problem({ file: this.file, kind, reason, lost });
  }

  /** Reports a key that is missing or has another type. */
  wrong(key: string, expected: string): void {
    this.#wrong(key, expected);
  }

  #get(key: string): unknown {
    if (!Object.hasOwn(this.value, key)) return undefined;
    return this.value[key] ?? undefined;
  }

  #wrong(key: string, expected: string, found: unknown = this.#get(key), lost = false): void {
    const what = found === undefined ? "missing" : describeValue(found);
    this.report("wrong_shape", `${this.#pathOf(key)} is ${what}, expected ${expected}`, lost);
  }

  #pathOf(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }
}

/**
 * Starts reading a record.
 *
 * @returns null, and a problem, where the value is no object; nothing is said of `undefined`, which
 * is a file that could not be read at all and was reported then.
 */
export function fieldsOf(value: unknown, file: string, problem: ProblemSink): Fields | null {
  if (isObject(value)) return new Fields(value, file, problem);
  if (value !== undefined) {
    const reason = `The file holds ${describeValue(value)}, expected an object: left out`;
    problem({ file, kind: "wrong_shape", reason, lost: true });
  }
  return null;
}

/** A finite number, also from a text that holds one; else `undefined`. */
export function numberFrom(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const flags: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ...["1", "true", "t", "yes", "y", "on"].map((word) => [word, true] as const),
  ...["0", "false", "f", "no", "n", "off"].map((word) => [word, false] as const),
]);

function flagFrom(value: unknown): boolean | undefined {
  return flags.get(typeof value === "string" ? value.toLowerCase() : value);
}
