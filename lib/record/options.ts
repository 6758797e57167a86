/**
 * Options of single calls, as callers give them who may have no type checker.
 *
 * @module
 */

/** A copy of options, whose reading can throw no more; empty where they cannot be read. */
export function readOptions<T extends object>(options: T | null | undefined): Partial<T> {
  try {
    return typeof options === "object" ? { ...options } : {};
  } catch {
    return {};
  }
}
