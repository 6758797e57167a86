/**
 * Sessions with every kind of record, for commands that ask.
 *
 * @module
 */

import { recordedFiles } from "../query/recorded.ts";
import { type SessionFiles, stateJson } from "./homes.ts";

/** A session with every kind of record, under the given id. */
export function recordedSession(id: string): SessionFiles {
  const files = Object.entries(recordedFiles()).map(([file, content]) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return [file, text.replaceAll('"session_id":"demo"', `"session_id":"${id}"`)];
  });
  return { "state.json": stateJson(id), "PLAN.md": "# Plan\n", ...Object.fromEntries(files) };
}
