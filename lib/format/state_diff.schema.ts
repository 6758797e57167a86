/**
 * Schemas of `logs/diffs/<trace id>_diff.json`.
 *
 * @module
 */

import { sessionIdText, sessionPathText, timeText, traceIdText } from "./common_schema.ts";
import { anything, map, object, optional, type Schema, text } from "./schema.ts";
import type { StateChange, StateDiff } from "./state_diff.ts";

/** What {@linkcode StateChange} says, as a schema. */
export const stateChangeSchema: Schema<StateChange> = object<StateChange>(
  "StateChange",
  "One changed path.",
  {
    old: optional(anything("The value before."), "where the path was added"),
    new: optional(anything("The value after."), "where the path was removed"),
  },
);

/** What {@linkcode StateDiff} says, as a schema. */
export const stateDiffSchema: Schema<StateDiff> = object<StateDiff>(
  "StateDiff",
  "What one operation changed in the session's state.",
  {
    trace_id: traceIdText("The trace that changed the state."),
    operation: text("What was being done, such as `update`."),
    timestamp: timeText("When the new state was saved."),
    before_file: sessionPathText(
      "The copy of the state before, relative to the session folder.",
    ),
    after_file: sessionPathText("The copy of the state after, relative to the session folder."),
    changes: map(
      "Every changed value, keyed by its path, such as `tasks[4].status`. A key that is no plain " +
        'word is quoted: `extra["a.b"]`.',
      stateChangeSchema,
    ),
    session_id: optional(sessionIdText("The session's id."), "in records made before it was known"),
  },
);
