/**
 * Turns any value into plain JSON data: cycles, getters that throw, proxies, functions and huge
 * values included. Nothing is left out silently.
 *
 * @module
 */

/** How much of a value is kept. */
export interface SerialiseLimits {
  /** Objects inside objects. */
  depthMax: number;
  /** Items of one list, or members of one object. */
  itemsMax: number;
  /** UTF-16 units of one text. */
  textLengthMax: number;
  /** Values in all. */
  valuesMax: number;
}

/** For a log line's context, a span's metadata, a metric's tags. */
export const contextLimits: SerialiseLimits = {
  depthMax: 8,
  itemsMax: 200,
  textLengthMax: 32 * 1024,
  valuesMax: 2000,
};

/** For variables of failing code. */
export const variableLimits: SerialiseLimits = {
  depthMax: 6,
  itemsMax: 100,
  textLengthMax: 8 * 1024,
  valuesMax: 2000,
};

/** For a model's requests and responses. */
export const transcriptLimits: SerialiseLimits = {
  depthMax: 32,
  itemsMax: 10_000,
  textLengthMax: 4 * 1024 * 1024,
  valuesMax: 200_000,
};

/** Beyond a cut, how much of a text is still looked through for a secret that the cut would split. */
const secretLengthMax = 4096;

/** Longest name of a class, in UTF-16 units. */
const classNameLengthMax = 200;

/** Deepest chain of causes that is followed. */
const causesMax = 8;

/** What to keep of a value, and how its texts are cleaned. */
export interface SerialiseOptions {
  limits?: SerialiseLimits;
  /** Replaces secrets in a text that is about to be cut. */
  redactText?: (text: string) => string;
  /** Whether members that are `undefined` are left out, as JSON does. Default: shown. */
  dropUndefined?: boolean;
}

/**
 * Makes plain JSON data of a value. Never throws, whatever the value does.
 *
 * What JSON cannot hold becomes a text: `[undefined]`, `[function name]`, `[symbol name]`,
 * `[NaN]`, `12n`, `[circular]`, `[getter threw: …]`. Maps with text keys become objects, other maps
 * and sets lists, dates their ISO form, errors `{name, message, stack, …}`. Of bytes only the number
 * is told, `[Uint8Array of 12 bytes]`: redaction could not see a secret in them. What a limit cuts
 * ends in `…(<n> more)`.
 *
 * @returns Null, a boolean, a finite number, a text, or a fresh list or object of these.
 *
 * @example
 * ```ts
 * const list: unknown[] = [1, 2n];
 * list.push(list);
 * toPlain(list); // [1, "2n", "[circular]"]
 * ```
 */
export function toPlain(value: unknown, options: SerialiseOptions = {}): unknown {
  const walk: Walk = {
    limits: options.limits ?? contextLimits,
    redactText: options.redactText ?? ((text) => text),
    dropUndefined: options.dropUndefined ?? false,
    open: new Set(),
    valuesLeft: (options.limits ?? contextLimits).valuesMax,
  };
  return plain(value, 0, walk);
}

/** Cuts a text to a length, saying how much is missing; secrets across the cut are replaced first. */
export function cutText(
  text: string,
  lengthMax: number,
  redactText: (text: string) => string = (same) => same,
): string {
  if (text.length <= lengthMax) return text;
  const window = text.slice(0, lengthMax + secretLengthMax);
  const clean = redactText(window);
  // A secret that the window itself splits was not recognised: keep clear of the window's end.
  const reach = window.length < text.length ? clean.length - secretLengthMax : clean.length;
  let kept = clean.slice(0, Math.max(0, Math.min(lengthMax, reach)));
  if (/[\uD800-\uDBFF]$/.test(kept)) kept = kept.slice(0, -1);
  return `${kept}…(${text.length - kept.length} more)`;
}

interface Walk {
  limits: SerialiseLimits;
  redactText: (text: string) => string;
  dropUndefined: boolean;
  /** The objects that enclose the present one. */
  open: Set<object>;
  valuesLeft: number;
}

function plain(value: unknown, depth: number, walk: Walk): unknown {
  walk.valuesLeft -= 1;
  switch (typeof value) {
    case "string":
      return cutText(value, walk.limits.textLengthMax, walk.redactText);
    case "boolean":
      return value;
    case "number":
      // JSON has no negative zero either; adding 0 makes it the plain one.
      return Number.isFinite(value) ? value + 0 : `[${value}]`;
    case "bigint":
      return `${value}n`;
    case "undefined":
      return "[undefined]";
    case "symbol":
      return `[${attempt(() => String(value), "symbol")}]`;
    case "function":
      return `[function ${attempt(() => String(value.name), "") || "anonymous"}]`;
    default:
      return value === null ? null : plainObject(value as object, depth, walk);
  }
}

function plainObject(value: object, depth: number, walk: Walk): unknown {
  if (walk.open.has(value)) return "[circular]";
  if (depth >= walk.limits.depthMax) return `…(${className(value)}, too deep)`;
  walk.open.add(value);
  try {
    return convert(value, depth, walk);
  } catch (error) {
    return `[unreadable ${className(value)}: ${describe(error)}]`;
  } finally {
    walk.open.delete(value);
  }
}

function convert(value: object, depth: number, walk: Walk): unknown {
  if (Array.isArray(value)) return list(value, value.length, depth, walk);
  if (value instanceof Date) return Number.isNaN(+value) ? "[invalid date]" : value.toISOString();
  if (value instanceof Error) return errorParts(value, depth, walk);
  if (value instanceof Map) return plainMap(value, depth, walk);
  if (value instanceof Set) return list(firstOf(value, walk), value.size, depth, walk);
  if (hasBytes(value)) return `[${className(value)} of ${value.byteLength} bytes]`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "[promise]";
  if (value instanceof URL) return value.href;
  if (value instanceof Headers) return members(Object.fromEntries(value), depth, walk);
  if (isBoxed(value)) return plain(value.valueOf(), depth, walk);
  const toJson = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJson === "function") return plain(toJson.call(value), depth + 1, walk);
  if (isOpaque(value)) return `[${className(value)}]`;
  return members(value, depth, walk);
}

/** Typed arrays, `Buffer`, `DataView`, and the memory that they stand on. */
function hasBytes(value: object): value is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ||
    typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer;
}

/** Whether an object shows nothing by its members: an iterator, a weak map, a file. */
function isOpaque(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return false;
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  // Another realm has an `Object` of its own.
  return className(value) !== "Object";
}

/** As many items as are going to be kept, so that a large collection is not copied. */
function firstOf<T>(items: Iterable<T>, walk: Walk): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length >= walk.limits.itemsMax) break;
    first.push(item);
  }
  return first;
}

function isBoxed(value: object): boolean {
  return value instanceof String || value instanceof Number || value instanceof Boolean ||
    value instanceof BigInt || value instanceof Symbol;
}

function list(items: ArrayLike<unknown>, length: number, depth: number, walk: Walk): unknown[] {
  const kept: unknown[] = [];
  for (let index = 0; index < length; index += 1) {
    if (index >= walk.limits.itemsMax || walk.valuesLeft <= 0) {
      kept.push(`…(${length - index} more)`);
      break;
    }
    kept.push(plain(read(items, index), depth + 1, walk));
  }
  return kept;
}

function members(value: object, depth: number, walk: Walk): Record<string, unknown> {
  const keys = Object.keys(value);
  return keep(keys, keys.length, (key) => read(value, key), depth, walk);
}

/** The members of some keys, as far as the limits go. */
function keep(
  keys: readonly string[],
  count: number,
  member: (key: string) => unknown,
  depth: number,
  walk: Walk,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let done = 0;
  for (const key of keys) {
    if (done >= walk.limits.itemsMax || walk.valuesLeft <= 0) break;
    done += 1;
    const value = member(key);
    if (value === undefined && walk.dropUndefined) continue;
    const short = shortKey(key, walk);
    // Cut keys may have become the same.
    const name = short !== key && Object.hasOwn(kept, short) ? `${short} (${done})` : short;
    setMember(kept, name, plain(value, depth + 1, walk));
  }
  if (done < count) setMember(kept, "…", `(${count - done} more)`);
  return kept;
}

/** A key, cut to the length of a text. */
function shortKey(key: string, walk: Walk): string {
  return cutText(key, walk.limits.textLengthMax, walk.redactText);
}

function plainMap(value: Map<unknown, unknown>, depth: number, walk: Walk): unknown {
  const entries = firstOf(value, walk);
  if (entries.some(([key]) => typeof key !== "string")) {
    return list(entries, value.size, depth, walk);
  }
  const keys = entries.map(([key]) => key as string);
  return keep(keys, value.size, (key) => value.get(key), depth, walk);
}

function errorParts(error: Error, depth: number, walk: Walk): unknown {
  const parts: Record<string, unknown> = {
    name: read(error, "name"),
    message: read(error, "message"),
    stack: read(error, "stack"),
  };
  const cause = read(error, "cause");
  if (cause !== undefined && depth < causesMax) parts["cause"] = cause;
  const members = read(error, "errors");
  if (Array.isArray(members)) parts["errors"] = members;
  for (const key of Object.keys(error)) {
    if (!Object.hasOwn(parts, key)) setMember(parts, key, read(error, key));
  }
  return plain(parts, depth, walk);
}

/** Reads a member; a getter that throws gives a text that says so. */
function read(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return `[getter threw: ${describe(error)}]`;
  }
}

/** Sets an own member, `__proto__` included. */
function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
}

function className(value: object): string {
  return attempt(() => {
    const { constructor, [Symbol.toStringTag]: tag } = value as {
      constructor?: { name?: unknown };
      [Symbol.toStringTag]?: unknown;
    };
    // Node's iterators have no class of their own, but a tag.
    const name = constructor?.name === "Object" ? tag || "Object" : constructor?.name || tag;
    return String(name || "object").slice(0, classNameLengthMax);
  }, "object");
}

function describe(error: unknown): string {
  return attempt(
    () => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    "an error that cannot be shown",
  );
}

function attempt(fn: () => string, otherwise: string): string {
  try {
    return fn();
  } catch {
    return otherwise;
  }
}
