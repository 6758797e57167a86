/**
 * Schemas of `logs/planloop.jsonl`.
 *
 * @module
 */

import {
  durationMs,
  entryIdText,
  sessionIdText,
  timeText,
  traceIdText,
  values,
} from "./common_schema.ts";
import {
  constant,
  type Fields,
  list,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
} from "./schema.ts";
import {
  levels,
  type LockEvent,
  lockEvents,
  type LogLine,
  type ValidationEvent,
  type ValidationIssue,
} from "./log_line.ts";

const logLineFields: Fields<LogLine> = {
  timestamp: timeText("When the line was written."),
  level: oneOf("How severe, least severe first.", levels),
  trace_id: nullable(traceIdText("The trace that the line belongs to."), "outside of a trace"),
  session_id: sessionIdText("The session's id."),
  operation: text("What was being done, such as `update`; empty where nothing was named."),
  message: text("The text for people."),
  context: values("Further values of the caller; empty where there are none."),
  duration_ms: nullable(
    durationMs("How long the logged work took."),
    "where the line measures nothing",
  ),
  span_id: optional(text("The span that was open.", { length_min: 1 }), "outside of a span"),
  event: optional(
    text("The kind of event that the line is. Readers show kinds that they do not know.", {
      length_min: 1,
    }),
    "on an ordinary line",
  ),
};

/** What {@linkcode LogLine} says, as a schema. */
export const logLineSchema: Schema<LogLine> = object<LogLine>(
  "LogLine",
  "One line of the session's log.",
  logLineFields,
);

/** What {@linkcode LockEvent} says, as a schema. */
export const lockEventSchema: Schema<LockEvent> = object<LockEvent>(
  "LockEvent",
  "A log line about the session lock.",
  {
    ...logLineFields,
    event: oneOf("What happened to the lock.", lockEvents),
    lock_entry_id: entryIdText("The request's id, a UUID: the same on all events of one request."),
    wait_ms: optional(
      durationMs("How long the request had waited."),
      "on events other than `lock_acquired` and `lock_timeout`",
    ),
    hold_ms: optional(
      durationMs("How long the lock was held."),
      "on events other than `lock_released`",
    ),
    agent: optional(
      text("Who asked: `PLANLOOP_AGENT_NAME`, else `pid:<n>`."),
      "where that is unknown",
    ),
    holder: optional(
      text("Who held the lock meanwhile: `pid:<n>`. On `lock_timeout` and `lock_broken`."),
      "on other events, and where that is unknown",
    ),
  },
  {
    when: [
      {
        key: "event",
        is: ["lock_acquired", "lock_timeout"],
        then: { wait_ms: durationMs("How long the request had waited.") },
      },
      {
        key: "event",
        is: ["lock_released"],
        then: { hold_ms: durationMs("How long the lock was held.") },
      },
    ],
  },
);

/** What {@linkcode ValidationIssue} says, as a schema. */
export const validationIssueSchema: Schema<ValidationIssue> = object<ValidationIssue>(
  "ValidationIssue",
  "One fault that a check found.",
  {
    path: text("Where, such as `tasks[4].status`; empty for the whole value."),
    expected: text("What was expected there."),
    found: text("What was found there, shortened."),
    message: text("The whole sentence."),
  },
);

/** What {@linkcode ValidationEvent} says, as a schema. */
export const validationEventSchema: Schema<ValidationEvent> = object<ValidationEvent>(
  "ValidationEvent",
  "A log line about data that failed a check.",
  {
    ...logLineFields,
    event: constant("Marks the line as the outcome of a check.", "validation_failed"),
    target: text("What was checked, such as `state.json` or `llm response`.", { length_min: 1 }),
    issues: list("What was wrong.", validationIssueSchema, { items_min: 1 }),
  },
);
