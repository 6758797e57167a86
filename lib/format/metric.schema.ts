/**
 * Schema of `logs/performance.jsonl`.
 *
 * @module
 */

import { timeText, traceIdText, values } from "./common_schema.ts";
import { number, object, optional, type Schema, text } from "./schema.ts";
import type { Metric } from "./metric.ts";

/** What {@linkcode Metric} says, as a schema. */
export const metricSchema: Schema<Metric> = object<Metric>("Metric", "One measurement.", {
  timestamp: timeText("When it was measured."),
  metric: text(
    "What was measured. In use: `command.duration` and `llm.latency` (milliseconds), " +
      "`memory.rss_mb` and `memory.heap_used_mb` (mebibytes), `event_loop.delay_ms`.",
    { length_min: 1 },
  ),
  value: number("The measured value, in the unit that the metric's name says."),
  tags: values("What the value is about, such as `command` or `provider`; may be empty."),
  trace_id: optional(traceIdText("The trace that was measured."), "outside of a trace"),
});
