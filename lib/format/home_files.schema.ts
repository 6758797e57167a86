/**
 * Schemas of the home's registry and of the small files beside a session's state.
 *
 * @module
 */

import type { Environment } from "./state.ts";
import { entryIdText, sessionIdText, sharedTimeText } from "./common_schema.ts";
import {
  field,
  flag,
  integer,
  list,
  nullable,
  number,
  object,
  optional,
  type Schema,
  text,
} from "./schema.ts";
import { environmentSchema } from "./state.schema.ts";
import type {
  DeadlockFile,
  Feedback,
  IndexEntry,
  LockInfo,
  LockQueueEntry,
  PlanFrontMatter,
  SessionIndex,
} from "./home_files.ts";

/** What {@linkcode IndexEntry} says, as a schema. Closed: the Python planloop fails on other keys. */
export const indexEntrySchema: Schema<IndexEntry> = object<IndexEntry>(
  "IndexEntry",
  "A session's row in the registry. Other keys make the Python planloop fail.",
  {
    session: sessionIdText("The session's id, which is its folder's name."),
    name: text("The name that was given at creation."),
    title: text("The title."),
    tags: list("Words to find it by; may be empty.", text("One word.")),
    project_root: text("The project's folder, absolute."),
    created_at: sharedTimeText("When it was created."),
    last_updated_at: sharedTimeText("When its state last changed."),
    done: flag("Whether it is done."),
  },
  { closed: true },
);

/** What {@linkcode SessionIndex} says, as a schema. */
export const sessionIndexSchema: Schema<SessionIndex> = object<SessionIndex>(
  "SessionIndex",
  "The home's registry of sessions. The folders are the truth; a session may be missing here.",
  {
    sessions: list("Newest `last_updated_at` first.", indexEntrySchema),
    updated_at: sharedTimeText("When the registry was written."),
  },
);

/** What {@linkcode DeadlockFile} says, as a schema. Closed: the Python planloop fails on other keys. */
export const deadlockFileSchema: Schema<DeadlockFile> = object<DeadlockFile>(
  "DeadlockFile",
  "The Python planloop's counters of missing progress. Other keys make it fail.",
  {
    last_state_hash: text("SHA-256 of the last state seen, in hexadecimal; empty for none.", {
      pattern: "^(?:[0-9a-f]{64})?$",
      form: "64 lower-case hexadecimal digits, or empty text",
    }),
    no_progress_counter: integer("Checks in a row without a change.", { min: 0 }),
    queue_head: optional(
      nullable(text("The agent seen at the head of the lock queue."), "where the queue was empty"),
      "in files of older versions",
    ),
    queue_stall_counter: optional(
      integer("Polls in a row that saw the same head.", { min: 0 }),
      "in files of older versions",
    ),
  },
  { closed: true },
);

/** What {@linkcode Feedback} says, as a schema. */
export const feedbackSchema: Schema<Feedback> = object<Feedback>(
  "Feedback",
  "The last feedback that an agent gave; the next one replaces it.",
  {
    timestamp: sharedTimeText("When."),
    agent: nullable(text("Who gave it."), "where the agent is unnamed"),
    session_id: sessionIdText("The session's id."),
    message: text("What was said."),
    rating: nullable(integer("From 1, bad, to 5, good.", { min: 1, max: 5 }), "without a rating"),
    tasks_completed: integer("Tasks that were done then.", { min: 0 }),
  },
);

/** What {@linkcode LockInfo} says, as a schema. Closed: the Python planloop fails on other keys. */
export const lockInfoSchema: Schema<LockInfo> = object<LockInfo>(
  "LockInfo",
  "Who holds the session lock. Other keys make the Python planloop fail.",
  {
    held_by: text("The holding process: `pid:<n>`.", { length_min: 1 }),
    since: number("When it got the lock.", { min: 0, unit: "seconds since 1970, with a fraction" }),
    operation: text("What it is held for, such as `update`."),
  },
  { closed: true },
);

/** What {@linkcode LockQueueEntry} says, as a schema. */
export const lockQueueEntrySchema: Schema<LockQueueEntry> = object<LockQueueEntry>(
  "LockQueueEntry",
  "One request for the session lock, from its start until its release.",
  {
    id: entryIdText("A UUID; the file's name without `.json`."),
    agent: text("Who asks: `PLANLOOP_AGENT_NAME`, else `pid:<n>`."),
    operation: text("What for, such as `update`."),
    requested_at: number("When. Requests are served in this order, then by file name.", {
      min: 0,
      unit: "seconds since 1970, with a fraction",
    }),
    pid: optional(
      integer("The process that asks, for telling dead ones from slow ones.", { min: 0 }),
      "in the Python planloop's requests",
    ),
    pid_start: optional(
      text("When that process started, as its system tells it; guards against reused pids."),
      "in the Python planloop's requests, and where the system does not tell",
    ),
    host: optional(
      text("The host it runs on: whether a process lives can only be told there."),
      "in the Python planloop's requests",
    ),
  },
);

/** What {@linkcode PlanFrontMatter} says, as a schema. */
export const planFrontMatterSchema: Schema<PlanFrontMatter> = object<PlanFrontMatter>(
  "PlanFrontMatter",
  "The front matter of `PLAN.md`, as JSON. It is YAML 1.1 in the file; numbers count as text.",
  {
    planloop_version: text("The version of the format, such as `1.5`."),
    schema_version: text("The `schema_version` of the state, as text."),
    session: sessionIdText("The session's id."),
    name: text("The name that was given at creation."),
    title: text("The title."),
    purpose: text("What the session is for; may be empty."),
    project_root: text("The project's folder, absolute."),
    branch: nullable(text("The project's branch."), "where unknown"),
    prompt_set: text("The set of prompts in use, such as `core-v1`."),
    created_at: sharedTimeText("When it was created."),
    last_updated_at: sharedTimeText("When its state last changed."),
    tags: list("Words to find it by. The Python planloop always writes none.", text("One word.")),
    environment: field<Environment>("Where the session runs.", environmentSchema),
  },
);
