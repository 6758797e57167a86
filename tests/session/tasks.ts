/**
 * Tasks for tests.
 *
 * @module
 */

import type { Task } from "../../lib/format/mod.ts";

/** A new task, with some of its members given. */
export function task(id: number, more: Partial<Task> = {}): Task {
  return {
    id,
    title: `task ${id}`,
    type: "feature",
    status: "TODO",
    depends_on: [],
    commit_sha: null,
    last_updated_at: null,
    ...more,
  };
}
