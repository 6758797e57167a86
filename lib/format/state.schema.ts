/**
 * Schemas of `state.json`.
 *
 * @module
 */

import { sessionIdText, sharedTimeText, values } from "./common_schema.ts";
import {
  field,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  type Schema,
  text,
} from "./schema.ts";
import {
  type Artifact,
  artifactTypes,
  type Environment,
  type Now,
  nowReasons,
  type Prompts,
  type SessionState,
  type Signal,
  signalLevels,
  signalTypes,
  type Task,
  taskStatuses,
  taskTypes,
} from "./state.ts";

/** What {@linkcode Task} says, as a schema. */
export const taskSchema: Schema<Task> = object<Task>("Task", "A piece of the plan.", {
  id: integer("From 1, unique in the session.", { min: 1 }),
  title: text("What is to be done."),
  type: oneOf("What kind of work.", taskTypes),
  status: oneOf("How far it is.", taskStatuses),
  depends_on: list(
    "Ids of the tasks that must be DONE first.",
    integer("A task's id.", { min: 1 }),
  ),
  commit_sha: nullable(text("The commit that did it."), "without a commit"),
  last_updated_at: nullable(sharedTimeText("When it last changed."), "until the first change"),
});

/** What {@linkcode Signal} says, as a schema. */
export const signalSchema: Schema<Signal> = object<Signal>(
  "Signal",
  "Something that the session must know about, such as a broken build.",
  {
    id: text("Unique in the session."),
    type: oneOf("Where it comes from.", signalTypes),
    kind: text("Free text, such as `build`."),
    level: oneOf("How much it matters; an open `blocker` stops the work.", signalLevels),
    open: flag("False once it is settled; closed signals stay."),
    title: text("One line."),
    message: text("The details."),
    link: nullable(text("Where to read more."), "without a link"),
    extra: values("Further values; may be empty."),
    attempts: integer("Attempts to settle it.", { min: 0 }),
  },
);

/** What {@linkcode Artifact} says, as a schema. */
export const artifactSchema: Schema<Artifact> = object<Artifact>(
  "Artifact",
  "Something that the work made.",
  {
    type: oneOf("What it is.", artifactTypes),
    path: nullable(text("Where it is: a path or address."), "where it is in memory only"),
    summary: text("What it is, in a sentence."),
    commit_sha: nullable(text("The commit that holds it."), "without a commit"),
    metadata: values("Further values; may be empty."),
  },
);

/** What {@linkcode Now} says, as a schema. */
export const nowSchema: Schema<Now> = object<Now>("Now", "What the session should do next.", {
  reason: oneOf("Why.", nowReasons),
  task_id: nullable(integer("The task to do.", { min: 1 }), "for reasons other than `task`"),
  signal_id: nullable(text("The signal to settle."), "where no signal is the reason"),
});

/** What {@linkcode Prompts} says, as a schema. */
export const promptsSchema: Schema<Prompts> = object<Prompts>("Prompts", "The prompts in use.", {
  set: text("The set's name, such as `core-v1`."),
  goal_version: nullable(text("The goal prompt's version."), "where not pinned"),
  handshake_version: nullable(text("The handshake prompt's version."), "where not pinned"),
  summary_version: nullable(text("The summary prompt's version."), "where not pinned"),
});

/** What {@linkcode Environment} says, as a schema. */
export const environmentSchema: Schema<Environment> = object<Environment>(
  "Environment",
  "Where the session runs.",
  {
    os: text("The operating system; `unknown` from the Python planloop."),
    python: nullable(text("Python's version."), "where unknown"),
    xcode: nullable(text("Xcode's version."), "where unknown"),
    node: nullable(text("Node's version."), "where unknown"),
  },
);

/** What {@linkcode SessionState} says, as a schema. */
export const sessionStateSchema: Schema<SessionState> = object<SessionState>(
  "SessionState",
  "The session's tasks and signals. Other keys are lost when the Python planloop saves it.",
  {
    schema_version: integer("1; 2 is accepted.", { min: 1 }),
    version: integer("From 1; one more for each applied update.", { min: 1 }),
    session: sessionIdText("The session's id, which is its folder's name."),
    name: text("The name that was given at creation."),
    title: text("The title."),
    purpose: text("What the session is for; may be empty."),
    created_at: sharedTimeText("When it was created."),
    last_updated_at: sharedTimeText("When the state last changed."),
    project_root: text("The project's folder, absolute."),
    branch: nullable(text("The project's branch."), "where unknown"),
    prompts: field("The prompts in use.", promptsSchema),
    environment: field("Where the session runs.", environmentSchema),
    tags: list("Words to find it by; may be empty.", text("One word.")),
    tasks: list("The plan, in order.", taskSchema),
    signals: list("Open and closed signals.", signalSchema),
    next_steps: list("What to do next; replaced as a whole by an update.", text("One step.")),
    context_notes: list("What to know; replaced as a whole by an update.", text("One note.")),
    artifacts: list("What the work made; updates only add.", artifactSchema),
    now: field("What to do now, computed from tasks and signals.", nowSchema),
    done: flag("Whether the session is done."),
    final_summary: nullable(text("What came of it."), "until it is done"),
  },
);
