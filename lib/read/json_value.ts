/**
 * JSON values of unknown shape.
 *
 * @module
 */

/** A JSON object of unknown shape. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a key as plain data, `__proto__` too. */
export function setKey(object: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(object, key, property);
  } else {
    object[key] = value;
  }
}

/** A record with its documented keys, and every key that was read besides them. */
export function withFurtherKeys<T extends object>(known: T, read: JsonObject): T {
  for (const key in read) {
    if (!Object.hasOwn(known, key)) setKey(known as JsonObject, key, read[key]);
  }
  return known;
}
