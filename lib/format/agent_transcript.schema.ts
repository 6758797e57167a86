/**
 * Schemas of `logs/agent-transcript.jsonl`.
 *
 * @module
 */

import { sharedTimeText, values } from "./common_schema.ts";
import {
  constant,
  flag,
  integer,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  union,
} from "./schema.ts";
import {
  type AgentCommand,
  type AgentNote,
  type AgentResponse,
  type AgentShellEvent,
  agentShellEvents,
  type AgentTranscriptLine,
} from "./agent_transcript.ts";

const UNNAMED = "where the agent is unnamed";

/** What {@linkcode AgentCommand} says, as a schema. */
export const agentCommandSchema: Schema<AgentCommand> = object<AgentCommand>(
  "AgentCommand",
  "An agent called a command.",
  {
    timestamp: sharedTimeText("When."),
    type: constant("Marks the line.", "command"),
    command: text("The command's name, such as `status`."),
    args: values("Its arguments, by name; may be empty."),
    agent: optional(nullable(text("Who called."), UNNAMED), UNNAMED),
  },
);

/** What {@linkcode AgentResponse} says, as a schema. */
export const agentResponseSchema: Schema<AgentResponse> = object<AgentResponse>(
  "AgentResponse",
  "A command's outcome.",
  {
    timestamp: sharedTimeText("When."),
    type: constant("Marks the line.", "response"),
    command: text("The command's name, such as `status`."),
    success: flag("Whether it succeeded."),
    data: optional(nullable(values("What it answered."), "without an answer"), "without an answer"),
    error: optional(nullable(text("Why it failed."), "where it did not"), "where it did not"),
  },
);

/** What {@linkcode AgentNote} says, as a schema. */
export const agentNoteSchema: Schema<AgentNote> = object<AgentNote>("AgentNote", "A remark.", {
  timestamp: sharedTimeText("When."),
  type: constant("Marks the line.", "note"),
  message: text("The remark."),
  agent: optional(nullable(text("Who remarked."), UNNAMED), UNNAMED),
  metadata: optional(nullable(values("Further values."), "without any"), "without any"),
});

/** What {@linkcode AgentShellEvent} says, as a schema. */
export const agentShellEventSchema: Schema<AgentShellEvent> = object<AgentShellEvent>(
  "AgentShellEvent",
  "A command typed into a shell, or the shell's output. The Python planloop analyses such lines " +
    "but writes none.",
  {
    event: oneOf("What happened.", agentShellEvents),
    timestamp: optional(sharedTimeText("When."), "where unknown"),
    session_id: optional(text("The session's id."), "where unknown"),
    command: optional(text("The command line."), "on output"),
    cmd_number: optional(
      integer("The command's number, from 1; on its output too.", { min: 0 }),
      "where unknown",
    ),
    output: optional(text("What the shell printed."), "on commands"),
    error: optional(nullable(text("Why it failed."), "where it did not"), "where it did not"),
    pty_count: optional(
      nullable(integer("Terminals open at that moment.", { min: 0 }), "where unknown"),
      "where unknown",
    ),
  },
);

/** What {@linkcode AgentTranscriptLine} says, as a schema. */
export const agentTranscriptLineSchema: Schema<AgentTranscriptLine> = union(
  "One line of the agent transcript, told apart by `type` or `event`.",
  agentCommandSchema,
  agentResponseSchema,
  agentNoteSchema,
  agentShellEventSchema,
);
