/**
 * `state.json`: the session's tasks and signals, the source of truth of the Python planloop.
 * Unknown keys are lost at its next save, so nothing else is ever stored here.
 *
 * @module
 */

/** What kind of work a task can be. */
export const taskTypes = [
  "test",
  "fix",
  "refactor",
  "feature",
  "doc",
  "chore",
  "design",
  "investigate",
] as const;
/** What kind of work a task is. */
export type TaskType = typeof taskTypes[number];

/** How far a task can be. */
export const taskStatuses = [
  "TODO",
  "IN_PROGRESS",
  "DONE",
  "BLOCKED",
  "SKIPPED",
  "OUT_OF_SCOPE",
  "CANCELLED",
  "FAILED",
  "WAITING",
] as const;
/** How far a task is. */
export type TaskStatus = typeof taskStatuses[number];

/** Where a signal can come from. */
export const signalTypes = ["ci", "lint", "bench", "system", "other"] as const;
/** Where a signal comes from. */
export type SignalType = typeof signalTypes[number];

/** How much a signal can matter, most first; an open `blocker` stops the work. */
export const signalLevels = ["blocker", "high", "info"] as const;
/** How much a signal matters. */
export type SignalLevel = typeof signalLevels[number];

/** What an artifact can be. */
export const artifactTypes = ["diff", "log", "file", "url", "other"] as const;
/** What an artifact is. */
export type ArtifactType = typeof artifactTypes[number];

/** Why a session can do what it does next. */
export const nowReasons = [
  "ci_blocker",
  "task",
  "completed",
  "idle",
  "waiting_on_lock",
  "deadlocked",
  "escalated",
] as const;
/** Why a session does what it does next. */
export type NowReason = typeof nowReasons[number];

/** A piece of the plan. */
export interface Task {
  /** From 1, unique in the session. */
  id: number;
  /** What is to be done. */
  title: string;
  /** What kind of work. */
  type: TaskType;
  /** How far it is. */
  status: TaskStatus;
  /** Ids of the tasks that must be DONE first. */
  depends_on: number[];
  /** The commit that did it; null without a commit. */
  commit_sha: string | null;
  /** Null until the first change. */
  last_updated_at: string | null;
}

/** Something that the session must know about, such as a broken build. */
export interface Signal {
  /** Unique in the session. */
  id: string;
  /** Where it comes from. */
  type: SignalType;
  /** Free text, such as `build`. */
  kind: string;
  /** How much it matters; an open `blocker` stops the work. */
  level: SignalLevel;
  /** False once it is settled; closed signals stay. */
  open: boolean;
  /** One line. */
  title: string;
  /** The details. */
  message: string;
  /** Where to read more; null without a link. */
  link: string | null;
  /** Further values; may be empty. */
  extra: Record<string, unknown>;
  /** Attempts to settle it. */
  attempts: number;
}

/** Something that the work made. */
export interface Artifact {
  /** What it is. */
  type: ArtifactType;
  /** Where it is: a path or address; null where it is in memory only. */
  path: string | null;
  /** What it is, in a sentence. */
  summary: string;
  /** The commit that holds it; null without a commit. */
  commit_sha: string | null;
  /** Further values; may be empty. */
  metadata: Record<string, unknown>;
}

/** What the session should do next. */
export interface Now {
  /** Why. */
  reason: NowReason;
  /** The task to do; null for reasons other than `task`. */
  task_id: number | null;
  /** The signal to settle; null where no signal is the reason. */
  signal_id: string | null;
}

/** The prompts in use; null versions are not pinned. */
export interface Prompts {
  /** The set's name, such as `core-v1`. */
  set: string;
  /** The goal prompt's version; null where not pinned. */
  goal_version: string | null;
  /** The handshake prompt's version; null where not pinned. */
  handshake_version: string | null;
  /** The summary prompt's version; null where not pinned. */
  summary_version: string | null;
}

/** Where a session runs; null where unknown. */
export interface Environment {
  /** The operating system; `unknown` from the Python planloop. */
  os: string;
  /** Python's version; null where unknown. */
  python: string | null;
  /** Xcode's version; null where unknown. */
  xcode: string | null;
  /** Node's version; null where unknown. */
  node: string | null;
}

/** `state.json` as a whole. */
export interface SessionState {
  /** 1; 2 is accepted. */
  schema_version: number;
  /** From 1; one more for each applied update. */
  version: number;
  /** The session's id, which is its folder's name. */
  session: string;
  /** The name that was given at creation. */
  name: string;
  /** The title. */
  title: string;
  /** What the session is for; may be empty. */
  purpose: string;
  /** When it was created. */
  created_at: string;
  /** When the state last changed. */
  last_updated_at: string;
  /** Absolute path. */
  project_root: string;
  /** The project's branch; null where unknown. */
  branch: string | null;
  /** The prompts in use. */
  prompts: Prompts;
  /** Where the session runs. */
  environment: Environment;
  /** Words to find it by; may be empty. */
  tags: string[];
  /** The plan, in order. */
  tasks: Task[];
  /** Closed ones stay, with `open: false`. */
  signals: Signal[];
  /** What to do next; replaced as a whole by an update. */
  next_steps: string[];
  /** What to know; replaced as a whole by an update. */
  context_notes: string[];
  /** What the work made; updates only add. */
  artifacts: Artifact[];
  /** What to do now, computed from tasks and signals. */
  now: Now;
  /** Whether the session is done. */
  done: boolean;
  /** What came of it; null until it is done. */
  final_summary: string | null;
}
