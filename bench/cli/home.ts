/**
 * A home with many sessions, the same at each run.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const tasksPerSession = 12;

/** Writes a home with sessions of a dozen tasks each. */
export function writeHome(home: string, sessions: number): void {
  for (let index = 0; index < sessions; index++) {
    const time = new Date(Date.UTC(2026, 0, 1) + index * 7_200_000).toISOString();
    const stamp = time.slice(0, 19).replace(/[-:]/g, "");
    const id = `run-${stamp}Z-${(index % 0x10000).toString(16).padStart(4, "0")}`;
    mkdirSync(join(home, "sessions", id, "logs"), { recursive: true });
    const state = JSON.stringify(stateOf(id, index, time.slice(0, -1)), null, 2);
    writeFileSync(join(home, "sessions", id, "state.json"), state);
  }
}

function stateOf(id: string, index: number, time: string): object {
  const tasks = Array.from({ length: tasksPerSession }, (_, task) => ({
    id: task + 1,
    title: `Step ${task + 1} of run ${index}: make the suite pass`,
    type: "fix",
    status: task < index % tasksPerSession ? "DONE" : "TODO",
    depends_on: task > 0 ? [task] : [],
    commit_sha: null,
    last_updated_at: time,
  }));
  const next = index % tasksPerSession + 1;
  return {
    schema_version: 1,
    version: 4,
    session: id,
    name: "run",
    title: `Run ${index}`,
    purpose: "",
    created_at: time,
    last_updated_at: time,
    project_root: "/srv/project",
    branch: null,
    prompts: { set: "core-v1", goal_version: null, handshake_version: null, summary_version: null },
    environment: { os: "linux", python: null, xcode: null, node: null },
    tags: [],
    tasks,
    signals: [],
    next_steps: [],
    context_notes: [],
    artifacts: [],
    now: { reason: "task", task_id: next, signal_id: null },
    done: false,
    final_summary: null,
  };
}
