/**
 * Schemas of `logs/traces/<trace id>.json`.
 *
 * @module
 */

import { durationMs, sessionIdText, timeText, traceIdText, values } from "./common_schema.ts";
import {
  constant,
  field,
  type Fields,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
} from "./schema.ts";
import { type Span, type SpanError, type SpanEvent, type Trace, traceStatuses } from "./trace.ts";

const NONE_YET = "Null while it runs.";

/** What {@linkcode SpanError} says, as a schema. */
export const spanErrorSchema: Schema<SpanError> = object<SpanError>(
  "SpanError",
  "What an operation or a span threw.",
  {
    type: text("The error's class name."),
    message: text("The error's message."),
  },
);

/** What {@linkcode SpanEvent} says, as a schema. */
export const spanEventSchema: Schema<SpanEvent> = object<SpanEvent>(
  "SpanEvent",
  "A moment inside a span.",
  {
    name: text("What happened."),
    timestamp: timeText("When."),
    metadata: values("Further values; may be empty."),
  },
);

/** What {@linkcode Span} says, as a schema. */
export const spanSchema: Schema<Span> = object<Span>(
  "Span",
  "A named piece of work inside a trace.",
  {
    name: text("What was done, such as `llm_suggest`."),
    duration_ms: nullable(
      durationMs("How long it took, by a monotonic clock."),
      "while it runs",
    ),
    metadata: values("The caller's values; may be empty."),
    span_id: text("The span's id, unique in its trace.", { length_min: 1 }),
    parent: nullable(text("The enclosing span's id."), "for a root span"),
    start_time: timeText("When it began."),
    end_time: nullable(timeText("When it ended."), "while it runs"),
    status: oneOf("How it ended; `running` where it has not, or its process died.", traceStatuses),
    error: nullable(field("What it threw.", spanErrorSchema), "where it threw nothing"),
    events: optional(list("Moments inside the span, in order.", spanEventSchema), "without any"),
    variables: optional(
      values("The variables set on the span, shortened and redacted."),
      "without any",
    ),
  },
  {
    when: [
      {
        key: "status",
        is: ["running"],
        then: { duration_ms: constant(NONE_YET, null), end_time: constant(NONE_YET, null) },
      },
      {
        key: "status",
        is: ["success", "error"],
        then: {
          duration_ms: durationMs("How long it took."),
          end_time: timeText("When it ended."),
        },
      },
    ],
  },
);

const traceFields: Fields<Trace> = {
  trace_id: traceIdText("The trace's id. Readers trust it over the file's name."),
  command: list("The command line or the operation's words.", text("One word.")),
  operation: text("What was done, such as `update`."),
  started_at: timeText("When it began."),
  completed_at: nullable(timeText("When it ended."), "while it runs"),
  timestamp: timeText("The same as `completed_at`; the start while it runs."),
  duration_ms: nullable(
    durationMs("Wall time from start to end, by a monotonic clock."),
    "while it runs",
  ),
  status: oneOf("How it ended; `running` where it has not, or its process died.", traceStatuses),
  error: nullable(field("What it threw.", spanErrorSchema), "where it threw nothing"),
  spans: list("Its pieces of work; may be empty.", spanSchema),
  total_duration_ms: durationMs("The sum of the durations of root spans."),
  session_id: optional(sessionIdText("The session's id."), "where it was recorded without one"),
  pid: optional(integer("The process that ran it.", { min: 0 }), "where that is unknown"),
  parent_trace_id: optional(
    traceIdText("The trace inside which this one began."),
    "for a trace that began on its own",
  ),
  parent_span_id: optional(
    nullable(text("The span inside which it began."), "outside of that trace's spans"),
    "for a trace that began on its own",
  ),
  spans_left_out: optional(
    integer("How many spans the recorder left out, because the trace had too many.", { min: 1 }),
    "where it kept all",
  ),
};

/** What {@linkcode Trace} says, as a schema. */
export const traceSchema: Schema<Trace> = object<Trace>(
  "Trace",
  "One operation from start to end, with its spans.",
  traceFields,
  {
    when: [
      {
        key: "status",
        is: ["running"],
        then: { completed_at: constant(NONE_YET, null), duration_ms: constant(NONE_YET, null) },
      },
      {
        key: "status",
        is: ["success", "error"],
        then: {
          completed_at: timeText("When it ended."),
          duration_ms: durationMs("Wall time from start to end."),
        },
      },
    ],
  },
);
