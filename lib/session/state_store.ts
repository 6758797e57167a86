/**
 * A session's state: on disk, or in memory where nothing is recorded.
 *
 * @module
 */

import { sessionLayout, type SessionState } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";
import { registerSession } from "./home.ts";
import { renderPlan } from "./plan_text.ts";
import { parseState, stateText } from "./state_file.ts";

/** A session's state, wherever it is. */
export interface StateStore {
  /** @throws {Error} Where it cannot be read or is no session state. */
  read(): { state: SessionState; text: string };
  /** Whether the state is still the one that {@linkcode StateStore.read} gave with this text. */
  isStill(text: string): boolean;
  /** Where it is, for messages. */
  readonly path: string;
  /** Saves the state with all that is derived from it. Returns the text that was saved. */
  save(state: SessionState): string;
}

/** The state of a session that is recorded: `state.json`, `PLAN.md` and the registry. */
export function diskStateStore(runtime: Runtime, home: string, folder: string): StateStore {
  const path = joinPath(folder, sessionLayout.state);
  return {
    path,
    isStill: (text) => runtime.files.readText(path) === text,
    read() {
      const text = runtime.files.readText(path);
      return { state: parseState(text, path), text };
    },
    save(state) {
      const text = stateText(state);
      runtime.files.writeFileAtomic(path, text);
      runtime.files.writeFileAtomic(joinPath(folder, sessionLayout.plan), renderPlan(state));
      registerSession(runtime, home, state);
      return text;
    },
  };
}

/** The state of a session that touches no disk. */
export function memoryStateStore(first: SessionState): StateStore {
  let text = stateText(first);
  return {
    path: "the state",
    isStill: (known) => text === known,
    read: () => ({ state: JSON.parse(text) as SessionState, text }),
    save: (state) => text = stateText(state),
  };
}
