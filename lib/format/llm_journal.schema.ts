/**
 * Schemas of a running model call's journal.
 *
 * @module
 */

import { durationMs, sessionIdText, timeText, traceIdText } from "./common_schema.ts";
import type { LlmJournalLine, LlmStartLine, LlmTextLine } from "./llm_journal.ts";
import { llmAttemptSchema, llmRequestSchema } from "./llm_transcript.schema.ts";
import {
  constant,
  field,
  integer,
  list,
  nullable,
  object,
  optional,
  type Schema,
  text,
  union,
} from "./schema.ts";

/** What {@linkcode LlmStartLine} says, as a schema. */
export const llmStartLineSchema: Schema<LlmStartLine> = object<LlmStartLine>(
  "LlmStartLine",
  "A request was sent: the first line of a call's journal.",
  {
    kind: constant("Marks the line.", "llm_start"),
    timestamp: timeText("When it was sent: the transcript's `timestamp`."),
    trace_id: traceIdText("The trace that makes the call."),
    span_id: text("The span that makes the call."),
    operation: text("What the call is for, such as `suggest`."),
    provider: text("Who runs the model, such as `anthropic`."),
    model: text("The model, as the provider names it."),
    request: field("What is asked.", llmRequestSchema),
    attempts: optional(list("The tries that failed before.", llmAttemptSchema), "on the first"),
    session_id: optional(sessionIdText("The session's id."), "where it is recorded without one"),
    pid: optional(integer("The process that makes the call.", { min: 0 }), "where unknown"),
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

/** What {@linkcode LlmTextLine} says, as a schema. */
export const llmTextLineSchema: Schema<LlmTextLine> = object<LlmTextLine>(
  "LlmTextLine",
  "More of the answer came.",
  {
    kind: constant("Marks the line.", "llm_text"),
    timestamp: timeText("When."),
    part: text(
      "Which part of the answer: `content`, another text of it such as `thinking`, or `tool_calls`.",
      { length_min: 1 },
    ),
    keep: integer("How much of the part's text so far stays, in UTF-16 units.", { min: 0 }),
    text: text("What comes after that. The texts of `tool_calls` together are JSON."),
    chunks: integer("How many chunks had come.", { min: 0 }),
    time_to_first_chunk_ms: nullable(
      durationMs("From the request to the first chunk."),
      "where none came",
    ),
  },
);

/** What {@linkcode LlmJournalLine} says, as a schema. */
export const llmJournalLineSchema: Schema<LlmJournalLine> = union(
  "One line of a running model call's journal, told apart by `kind`.",
  llmStartLineSchema,
  llmTextLineSchema,
);
