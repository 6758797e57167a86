/**
 * Values that a caller gives by name.
 *
 * @module
 */

/** A caller's named values; what is no object with names gets the name `value`. */
export function namedValues(values: unknown): object {
  if (values === undefined || values === null) return {};
  return typeof values !== "object" || Array.isArray(values) || ArrayBuffer.isView(values)
    ? { value: values }
    : values;
}
