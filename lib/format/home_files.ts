/**
 * The home's registry, and the small files beside a session's state.
 *
 * @module
 */

import type { Environment } from "./state.ts";

/** A session's row in `index.json`. Extra keys make the Python planloop fail. */
export interface IndexEntry {
  /** The session's id, which is its folder's name. */
  session: string;
  /** The name that was given at creation. */
  name: string;
  /** The title. */
  title: string;
  /** Words to find it by; may be empty. */
  tags: string[];
  /** The project's folder, absolute. */
  project_root: string;
  /** When it was created. */
  created_at: string;
  /** When its state last changed. */
  last_updated_at: string;
  /** Whether it is done. */
  done: boolean;
}

/** `index.json`: the home's registry of sessions, newest first. */
export interface SessionIndex {
  /** Newest `last_updated_at` first. */
  sessions: IndexEntry[];
  /** When the registry was written. */
  updated_at: string;
}

/** `deadlock.json`: the Python planloop's counters of missing progress. Extra keys make it fail. */
export interface DeadlockFile {
  /** Empty, or a SHA-256 in hex. */
  last_state_hash: string;
  /** Checks in a row without a change. */
  no_progress_counter: number;
  /** The agent at the head of the queue. */
  queue_head?: string | null;
  /** Polls in a row that saw the same head; absent in files of older versions. */
  queue_stall_counter?: number;
}

/** `feedback.json`: the last feedback that an agent gave. */
export interface Feedback {
  /** When. */
  timestamp: string;
  /** Who gave it; null where the agent is unnamed. */
  agent: string | null;
  /** The session's id. */
  session_id: string;
  /** What was said. */
  message: string;
  /** 1 to 5. */
  rating: number | null;
  /** Tasks that were done then. */
  tasks_completed: number;
}

/** `.lock_info`: who holds the lock. Extra keys make the Python planloop fail. */
export interface LockInfo {
  /** `pid:<n>`. */
  held_by: string;
  /** Seconds since the epoch, with a fraction. */
  since: number;
  /** What it is held for, such as `update`. */
  operation: string;
}

/** `.lock_queue/<id>.json`: one waiting or holding request. */
export interface LockQueueEntry {
  /** A UUID; the file's name without `.json`. */
  id: string;
  /** `PLANLOOP_AGENT_NAME`, else `pid:<n>`. */
  agent: string;
  /** What for, such as `update`. */
  operation: string;
  /** Seconds since the epoch, with a fraction. */
  requested_at: number;
  /** Ours: the process, for telling dead waiters from slow ones. */
  pid?: number;
  /** Ours: when that process started, as the system tells it; guards against reused pids. */
  pid_start?: string;
  /** Ours: the host's name; whether a process lives can only be told there. */
  host?: string;
}

/** The front matter of `PLAN.md`. Everything is text there but the lists. */
export interface PlanFrontMatter {
  /** The version of the format, such as `1.5`. */
  planloop_version: string;
  /** The `schema_version` of the state, as text. */
  schema_version: string;
  /** The session's id. */
  session: string;
  /** The name that was given at creation. */
  name: string;
  /** The title. */
  title: string;
  /** What the session is for; may be empty. */
  purpose: string;
  /** The project's folder, absolute. */
  project_root: string;
  /** The project's branch; null where unknown. */
  branch: string | null;
  /** The set of prompts in use, such as `core-v1`. */
  prompt_set: string;
  /** When it was created. */
  created_at: string;
  /** When its state last changed. */
  last_updated_at: string;
  /** Words to find it by. The Python planloop always writes none. */
  tags: string[];
  /** Where the session runs. */
  environment: Environment;
}

/** `PLAN.md`: front matter and the rendered plan below it. */
export interface PlanDocument {
  /** Null where the file has none, or it could not be read. */
  front_matter: Partial<PlanFrontMatter> | null;
  /** Markdown. */
  body: string;
}

/** What dev mode says about recording. */
export interface DevModeFeatures {
  /** The switch for LLM transcripts, where neither environment nor code says anything. */
  llm_recording?: boolean;
  /** Told, not a switch: whether traces were recorded when dev mode began. */
  tracing?: boolean;
  /** Told, not a switch: whether measurements were recorded when dev mode began. */
  profiling?: boolean;
}

/**
 * `.dev_mode.json`: whether `planloop` is run from a working copy's source, and what it was before.
 * Paths are absolute. A file that somebody wrote for its `features` alone need not have the rest.
 */
export interface DevModeFile {
  /** `dev`: from a working copy. `stable`: the installed one. `.dev_mode` repeats it. */
  mode: "dev" | "stable";
  /** When dev mode began; the last time, where it is over. */
  enabled_at: string | null;
  /** Ours: when it ended; null while it lasts. */
  disabled_at?: string | null;
  /** The working copy. */
  repo_path: string | null;
  /** Its commit when dev mode began. */
  git_commit: string | null;
  /** Ours: the tag that was put on that commit. */
  git_tag?: string | null;
  /** Ours: the `planloop` on the user's PATH that is switched. */
  binary_path?: string | null;
  /** Where the installed `planloop` is kept meanwhile; null when dev mode is over. */
  backup_path: string | null;
  /** What is recorded. */
  features: DevModeFeatures;
  /** Ours: the features before dev mode, which come back after it. */
  previous_features?: DevModeFeatures | null;
}
