/**
 * Schemas of a running trace's journal.
 *
 * @module
 */

import { durationMs, sessionIdText, timeText, traceIdText, values } from "./common_schema.ts";
import {
  constant,
  field,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  union,
} from "./schema.ts";
import { spanErrorSchema, spanEventSchema, spanSchema } from "./trace.schema.ts";
import type {
  SpanEndLine,
  SpansLine,
  SpanStartLine,
  TraceEndLine,
  TraceJournalLine,
  TraceStartLine,
} from "./trace_journal.ts";

const endings = ["success", "error"] as const;

/** What {@linkcode TraceStartLine} says, as a schema. */
export const traceStartLineSchema: Schema<TraceStartLine> = object<TraceStartLine>(
  "TraceStartLine",
  "An operation began: the first line of a journal.",
  {
    kind: constant("Marks the line.", "trace_start"),
    timestamp: timeText("When it began: the trace's `started_at`."),
    trace_id: traceIdText("The trace's id."),
    operation: text("What is done, such as `update`."),
    command: list("The command line or the operation's words.", text("One word.")),
    session_id: optional(sessionIdText("The session's id."), "where it is recorded without one"),
    pid: optional(integer("The process that runs the trace.", { min: 0 }), "where unknown"),
    pid_start: optional(
      text("When that process started, as its system tells it; guards against reused pids."),
      "where the system does not tell",
    ),
    host: optional(
      text("The host that runs it. Other hosts must not judge whether the process lives."),
      "where unknown",
    ),
  },
);

/** What {@linkcode SpanStartLine} says, as a schema. */
export const spanStartLineSchema: Schema<SpanStartLine> = object<SpanStartLine>(
  "SpanStartLine",
  "A span began.",
  {
    kind: constant("Marks the line.", "span_start"),
    timestamp: timeText("When it began: the span's `start_time`."),
    span_id: text("The span's id, unique in its trace.", { length_min: 1 }),
    parent: nullable(text("The enclosing span's id."), "for a root span"),
    name: text("What is done, such as `llm_suggest`."),
    metadata: values("The caller's values known at the start; may be empty."),
  },
);

/** What {@linkcode SpanEndLine} says, as a schema. */
export const spanEndLineSchema: Schema<SpanEndLine> = object<SpanEndLine>(
  "SpanEndLine",
  "A span ended.",
  {
    kind: constant("Marks the line.", "span_end"),
    timestamp: timeText("When it ended: the span's `end_time`."),
    span_id: text("The id of the span, as in its `span_start`.", { length_min: 1 }),
    duration_ms: durationMs("How long it took, by a monotonic clock."),
    status: oneOf("How it ended.", endings),
    error: nullable(field("What it threw.", spanErrorSchema), "where it threw nothing"),
    metadata: optional(
      values("All of the span's values."),
      "where they are those of its `span_start`",
    ),
    events: optional(list("Moments inside the span, in order.", spanEventSchema), "without any"),
  },
);

/** What {@linkcode SpansLine} says, as a schema. */
export const spansLineSchema: Schema<SpansLine> = object<SpansLine>(
  "SpansLine",
  "Spans that began and ended since the last line.",
  {
    kind: constant("Marks the line.", "spans"),
    spans: list("The spans, as the trace's file has them.", spanSchema, { items_min: 1 }),
  },
);

/** What {@linkcode TraceEndLine} says, as a schema. */
export const traceEndLineSchema: Schema<TraceEndLine> = object<TraceEndLine>(
  "TraceEndLine",
  "The operation ended: the last line of a journal.",
  {
    kind: constant("Marks the line.", "trace_end"),
    timestamp: timeText("When it ended: the trace's `completed_at`."),
    status: oneOf("How it ended.", endings),
    duration_ms: durationMs("Wall time from start to end, by a monotonic clock."),
    error: nullable(field("What it threw.", spanErrorSchema), "where it threw nothing"),
  },
);

/** What {@linkcode TraceJournalLine} says, as a schema. */
export const traceJournalLineSchema: Schema<TraceJournalLine> = union(
  "One line of a running trace's journal, told apart by `kind`.",
  traceStartLineSchema,
  spanStartLineSchema,
  spanEndLineSchema,
  spansLineSchema,
  traceEndLineSchema,
);
