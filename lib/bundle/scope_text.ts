/**
 * What a limited report shows and what it leaves out, in words.
 *
 * @module
 */

import { humanBytes, humanCount, isoTime } from "../format/human.ts";
import type { RecordCounts, ReportScope } from "./scope.ts";

const nouns: readonly (readonly [keyof RecordCounts, singular: string, plural: string])[] = [
  ["logs", "log line", "log lines"],
  ["traces", "trace", "traces"],
  ["llm_calls", "model call", "model calls"],
  ["errors", "error", "errors"],
  ["lock_requests", "lock request", "lock requests"],
  ["changes", "state change", "state changes"],
  ["metrics", "measurement", "measurements"],
];

/** Such as `only the trace tr_1, since 2026-11-22T08:00:00.000Z`. */
export function scopeText(scope: ReportScope): string {
  const { trace, since, until, only, size_max_bytes } = scope;
  const parts: string[] = [];
  if (trace !== null) parts.push(`only the trace ${trace}`);
  if (only !== null) parts.push("only traces in which something failed, or that never ended");
  if (since !== null) parts.push(`since ${isoTime(since)}`);
  if (until !== null) parts.push(`until ${isoTime(until)}`);
  if (size_max_bytes !== null) {
    parts.push(
      `what fits into ${
        humanBytes(size_max_bytes)
      }: errors and warnings, then whole traces, then ` +
        "the last lines",
    );
  }
  return parts.join(", ");
}

/** Such as `3,412 log lines, 1 trace`; empty where nothing was left out. */
export function leftOutText(leftOut: RecordCounts): string {
  return nouns.flatMap(([key, singular, plural]) => {
    const count = leftOut[key];
    return count === 0 ? [] : [`${humanCount(count)} ${count === 1 ? singular : plural}`];
  }).join(", ");
}
