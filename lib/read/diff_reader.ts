/**
 * `logs/diffs/*.json` to state changes.
 *
 * @module
 */

import type { ProblemSink, StateChange, StateDiff } from "../format/mod.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { isObject, setKey, withFurtherKeys } from "./json_value.ts";
import { traceIdOfFile } from "./trace_id_of_file.ts";

/**
 * Reads a State Diff record. `before` and `after` are taken for `old` and `new`.
 *
 * @param value The parsed file.
 * @param file Its name relative to the session folder; it names the trace where the file does not.
 */
export function readStateDiff(
  value: unknown,
  file: string,
  problem: ProblemSink,
): StateDiff | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  if (!fields.has("changes")) {
    fields.report("wrong_shape", "changes is missing, expected an object: left out", true);
    return null;
  }
  const diff: StateDiff = {
    trace_id: fields.text("trace_id", "") || traceIdOfFile(file),
    operation: fields.text("operation", ""),
    timestamp: fields.time("timestamp", ""),
    before_file: fields.text("before_file", ""),
    after_file: fields.text("after_file", ""),
    changes: readChanges(fields),
  };
  if (fields.has("session_id")) diff.session_id = fields.text("session_id", "");
  return withFurtherKeys(diff, fields.value);
}

function readChanges(fields: Fields): Record<string, StateChange> {
  const changes: Record<string, StateChange> = {};
  const read = fields.object("changes");
  for (const path in read) {
    const change = read[path];
    if (isObject(change)) setKey(changes, path, readChange(change));
    else fields.report("wrong_shape", `The change of ${path} is no object: left out`, true);
  }
  return changes;
}

function readChange(change: Record<string, unknown>): StateChange {
  const read: StateChange = {};
  if ("old" in change) read.old = change["old"];
  else if ("before" in change) read.old = change["before"];
  if ("new" in change) read.new = change["new"];
  else if ("after" in change) read.new = change["after"];
  return withFurtherKeys(read, change);
}
