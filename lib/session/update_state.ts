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
import { StateConflictError } from "./state_conflict.ts";
import { nextState, stateIssues } from "./state_file.ts";
import { sizeFault } from "./state_size.ts";
import type { StateStore } from "./state_store.ts";

/** How often a change is made where somebody who does not take the lock writes the state too. */
export const changeAttemptsMax = 5;

/**
 * Changes a state in place, or returns another one, or a promise of it. What is returned and no
 * state, such as the length that `push` gives, counts for nothing.
 */
export type StateChanger = (state: SessionState) => unknown;

/** A state has one of these; a task, a signal or an artifact has none. */
const stateKeys: readonly (keyof SessionState)[] = ["schema_version", "session", "tasks"];

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
 * @throws {StateConflictError} If the state has another version than was expected, or somebody who
 * does not take the lock changed it during each attempt.
 * @throws {LockTimeoutError} If the lock could not be had in time.
 * @throws {RangeError} If the changed state holds more than `stateValuesMax` values.
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
  const { recorder, store, options } = update;
  const { clock } = recorder.runtime;
  const { expected_version: expected } = options;
  const start = clock.monotonic();
  for (let attempt = 1;; attempt++) {
    const before = store.read();
    const found = before.state.version;
    if (expected !== undefined && found !== expected) {
      throw conflict(store, expected, found, 0);
    }
    const after = await changed(update, before.state);
    // Editors, `git` and the Python planloop's `restore` write the file without the lock. Between
    // this look and the rename nothing else runs in this process.
    if (store.isStill(before.text)) {
      const text = store.save(after);
      writeStateChange(recorder, { operation, before: before.text, after: text });
      writeLog(recorder, {
        level: "INFO",
        message: `State updated to version ${after.version}`,
        operation,
        context: { version_before: found, version: after.version, now: after.now },
        duration_ms: roundMs(clock.monotonic() - start),
      });
      return after;
    }
    const meanwhile = store.read().state.version;
    writeLog(recorder, {
      level: "WARNING",
      message: "State changed during an update by somebody who does not take the lock",
      operation,
      context: { version_before: found, version_meanwhile: meanwhile, attempt },
    });
    if (attempt >= changeAttemptsMax) throw conflict(store, found, meanwhile, attempt);
  }
}

/** What the state becomes. Throws where it must not be saved. */
async function changed(update: StateUpdate, before: SessionState): Promise<SessionState> {
  const { recorder } = update;
  const draft = structuredClone(before);
  const returned: unknown = await update.change(draft);
  // A short arrow function gives whatever its last call gave, such as the length of a list.
  const state = isState(returned) ? returned : draft;
  const fault = sizeFault(state);
  if (fault !== undefined) throw new RangeError(fault);
  const issues = stateIssues(state);
  if (issues.length > 0) {
    writeValidationEvent(recorder, "state.json", issues);
    throw new TypeError(issues.map((issue) => issue.message).join("; "));
  }
  const clean = recorder.redactor.value(state) as SessionState;
  return nextState(before, clean, recorder.runtime.clock.now());
}

/** Whether a value is meant as a state, be it a faulty one. */
function isState(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    stateKeys.some((key) => Object.hasOwn(value, key));
}

function conflict(store: StateStore, expected: number, found: number, attempts: number): Error {
  return new StateConflictError({
    path: store.path,
    expected_version: expected,
    found_version: found,
    attempts,
  });
}
