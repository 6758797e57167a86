/**
 * The most frequent set of further keys in a log line: the session's id, alone.
 *
 * @module
 */

/**
 * The session's id where it is an object's only key. Most lines of a log have the same one, so what
 * was worked out for it once holds for the next line.
 */
export function soleSession(value: Record<string, unknown>): string | undefined {
  for (const key in value) if (key !== "session_id") return undefined;
  const id = value["session_id"];
  return typeof id === "string" ? id : undefined;
}
