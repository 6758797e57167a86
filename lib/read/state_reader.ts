/**
 * `state.json` to a session's state.
 *
 * @module
 */

import {
  type Artifact,
  artifactTypes,
  type Now,
  nowReasons,
  type ProblemSink,
  type SessionState,
  type Signal,
  signalLevels,
  signalTypes,
  type Task,
  taskStatuses,
  taskTypes,
} from "../format/mod.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { withFurtherKeys } from "./json_value.ts";
import { checkState } from "./state_checks.ts";

/** How a state is read. */
export interface StateOptions {
  /**
   * Whether the file was cut off: then what is missing at its end is not reported again, and parts
   * are not compared with each other. Default false.
   */
  cut?: boolean;
}

/**
 * Reads a state, with the Python planloop's own leniency: numbers and flags as text, absent keys.
 * What has another type becomes a problem and its default; what contradicts itself is reported.
 *
 * @param value The parsed file.
 * @param file Its name for problems, relative to the session folder.
 */
export function readState(
  value: unknown,
  file: string,
  problem: ProblemSink,
  options: StateOptions = {},
): SessionState | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  const needed = (key: string) => options.cut ? fields.text(key, "") : fields.neededText(key, "");
  if (!options.cut) reportMissing(fields);
  const state: SessionState = {
    schema_version: fields.integer("schema_version", 1),
    version: fields.integer("version", 1),
    session: needed("session"),
    name: needed("name"),
    title: needed("title"),
    purpose: fields.text("purpose", ""),
    created_at: fields.time("created_at", ""),
    last_updated_at: fields.time("last_updated_at", ""),
    project_root: needed("project_root"),
    branch: fields.text("branch", null),
    prompts: readPrompts(fields.inner("prompts")),
    environment: readEnvironment(fields.inner("environment")),
    tags: fields.texts("tags"),
    tasks: fields.objects("tasks").map(readTask),
    signals: fields.objects("signals").map(readSignal),
    next_steps: fields.texts("next_steps"),
    context_notes: fields.texts("context_notes"),
    artifacts: fields.objects("artifacts").map(readArtifact),
    now: readNow(fields.inner("now")),
    done: fields.flag("done", false),
    final_summary: fields.text("final_summary", null),
  };
  if (!options.cut) checkState(state, file, problem);
  return withFurtherKeys(state, fields.value);
}

function reportMissing(fields: Fields): void {
  for (const key of ["created_at", "last_updated_at"]) {
    if (!fields.has(key)) fields.wrong(key, "a time");
  }
  for (const key of ["prompts", "environment", "now"]) {
    if (!fields.has(key)) fields.wrong(key, "an object");
  }
}

function readPrompts(fields: Fields): SessionState["prompts"] {
  return withFurtherKeys({
    set: fields.text("set", ""),
    goal_version: fields.text("goal_version", null),
    handshake_version: fields.text("handshake_version", null),
    summary_version: fields.text("summary_version", null),
  }, fields.value);
}

function readEnvironment(fields: Fields): SessionState["environment"] {
  return withFurtherKeys({
    os: fields.text("os", "unknown"),
    python: fields.text("python", null),
    xcode: fields.text("xcode", null),
    node: fields.text("node", null),
  }, fields.value);
}

function readTask(fields: Fields): Task {
  if (!fields.has("id")) fields.wrong("id", "a whole number");
  if (!fields.has("type")) fields.wrong("type", `one of ${taskTypes.join(", ")}`);
  const task: Task = {
    id: fields.integer("id", 0),
    title: fields.neededText("title", ""),
    type: fields.oneOf("type", taskTypes, "feature"),
    status: fields.oneOf("status", taskStatuses, "TODO"),
    depends_on: fields.integers("depends_on"),
    commit_sha: fields.text("commit_sha", null),
    last_updated_at: fields.time("last_updated_at", null),
  };
  return withFurtherKeys(task, fields.value);
}

function readSignal(fields: Fields): Signal {
  const signal: Signal = {
    id: fields.neededText("id", ""),
    type: fields.oneOf("type", signalTypes, "other"),
    kind: fields.text("kind", ""),
    level: fields.oneOf("level", signalLevels, "info"),
    open: fields.flag("open", true),
    title: fields.neededText("title", ""),
    message: fields.text("message", ""),
    link: fields.text("link", null),
    extra: fields.object("extra"),
    attempts: fields.integer("attempts", 0),
  };
  return withFurtherKeys(signal, fields.value);
}

function readArtifact(fields: Fields): Artifact {
  const artifact: Artifact = {
    type: fields.oneOf("type", artifactTypes, "other"),
    path: fields.text("path", null),
    summary: fields.text("summary", ""),
    commit_sha: fields.text("commit_sha", null),
    metadata: fields.object("metadata"),
  };
  return withFurtherKeys(artifact, fields.value);
}

function readNow(fields: Fields): Now {
  return withFurtherKeys({
    reason: fields.oneOf("reason", nowReasons, "idle"),
    task_id: fields.integer("task_id", null),
    signal_id: fields.text("signal_id", null),
  }, fields.value);
}
