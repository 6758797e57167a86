/**
 * One example of each kind of record that the Python planloop writes too, all of one invented
 * session.
 *
 * @module
 */

import type { AgentTranscriptLine } from "./agent_transcript.ts";
import type {
  DeadlockFile,
  Feedback,
  LockInfo,
  LockQueueEntry,
  PlanFrontMatter,
  SessionIndex,
} from "./home_files.ts";
import type { SessionState } from "./state.ts";

/** The examples' session. */
export const exampleSession = "checkout-flow-20251118T081203Z-4f1c";

/** The examples' lock request. */
export const exampleEntry = "6f9d7f0e-52a4-4c0b-9f0d-2a54d1c7be11";

/** A session's state. */
export const sessionState: SessionState = {
  schema_version: 1,
  version: 12,
  session: exampleSession,
  name: "Checkout flow",
  title: "Make the checkout survive a lost connection",
  purpose: "",
  created_at: "2025-11-18T08:12:03.118204",
  last_updated_at: "2025-11-18T08:14:20.100871",
  project_root: "/home/mira/code/shop",
  branch: null,
  prompts: { set: "core-v1", goal_version: null, handshake_version: null, summary_version: null },
  environment: { os: "unknown", python: null, xcode: null, node: null },
  tags: [],
  tasks: [
    {
      id: 1,
      title: "Reproduce the lost order",
      type: "investigate",
      status: "DONE",
      depends_on: [],
      commit_sha: "9c1f2ab",
      last_updated_at: "2025-11-18T08:14:20.100871",
    },
    {
      id: 2,
      title: "Retry the upload",
      type: "fix",
      status: "TODO",
      depends_on: [1],
      commit_sha: null,
      last_updated_at: null,
    },
  ],
  signals: [],
  next_steps: ["Start with task 2"],
  context_notes: [],
  artifacts: [],
  now: { reason: "task", task_id: 2, signal_id: null },
  done: false,
  final_summary: null,
};

/** The front matter of the plan. */
export const planFrontMatter: PlanFrontMatter = {
  planloop_version: "1.5",
  schema_version: "1",
  session: exampleSession,
  name: "Checkout flow",
  title: "Make the checkout survive a lost connection",
  purpose: "",
  project_root: "/home/mira/code/shop",
  branch: null,
  prompt_set: "core-v1",
  created_at: "2025-11-18T08:12:03.118204",
  last_updated_at: "2025-11-18T08:14:20.100871",
  tags: [],
  environment: { os: "unknown", python: null, xcode: null, node: null },
};

/** A registry of one session. */
export const sessionIndex: SessionIndex = {
  sessions: [{
    session: exampleSession,
    name: "Checkout flow",
    title: "Make the checkout survive a lost connection",
    tags: [],
    project_root: "/home/mira/code/shop",
    created_at: "2025-11-18T08:12:03.118204",
    last_updated_at: "2025-11-18T08:14:20.100871",
    done: false,
  }],
  updated_at: "2025-11-18T08:14:20.104406",
};

/** Who holds the lock. */
export const lockInfo: LockInfo = {
  held_by: "pid:41873",
  since: 1763453657.912,
  operation: "update",
};

/** A request for the lock. */
export const lockQueueEntry: LockQueueEntry = {
  id: exampleEntry,
  agent: "claude",
  operation: "update",
  requested_at: 1763453657.585,
  pid: 41873,
  pid_start: "8812043",
  host: "mira-laptop",
};

/** Counters of missing progress. */
export const deadlock: DeadlockFile = {
  last_state_hash: "",
  no_progress_counter: 0,
  queue_head: "claude",
  queue_stall_counter: 1,
};

/** A feedback. */
export const feedback: Feedback = {
  timestamp: "2025-11-18T08:20:44.006312",
  agent: "claude",
  session_id: exampleSession,
  message: "The next step was always clear.",
  rating: 5,
  tasks_completed: 1,
};

/** A line of the agent transcript. */
export const agentTranscriptLine: AgentTranscriptLine = {
  timestamp: "2025-11-18T08:14:17.402118+00:00",
  type: "command",
  command: "status",
  args: { session: null },
  agent: "claude",
};
