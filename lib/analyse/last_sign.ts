/**
 * When a trace was last seen alive.
 *
 * @module
 */

import { type EpochMs, parseTime, type Trace } from "../format/mod.ts";

/**
 * The last moment that a trace's own file tells of: its end, or that of a span or event; null where
 * it has no readable time. What else the session recorded of the trace may be later.
 */
export function lastSign(trace: Trace): EpochMs | null {
  const start = parseTime(trace.started_at);
  let last = Math.max(start ?? -Infinity, parseTime(trace.completed_at) ?? -Infinity);
  if (start !== undefined) last = Math.max(last, start + (trace.duration_ms ?? 0));
  for (const span of trace.spans) {
    const from = parseTime(span.start_time);
    if (from === undefined) continue;
    last = Math.max(last, from + (span.duration_ms ?? 0), parseTime(span.end_time) ?? from);
    for (const event of span.events ?? []) {
      last = Math.max(last, parseTime(event.timestamp) ?? last);
    }
  }
  return Number.isFinite(last) ? last : null;
}
