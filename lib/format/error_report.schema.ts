/**
 * Schemas of `logs/errors/<trace id>_error.json`.
 *
 * @module
 */

import {
  durationMs,
  sessionIdText,
  sessionPathText,
  timeText,
  traceIdText,
  values,
} from "./common_schema.ts";
import {
  anything,
  flag,
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
import {
  type ErrorCause,
  type ErrorReport,
  type HeldLock,
  localsSources,
  type OpenSpan,
  type StackFrame,
} from "./error_report.ts";

const NOT_CAPTURED = "where it was not captured";

/** What {@linkcode StackFrame} says, as a schema. */
export const stackFrameSchema: Schema<StackFrame> = object<StackFrame>(
  "StackFrame",
  "One frame of a stack.",
  {
    file: text("The source file; empty where that is unknown."),
    line: integer("The line in it, from 1; 0 where that is unknown.", { min: 0 }),
    function: text("The function's name; empty for the top level and nameless functions."),
    code: text("The source line; empty where the source could not be read."),
    column: optional(integer("The column in the line, from 1.", { min: 0 }), "where unknown"),
    library: optional(
      flag("Whether the frame is in a package or the platform."),
      "in the program's own code",
    ),
    locals: optional(
      values("The frame's variables, by name."),
      "where the inspector did not see them",
    ),
  },
);

/** What {@linkcode ErrorCause} says, as a schema. */
export const errorCauseSchema: Schema<ErrorCause> = object<ErrorCause>(
  "ErrorCause",
  "An error that caused the reported one, or that it aggregates.",
  {
    error_type: text("The class name."),
    error_message: text("The message."),
    stack_trace: list("Outermost first.", stackFrameSchema),
    relation: text("How it hangs on its parent: `cause`, or `errors[2]` of an AggregateError."),
    error_properties: optional(
      values("The error object's own members, such as `code`."),
      "without any",
    ),
  },
);

/** What {@linkcode OpenSpan} says, as a schema. */
export const openSpanSchema: Schema<OpenSpan> = object<OpenSpan>(
  "OpenSpan",
  "A span that was open when the error was thrown.",
  {
    span_id: text("The span's id.", { length_min: 1 }),
    name: text("What was being done."),
    open_ms: durationMs("How long it had been open."),
    metadata: values("The span's values; may be empty."),
    variables: optional(values("The variables set on the span."), "without any"),
  },
);

/** What {@linkcode HeldLock} says, as a schema. */
export const heldLockSchema: Schema<HeldLock> = object<HeldLock>(
  "HeldLock",
  "A lock that was held when the error was thrown.",
  {
    lock_entry_id: traceIdText("The request's id, as on its lock events."),
    operation: text("What it was held for."),
    held_ms: durationMs("How long it had been held."),
  },
);

/** What {@linkcode ErrorReport} says, as a schema. */
export const errorReportSchema: Schema<ErrorReport> = object<ErrorReport>(
  "ErrorReport",
  "An error, caught where it happened.",
  {
    timestamp: timeText("When it was caught."),
    trace_id: traceIdText("The trace that failed. Readers trust it over the file's name."),
    error_type: text("The class name."),
    error_message: text("The message."),
    error_properties: optional(
      values(
        "The error object's own members beside name, message, stack and causes, such as `code`, " +
          "`status`.",
      ),
      "without any",
    ),
    function: text("The function that was wrapped, or the one that threw."),
    local_variables: values(
      "The variables of the failing code, by name: JSON values, shortened and redacted. Their " +
        "origin is in `locals_source`.",
    ),
    stack_trace: list("Outermost first, the throwing frame last.", stackFrameSchema),
    state_snapshot_path: nullable(
      sessionPathText("The copy of the state at that moment, relative to the session folder."),
      "without a state",
    ),
    llm_transcript_link: nullable(
      union(
        "The trace's transcripts, relative to the session folder: one, or several.",
        sessionPathText("One transcript."),
        list("Several transcripts.", sessionPathText("One transcript.")),
      ),
      "where it has none",
    ),
    locals_source: optional(
      oneOf("Where `local_variables` come from.", localsSources),
      NOT_CAPTURED,
    ),
    arguments: optional(
      list("The wrapped function's arguments.", anything("One argument.")),
      NOT_CAPTURED,
    ),
    environment: optional(values("The runtime, system and process; never secrets."), NOT_CAPTURED),
    causes: optional(
      list("The whole chain of causes, nearest first.", errorCauseSchema),
      NOT_CAPTURED,
    ),
    open_spans: optional(
      list("Spans open at that moment, innermost last.", openSpanSchema),
      NOT_CAPTURED,
    ),
    held_locks: optional(list("Locks held at that moment.", heldLockSchema), NOT_CAPTURED),
    operation: optional(text("What was being done, such as `update`."), NOT_CAPTURED),
    session_id: optional(sessionIdText("The session's id."), "where recorded without one"),
  },
);
