/**
 * How far a session came: its tasks by status, and what it is about to do.
 *
 * @module
 */

import type { VNode } from "preact";
import type { SessionState, TaskStatus } from "../../../lib/format/mod.ts";
import { taskStatuses } from "../../../lib/format/mod.ts";
import { Status, type Tone, ToneIcon, toneOf } from "../../components/mod.ts";
import { href } from "../../state/route.ts";

/** Order in the bar: what is done, what runs, what is held up, what is left, what was given up. */
const order: TaskStatus[] = [
  "DONE",
  "IN_PROGRESS",
  "WAITING",
  "BLOCKED",
  "FAILED",
  "TODO",
  "SKIPPED",
  "OUT_OF_SCOPE",
  "CANCELLED",
];

const word = (status: string) => status.replaceAll("_", " ").toLowerCase();

/** A bar of the tasks by status, with its figures, and the session's next action. */
export function TaskProgress({ state }: { state: SessionState }): VNode {
  const counts = new Map<string, number>();
  for (const { status } of state.tasks) counts.set(status, (counts.get(status) ?? 0) + 1);
  const statuses = [...new Set<string>([...order, ...taskStatuses, ...counts.keys()])]
    .filter((status) => counts.has(status));
  const total = state.tasks.length;
  const done = counts.get("DONE") ?? 0;
  let left = 0;
  return (
    <div class="progress">
      <div class="progress-head">
        <strong class="figure">{total ? `${done} of ${total} tasks done` : "No tasks"}</strong>
        <Now state={state} />
      </div>
      {total > 0 && (
        <svg class="progress-bar" width="100%" height="8" aria-hidden="true">
          {statuses.map((status) => {
            const x = left;
            const width = (counts.get(status) ?? 0) / total;
            left += width;
            return (
              <rect
                key={status}
                class={`fill-${barTone(status)}`}
                x={`${x * 100}%`}
                width={`${width * 100}%`}
                height="8"
              />
            );
          })}
        </svg>
      )}
      <ul class="progress-legend">
        {statuses.map((status) => (
          <li key={status}>
            <a href={href("tasks", null, { status })}>
              <ToneIcon tone={toneOf(status)} /> {word(status)}{" "}
              <span class="figure muted">{counts.get(status)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function barTone(status: string): Tone | "todo" {
  return status === "TODO" ? "todo" : toneOf(status);
}

const nowWords: Record<string, string> = {
  ci_blocker: "held up by a blocker",
  task: "works on a task",
  completed: "completed",
  idle: "idle: no task can start",
  waiting_on_lock: "waits for the lock",
  deadlocked: "deadlocked",
  escalated: "escalated to a person",
};

const nowTones: Record<string, Tone> = {
  ci_blocker: "error",
  task: "running",
  completed: "ok",
  idle: "neutral",
  waiting_on_lock: "warning",
  deadlocked: "error",
  escalated: "warning",
};

function Now({ state }: { state: SessionState }): VNode {
  const { reason, task_id, signal_id } = state.now;
  return (
    <span class="progress-now">
      <Status word={nowWords[reason] ?? String(reason)} tone={nowTones[reason] ?? "neutral"} />
      {task_id !== null && <a href={href("tasks", String(task_id))}>task {task_id}</a>}
      {signal_id !== null && (
        <a href={href("tasks", signal_id, { tab: "signals" })}>signal {signal_id}</a>
      )}
      {state.done && <Status word="session done" tone="ok" />}
    </span>
  );
}
