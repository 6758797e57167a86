/**
 * How large a state may be.
 *
 * @module
 */

/** Most values of a state: members, items and bytes, at all depths. */
export const stateValuesMax = 5_000_000;

/**
 * Says why a state is too large to be saved: a list of four billion empty places is made at once,
 * but no JSON of it. Looks at no more values than may be in one.
 *
 * @throws What a getter of the state throws.
 */
export function sizeFault(state: object): string | undefined {
  let left = stateValuesMax;
  const seen = new Set<object>([state]);
  for (const value of seen) {
    const parts = partsOf(value);
    left -= parts.count;
    if (left < 0) {
      return `Cannot save the state: it holds more than ${stateValuesMax} values; keep what is that ` +
        "large in a file of its own, and its path among the artifacts";
    }
    for (const part of parts.values()) {
      if (typeof part === "object" && part !== null) seen.add(part);
    }
  }
  return undefined;
}

function partsOf(value: object): { count: number; values(): Iterable<unknown> } {
  if (Array.isArray(value)) return { count: value.length, values: () => value };
  if (ArrayBuffer.isView(value)) return { count: value.byteLength, values: () => [] };
  if (value instanceof Map || value instanceof Set) {
    return { count: value.size, values: () => value.values() };
  }
  const keys = Object.keys(value);
  return {
    count: keys.length,
    values: () => keys.map((key) => (value as Record<string, unknown>)[key]),
  };
}
