/**
 * What can be asked for.
 *
 * @module
 */

/**
 * The kinds of records that a session can be asked for, by the name that commands, routes and JSON
 * have for them.
 *
 * - `logs`: the lines of all logs, by time
 * - `llm`: model calls
 * - `traces`: traces with their spans, running ones included
 * - `diffs`: changes of the session's state
 * - `performance`: measurements
 * - `errors`: error reports
 * - `locks`: requests for the session lock, each put together from its events
 * - `problems`: what is damaged or doubtful in the recording itself
 */
export const queryKinds = [
  "logs",
  "llm",
  "traces",
  "diffs",
  "performance",
  "errors",
  "locks",
  "problems",
] as const;

/** One of {@linkcode queryKinds}. */
export type QueryKind = typeof queryKinds[number];

/** Whether a value is a kind's name. */
export function isQueryKind(value: unknown): value is QueryKind {
  return (queryKinds as readonly unknown[]).includes(value);
}
