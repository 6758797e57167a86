/**
 * The home's registry, and the small files beside a session's state.
 *
 * @module
 */

import type {
  DeadlockFile,
  Feedback,
  IndexEntry,
  LockInfo,
  LockQueueEntry,
  ProblemSink,
  SessionIndex,
} from "../format/mod.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { withFurtherKeys } from "./json_value.ts";

/** Reads `index.json`. */
export function readIndex(value: unknown, file: string, problem: ProblemSink): SessionIndex | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  return withFurtherKeys({
    sessions: fields.objects("sessions").map(readIndexEntry),
    updated_at: fields.time("updated_at", ""),
  }, fields.value);
}

function readIndexEntry(fields: Fields): IndexEntry {
  return withFurtherKeys({
    session: fields.neededText("session", ""),
    name: fields.text("name", ""),
    title: fields.text("title", ""),
    tags: fields.texts("tags"),
    project_root: fields.text("project_root", ""),
    created_at: fields.time("created_at", ""),
    last_updated_at: fields.time("last_updated_at", ""),
    done: fields.flag("done", false),
  }, fields.value);
}

/** Reads `deadlock.json`. */
export function readDeadlock(
  value: unknown,
  file: string,
  problem: ProblemSink,
): DeadlockFile | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  return withFurtherKeys({
    last_state_hash: fields.text("last_state_hash", ""),
    no_progress_counter: fields.integer("no_progress_counter", 0),
    queue_head: fields.text("queue_head", null),
    queue_stall_counter: fields.integer("queue_stall_counter", 0),
  }, fields.value);
}

/** Reads `feedback.json`. */
export function readFeedback(value: unknown, file: string, problem: ProblemSink): Feedback | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  return withFurtherKeys({
    timestamp: fields.time("timestamp", ""),
    agent: fields.text("agent", null),
    session_id: fields.text("session_id", ""),
    message: fields.text("message", ""),
    rating: fields.integer("rating", null),
    tasks_completed: fields.integer("tasks_completed", 0),
  }, fields.value);
}

/** Reads `.lock_info`. */
export function readLockInfo(value: unknown, file: string, problem: ProblemSink): LockInfo | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  return withFurtherKeys({
    held_by: fields.neededText("held_by", ""),
    since: fields.number("since", 0),
    operation: fields.text("operation", ""),
  }, fields.value);
}

/** Reads an entry of `.lock_queue`. */
export function readQueueEntry(
  value: unknown,
  file: string,
  problem: ProblemSink,
): LockQueueEntry | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.json$/, "");
  const entry: LockQueueEntry = {
    id: fields.text("id", name),
    agent: fields.neededText("agent", ""),
    operation: fields.text("operation", ""),
    requested_at: fields.number("requested_at", 0),
  };
  const pid = fields.integer("pid", null);
  const started = fields.text("pid_start", null);
  const host = fields.text("host", null);
  if (pid !== null) entry.pid = pid;
  if (started !== null) entry.pid_start = started;
  if (host !== null) entry.host = host;
  if (entry.id !== name) {
    const reason = `The entry's id is ${JSON.stringify(entry.id)}, but the file is called ${name}`;
    fields.report("inconsistent", reason);
  }
  return withFurtherKeys(entry, fields.value);
}
