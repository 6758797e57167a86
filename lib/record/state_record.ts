/**
 * Records of state changes: the state before, after, and what changed.
 *
 * @module
 */

import { diffJson, formatTime, recordNames, sessionLayout, type StateDiff } from "../format/mod.ts";
import { generateTraceId, runInScope, scopeOf } from "./context.ts";
import { cleanText } from "./log_writer.ts";
import { recordText, writeNumbered } from "./record_file.ts";
import { guarded, type Recorder } from "./recorder.ts";

/** A state change that was saved. */
export interface SavedChange {
  operation: string;
  /** The state file's text before; null where there was none. */
  before: string | null;
  /** The state file's text after. */
  after: string;
}

/**
 * Records a state change. Never throws. Where nothing changed, nothing is written.
 *
 * @returns The diff's file, relative to the session folder; null where none was written.
 */
export function writeStateChange(recorder: Recorder, change: SavedChange): string | null {
  return guarded(recorder, "record a state change", null, () => {
    const before = cleanState(recorder, change.before ?? "{}");
    const after = cleanState(recorder, change.after);
    const changes = diffJson(before.value, after.value);
    if (Object.keys(changes).length === 0) return null;
    const traceId = scopeOf(recorder).traceId ?? runInScope({ recorder }, generateTraceId);
    const folder = sessionLayout.diffs;
    const index = writeNumbered(recorder, folder, "diff", traceId, (number) => {
      const names = {
        before: recordNames.diffBefore(traceId, number),
        after: recordNames.diffAfter(traceId, number),
        diff: recordNames.diff(traceId, number),
      };
      const record: StateDiff = {
        trace_id: traceId,
        operation: cleanText(recorder, change.operation),
        timestamp: formatTime(recorder.runtime.clock.now()),
        before_file: `${folder}/${names.before}`,
        after_file: `${folder}/${names.after}`,
        changes,
        session_id: recorder.sessionId,
      };
      return [
        [names.before, before.text],
        [names.after, after.text],
        [names.diff, recordText(record)],
      ];
    });
    return `${folder}/${recordNames.diff(traceId, index)}`;
  });
}

/** A state file's text and value without secrets; the text is the same bytes where it has none. */
export function cleanState(recorder: Recorder, text: string): { text: string; value: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A damaged state is kept as it is: the change that repaired it is worth seeing.
    return { text: recorder.redactor.text(text), value: { unreadable: true } };
  }
  const { redactor } = recorder;
  const clean = redactor.value(value);
  const isClean = JSON.stringify(clean) === JSON.stringify(value);
  // A text may hold more than its value: of a key that stands there twice, the value has the last.
  const isKept = isClean && (text === recordText(value) || redactor.text(text) === text);
  return { text: isKept ? text : recordText(clean), value: clean };
}
