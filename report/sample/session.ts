/**
 * The sample session's own files: state, plan, feedback, lock files, the agent's transcript.
 *
 * @module
 */

import type { SessionSection } from "../../lib/bundle/sections.ts";
import type { SessionState, Task, TaskStatus, TaskType } from "../../lib/format/mod.ts";
import { at, iso } from "./clock.ts";
import { bidi, markdown, scriptTag } from "./hostile.ts";

/** The sample session's id. */
export const sampleSessionId = "checkout-webhook-retries-20251118T081417Z-4f2a";

function task(
  id: number,
  title: string,
  type: TaskType,
  status: TaskStatus,
  depends_on: number[] = [],
  updated_ms: number | null = null,
  commit_sha: string | null = null,
): Task {
  const last_updated_at = updated_ms === null ? null : iso(updated_ms);
  return { id, title, type, status, depends_on, commit_sha, last_updated_at };
}

const tasks: Task[] = [
  task(1, "Reproduce the duplicate webhook delivery", "investigate", "DONE", [], 41_000, "9f1c2d7"),
  task(2, "Write a failing test for the retry window", "test", "DONE", [1], 96_500, "b07e1aa"),
  task(
    3,
    "Persist the idempotency key before the first attempt",
    "fix",
    "DONE",
    [2],
    171_000,
    "c55d90e41f",
  ),
  task(4, "Back off with jitter after a 429", "feature", "IN_PROGRESS", [3], 402_000),
  task(5, "Move retry policy into its own module", "refactor", "TODO", [4]),
  task(6, "Alert when the dead-letter queue grows", "feature", "BLOCKED", [7], 233_000),
  task(7, "Ask payments for the queue's credentials", "chore", "WAITING", [], 118_000),
  task(8, "Drop the legacy polling job", "chore", "CANCELLED", [], 240_000),
  task(9, "Delete the polling job's table", "chore", "TODO", [8]),
  task(10, "Load test at 200 webhooks/s", "test", "FAILED", [3], 388_000),
  task(11, "Document the retry policy | limits | alerts", "doc", "TODO", [4, 5]),
  task(12, `Escape customer names such as ${scriptTag}`, "fix", "SKIPPED", [], 260_000),
  task(13, `Reject uploads named ${bidi}`, "fix", "OUT_OF_SCOPE", [], 261_000),
  task(14, "Sketch the circuit breaker", "design", "TODO", [15]),
  task(15, "Decide the breaker's thresholds", "design", "TODO", [14]),
];

const state: SessionState = {
  schema_version: 1,
  version: 17,
  session: sampleSessionId,
  name: "checkout-webhook-retries",
  title: "Retry failed checkout webhooks once, not thrice",
  purpose:
    "Customers are charged twice when a webhook is retried while its first attempt still runs.",
  created_at: iso(0),
  last_updated_at: iso(512_000),
  project_root: "/home/dev/shop/checkout",
  branch: "fix/webhook-retries",
  prompts: { set: "core-v1", goal_version: "3", handshake_version: "2", summary_version: null },
  environment: { os: "linux", python: null, xcode: null, node: "20.20.0" },
  tags: ["payments", "incident-412"],
  tasks,
  signals: [
    {
      id: "ci-812",
      type: "ci",
      kind: "build",
      level: "blocker",
      open: true,
      title: "CI build 812 failed",
      message:
        "load-test: 3 of 40 requests answered 503\nretry.test.ts: expected 1 delivery, got 2",
      link: "https://ci.example.com/builds/812",
      extra: { build: 812, job: "load-test", duration_s: 311 },
      attempts: 2,
    },
    {
      id: "lint-1",
      type: "lint",
      kind: "no-floating-promises",
      level: "high",
      open: true,
      title: "2 floating promises in retry.ts",
      message: "retry.ts:41, retry.ts:77",
      link: null,
      extra: {},
      attempts: 0,
    },
    {
      id: "queue_stall",
      type: "system",
      kind: "queue_stall",
      level: "blocker",
      open: false,
      title: "The lock queue did not move",
      message: "agent-b stayed at the head of the queue for 5 polls.",
      link: "javascript:alert(1)",
      extra: { queue_head: "agent-b", threshold: 5 },
      attempts: 1,
    },
  ],
  next_steps: [
    "Finish the jittered back-off (task 4), then re-run the load test",
    "Ask payments again for the dead-letter queue's credentials",
  ],
  context_notes: [
    "The gateway sends Retry-After in seconds, not milliseconds.",
    "Idempotency keys live 24 h; the old job retried for 36 h. That is how charges doubled.",
  ],
  artifacts: [
    {
      type: "diff",
      path: "patches/idempotency.diff",
      summary: "Key stored before the first attempt",
      commit_sha: "c55d90e41f",
      metadata: { files: 4 },
    },
    {
      type: "log",
      path: "logs/load-test.txt",
      summary: "Load test at 200/s: p95 1.8 s, 3 × 503",
      commit_sha: null,
      metadata: {},
    },
    {
      type: "url",
      path: "https://wiki.example.com/retries",
      summary: "Retry policy, draft",
      commit_sha: null,
      metadata: { reviewers: ["mei", "tom"] },
    },
  ],
  now: { reason: "ci_blocker", task_id: null, signal_id: "ci-812" },
  done: false,
  final_summary: null,
};

const planBody = `# Retry failed checkout webhooks once, not thrice

Customers are charged **twice** when a webhook is retried while its *first attempt* still runs.
See [the incident](https://wiki.example.com/incidents/412) and \`src/retry.ts\`.

## Tasks

| ID | Title | Type | Status | Depends on | Commit |
| -- | :---- | :--: | ------ | ---------: | ------ |
| 1 | Reproduce the duplicate webhook delivery | investigate | DONE | | 9f1c2d7 |
| 2 | Write a failing test for the retry window | test | DONE | 1 | b07e1aa |
| 3 | Persist the idempotency key before the first attempt | fix | DONE | 2 | c55d90e |
| 4 | Back off with jitter after a 429 | feature | IN_PROGRESS | 3 | |
| 11 | Document the retry policy | limits | alerts | doc | TODO | 4, 5 | |

## Approach

1. Store the idempotency key **before** the first attempt.
2. Wait \`min(cap, base * 2 ** attempt)\` with full jitter:
   - base 250 ms
   - cap 30 s
3. Give up after 5 attempts and park the event.

\`\`\`ts
export function delay(attempt: number): number {
  return Math.random() * Math.min(30_000, 250 * 2 ** attempt);
}
\`\`\`

> The gateway's \`Retry-After\` wins over ours.

### Not in scope

Polling. ~~It stays.~~ ${markdown}

<details><summary>Raw HTML</summary>is text here</details>

---

Line one  
line two after a hard break.
`;

/** The session section of the sample. */
export const sampleSession: SessionSection = {
  state,
  plan: {
    front_matter: {
      planloop_version: "0.9.2",
      schema_version: "1",
      session: sampleSessionId,
      name: state.name,
      title: state.title,
      purpose: state.purpose,
      project_root: state.project_root,
      branch: state.branch,
      prompt_set: "core-v1",
      created_at: state.created_at,
      last_updated_at: state.last_updated_at,
      tags: state.tags,
      environment: state.environment,
    },
    body: planBody,
  },
  feedback: {
    timestamp: iso(480_000),
    agent: "agent-a",
    session_id: sampleSessionId,
    message: "Waiting for the lock took longer than the work.",
    rating: 3,
    tasks_completed: 3,
  },
  deadlock: {
    last_state_hash: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    no_progress_counter: 2,
    queue_head: "agent-b",
    queue_stall_counter: 0,
  },
  lock_info: { held_by: "pid:4242", since: at(505_000) / 1000, operation: "update" },
  lock_queue: [
    {
      id: "e7000000-0000-4000-8000-000000000023",
      agent: "agent-b",
      operation: "update",
      requested_at: at(505_000) / 1000,
      pid: 4242,
      pid_start: "81233",
      host: "build-7",
    },
    {
      id: "e7000000-0000-4000-8000-000000000024",
      agent: "agent-c",
      operation: "alert",
      requested_at: at(507_500) / 1000,
      pid: 4310,
      host: "build-7",
    },
  ],
  agent_transcript: [
    {
      timestamp: iso(900),
      type: "command",
      command: "status",
      args: { session: sampleSessionId },
      agent: "agent-a",
    },
    {
      timestamp: iso(1_020),
      type: "response",
      command: "status",
      success: true,
      data: { now: "task 1" },
    },
    {
      timestamp: iso(98_000),
      type: "note",
      message: "The test fails as it should.",
      agent: "agent-a",
    },
    { event: "bash_command", timestamp: iso(99_000), command: "npm test -- retry", cmd_number: 1 },
  ],
};
