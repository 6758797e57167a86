/**
 * Changing a session's state.
 *
 * @module
 */

import type { SessionState } from "../format/mod.ts";
import {
  type Recorder,
  roundMs,
  runSpan,
  runTrace,
  scopeOf,
  writeLog,
  writeStateChange,
  writeValidationEvent,
} from "../record/mod.ts";
import type { UpdateStateOptions } from "./session.ts";
import { nextState, stateIssues } from "./state_file.ts";
import type { StateStore } from "./state_store.ts";

/** Changes a state in place, or returns another one. */
export type StateChanger = (
  state: SessionState,
) => SessionState | void | Promise<SessionState | void>;

/** What a state change needs. */
export interface StateUpdate {
  recorder: Recorder;
  store: StateStore;
  change: StateChanger;
  options: UpdateStateOptions;
  withLock<T>(operation: string, fn: () => Promise<T>): Promise<T>;
}

/**
 * Changes the state under the lock, in a span of the running trace or in a trace of its own.
 *
 * @throws {LockTimeoutError} If the lock could not be had in time.
 * @throws {TypeError} If the changed state is no session state, or its tasks contradict each other.
 * @throws Whatever the change throws. In all of these cases nothing is saved.
 */
export function updateState(update: StateUpdate): Promise<SessionState> {
  const { recorder, options } = update;
  const scope = scopeOf(recorder);
  const operation = options.operation ?? scope.operation ?? "update";
  const work = () =>
    runSpan(
      recorder,
      "update_state",
      { operation },
      () => update.withLock(operation, () => applyChange(update, operation)),
    );
  const runs = scope.trace ? !scope.trace.ended : scope.traceId !== undefined;
  return runs ? work() : runTrace(recorder, operation, work);
}

async function applyChange(update: StateUpdate, operation: string): Promise<SessionState> {
  const { recorder, store, change } = update;
  const { clock } = recorder.runtime;
  const start = clock.monotonic();
  const before = store.read();
  const draft = structuredClone(before.state);
  const returned: unknown = await change(draft);
  // A short arrow function gives whatever its last call gave, such as the length of a list.
  const changed = typeof returned === "object" && returned !== null ? returned : draft;
  const issues = stateIssues(changed);
  if (issues.length > 0) {
    writeValidationEvent(recorder, "state.json", issues);
    throw new TypeError(issues.map((issue) => issue.message).join("; "));
  }
  const clean = recorder.redactor.value(changed) as SessionState;
  const after = nextState(before.state, clean, clock.now());
  const text = store.save(after);
  writeStateChange(recorder, { operation, before: before.text, after: text });
  writeLog(recorder, {
    level: "INFO",
    message: `State updated to version ${after.version}`,
    operation,
    context: { version_before: before.state.version, version: after.version, now: after.now },
    duration_ms: roundMs(clock.monotonic() - start),
  });
  return after;
}
