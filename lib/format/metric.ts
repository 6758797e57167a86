/**
 * `logs/performance.jsonl`: one measurement a line.
 *
 * @module
 */

/** One measurement. The unit is the last part of the metric's name. */
export interface Metric {
  /** When it was measured: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** Such as `command.duration` (ms), `llm.latency` (ms), `memory.rss_mb`. */
  metric: string;
  /** In the unit that the name says; finite. */
  value: number;
  /** What the value is about, such as `command` or `provider`; may be empty. */
  tags: Record<string, unknown>;
  /** The trace that was measured; absent outside of one. */
  trace_id?: string;
}
