/**
 * Values that callers hand over, kept until they are written.
 *
 * @module
 */

import type { Recorder } from "./recorder.ts";

/** A caller's named values; what is no object with names gets the name `value`. */
export function namedValues(values: unknown): object {
  if (values === undefined || values === null) return {};
  return isNamed(values) ? values : { value: values };
}

function isNamed(values: unknown): values is object {
  try {
    if (typeof values !== "object" || values === null) return false;
    const prototype: unknown = Object.getPrototypeOf(values);
    if (prototype === Object.prototype || prototype === null) return true;
    if (Array.isArray(values) || ArrayBuffer.isView(values) || values instanceof String) {
      return false;
    }
    // A map, an error or a promise has no members that a copy would keep.
    for (const key in values) if (Object.hasOwn(values, key)) return true;
    return false;
  } catch {
    // A proxy that was revoked, or throws.
    return false;
  }
}

/** A copy of a caller's values. A getter that throws must not reach the host. */
export function copyValues(recorder: Recorder, values: object): Record<string, unknown> {
  if (!recorder.recording) return {};
  const named = namedValues(values);
  try {
    return { ...named };
  } catch {
    const copy = {};
    mergeUnread(recorder, copy, named);
    return copy;
  }
}

/** Adds a caller's values to others; later ones replace earlier ones. */
export function mergeValues(
  recorder: Recorder,
  target: Record<string, unknown>,
  values: object,
): void {
  if (!recorder.recording) return;
  const named = namedValues(values);
  try {
    // Values are read before any is set: of a getter that throws, the way below is taken whole.
    Object.assign(target, { ...named });
  } catch {
    mergeUnread(recorder, target, named);
  }
}

/** Takes getters as they are: what is written later shows which of them throws. */
function mergeUnread(recorder: Recorder, target: object, values: object): void {
  try {
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(values));
  } catch (error) {
    recorder.failures.lost("Cannot take a caller's values", error);
  }
}
