/**
 * The keys under which records stand in the address.
 *
 * @module
 */

/**
 * The key of a record that has a file of its own: the file's name without folder and extension.
 *
 * @example
 * ```ts
 * recordKey("logs/errors/tr_20251118081417_abc123_error.json"); // "tr_20251118081417_abc123_error"
 * ```
 */
export function recordKey(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.json$/, "");
}
