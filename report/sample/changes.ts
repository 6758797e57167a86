/**
 * The sample's state changes.
 *
 * @module
 */

import type { SessionState, StateDiff } from "../../lib/format/mod.ts";
import { iso } from "./clock.ts";
import { closers, controls, longWord, scriptTag } from "./hostile.ts";
import { sampleSession } from "./session.ts";
import { ids } from "./traces.ts";

/** A change with the copies of the state around it. */
export interface SampleChange {
  diff: StateDiff;
  before: SessionState | null;
  after: SessionState | null;
}

function stateAt(version: number): SessionState {
  const state = structuredClone(sampleSession.state) as SessionState;
  return { ...state, version, last_updated_at: iso(version * 28_000) };
}

function change(
  trace_id: string,
  time_ms: number,
  operation: string,
  version: number,
  changes: StateDiff["changes"],
  copies = true,
): SampleChange {
  return {
    diff: {
      trace_id,
      operation,
      timestamp: iso(time_ms),
      before_file: `logs/diffs/${trace_id}_pre.json`,
      after_file: `logs/diffs/${trace_id}_post.json`,
      changes: { version: { old: version - 1, new: version }, ...changes },
    },
    before: copies ? stateAt(version - 1) : null,
    after: copies ? stateAt(version) : null,
  };
}

const loadNotes =
  "Replay an hour of webhooks against the staging gateway, at a steady 200 requests/s. " +
  "Count each delivery by its idempotency key. " + "Note every delay above one second. ".repeat(8);

/** Every state change of the sample, in time order. */
export function sampleChanges(): SampleChange[] {
  return [
    change(ids.plan, 10_400, "plan", 2, {
      "tasks[0]": {
        new: {
          id: 1,
          title: "Reproduce the duplicate webhook delivery",
          type: "investigate",
          status: "TODO",
          depends_on: [],
        },
      },
      "tasks[1]": {
        new: {
          id: 2,
          title: "Write a failing test for the retry window",
          type: "test",
          status: "TODO",
          depends_on: [1],
        },
      },
      "now.reason": { old: "idle", new: "task" },
      "now.task_id": { old: null, new: 1 },
    }),
    change(ids.update, 41_200, "update", 3, {
      "tasks[0].status": { old: "IN_PROGRESS", new: "DONE" },
      "tasks[0].commit_sha": { old: null, new: "9f1c2d7" },
      "tasks[1].status": { old: "TODO", new: "IN_PROGRESS" },
      "now.task_id": { old: 1, new: 2 },
      "next_steps[2]": { old: "Reproduce it with two workers" },
    }),
    change(ids.broken, 214_180, "alert", 9, {
      "signals[0]": {
        new: {
          id: "ci-812",
          type: "ci",
          level: "blocker",
          open: true,
          title: "CI build 812 failed",
        },
      },
      "now": {
        old: { reason: "task", task_id: 4, signal_id: null },
        new: { reason: "ci_blocker", task_id: null, signal_id: "ci-812" },
      },
    }),
    change(ids.hostile, 300_750, scriptTag, 11, {
      [`tasks[11]["${scriptTag}"]`]: { old: closers, new: controls },
      "final_summary": { old: "short", new: longWord },
    }),
    change(ids.loadTest, 391_420, "load_test", 14, {
      "tasks[9].status": { old: "IN_PROGRESS", new: "FAILED" },
      "tasks[9].notes": {
        old: loadNotes,
        new: loadNotes.replace("200 requests/s", "150 requests/s"),
      },
    }),
    change(ids.running, 512_000, "fix", 17, {
      "tasks[3].status": { old: "TODO", new: "IN_PROGRESS" },
    }, false),
  ];
}
