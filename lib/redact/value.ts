/**
 * Redaction of JSON values: strings, keys, and whatever stands under a sensitive key.
 *
 * @module
 */

import { type KeyKind, keyLengthMax, type KeyTest, passKey } from "./key_names.ts";
import { isFilePath, isWorkingFolder } from "./key_values.ts";
import { isRedacted } from "./marker.ts";
import { schemaWords } from "./object_values.ts";
import { isPlaceholder } from "./placeholder.ts";

/** Deepest nesting that is kept; what lies deeper becomes a text that says so. */
export const valueDepthMax = 200;

/** Keys beside which a {@linkcode passKey} is a password. */
const loginKeys = ["user", "username", "login", "email", "host"] as const;

/** What the walk needs to know. */
export interface TreeRules {
  text(s: string): string;
  test: KeyTest;
  replace(secret: string): string;
  /** Whether a number can be a secret wherever it stands. */
  hidesNumbers: boolean;
}

/** The walk: its rules, and the objects around the place where it is, for depth and cycles. */
interface Walk {
  rules: TreeRules;
  above: Set<object>;
}

/** Redacts a value; the same object comes back where there was nothing to hide. */
export function redactTree(value: unknown, rules: TreeRules): unknown {
  return walkValue(value, "none", "", { rules, above: new Set() });
}

/**
 * @param kind What the key above says of the value.
 * @param key The key above.
 */
function walkValue(value: unknown, kind: KeyKind, key: string, walk: Walk): unknown {
  if (typeof value === "string") return redactString(value, kind, key, walk.rules);
  if (typeof value === "number" || typeof value === "bigint") {
    if (kind === "text_or_number") return walk.rules.replace(String(value));
    return walk.rules.hidesNumbers ? redactNumber(value, walk.rules) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (walk.above.size >= valueDepthMax) return `…(nested deeper than ${valueDepthMax})`;
  if (walk.above.has(value)) return "…(circular)";
  walk.above.add(value);
  const source = plain(value);
  const result = typeof source === "string"
    ? redactString(source, kind, key, walk.rules)
    : Array.isArray(source)
    ? redactList(source, kind, key, walk)
    : redactObject(source as Record<string, unknown>, kind, walk);
  walk.above.delete(value);
  return result === source ? value : result;
}

function redactString(value: string, kind: KeyKind, key: string, rules: TreeRules): string {
  const text = rules.text(value);
  if (kind === "none" || isRedacted(text) || isPlaceholder(value)) return text;
  if (isWorkingFolder(key, value) || kind === "text" && isFilePath(value)) return text;
  return rules.replace(value);
}

function redactNumber(value: number | bigint, rules: TreeRules): unknown {
  const before = String(value);
  const after = rules.text(before);
  return after === before ? value : after;
}

function redactList(list: unknown[], kind: KeyKind, key: string, walk: Walk): unknown[] {
  let changed: unknown[] | undefined;
  let own: KeyKind = "none";
  for (let index = 0; index < list.length; index++) {
    const before = list[index];
    const after = walkValue(before, own === "none" ? kind : own, key, walk);
    own = kind === "none" ? kindAfter(list, index, walk.rules) : "none";
    if (after !== before) (changed ??= list.slice())[index] = after;
  }
  return changed ?? list;
}

/**
 * What an item says of the next one: `["x-api-key", "…"]` is a header in a list of headers, names
 * and values may also alternate in one list, and `"--password"` stands in a command line.
 */
function kindAfter(list: readonly unknown[], index: number, rules: TreeRules): KeyKind {
  const name = list[index];
  const value = list[index + 1];
  if (typeof name !== "string" || typeof value !== "string") return "none";
  if (name.length > keyLengthMax) return "none";
  if (/^--?[A-Za-z]/.test(name)) return value.startsWith("-") ? "none" : rules.test(name);
  // Two names are no pair.
  const isPair = list.length % 2 === 0 && index % 2 === 0 && /\d|[=;]/.test(value);
  return isPair ? rules.test(name) : "none";
}

/** What JSON would make of an object, where its own keys do not say it: maps, sets, URLs, dates. */
function plain(value: object): object | string {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), v]));
  if (value instanceof Set) return [...value];
  const toJson = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJson !== "function") return value;
  const json: unknown = toJson.call(value);
  return typeof json === "string" || typeof json === "object" && json !== null ? json : value;
}

function redactObject(
  source: Record<string, unknown>,
  kind: KeyKind,
  walk: Walk,
): Record<string, unknown> {
  const inherited = kind !== "none" && isSchema(source) ? "none" : kind;
  const keys = Object.keys(source);
  let entries: [string, unknown][] | undefined;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const before = source[key];
    const own = kindOf(key, source, walk.rules);
    const after = walkValue(before, own === "none" ? inherited : own, key, walk);
    const name = walk.rules.text(key);
    if (!entries && (after !== before || name !== key)) {
      entries = keys.slice(0, index).map((kept) => [kept, source[kept]]);
    }
    entries?.push([name, after]);
  }
  return entries ? assemble(entries) : source;
}

function kindOf(key: string, source: Record<string, unknown>, rules: TreeRules): KeyKind {
  // A piece of a model's answer with its probability is called a token, too.
  if (key === "token" && (Object.hasOwn(source, "logprob") || Object.hasOwn(source, "bytes"))) {
    return "none";
  }
  // `{"name": "x-api-key", "value": "…"}`: a header, a cookie or a field of a form.
  if (key === "value" && typeof source["value"] === "string") {
    const name = source["name"] ?? source["key"];
    if (typeof name === "string" && name.length <= keyLengthMax) return rules.test(name);
  }
  if (key === passKey && loginKeys.some((other) => Object.hasOwn(source, other))) return "text";
  return rules.test(key);
}

function isSchema(source: Record<string, unknown>): boolean {
  return schemaWords.some((word) => Object.hasOwn(source, word));
}

/** Two secrets may become one marker as keys: then the later one gets a number, and none is lost. */
function assemble(entries: [string, unknown][]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    let free = name;
    for (let count = 2; Object.hasOwn(result, free); count++) free = `${name}#${count}`;
    // Assigning to `__proto__` would set the prototype instead of a key.
    Object.defineProperty(result, free, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}
