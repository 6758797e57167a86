/**
 * Making transcripts of the model calls that dead processes left behind.
 *
 * @module
 */

import {
  foldLlmJournal,
  isTraceId,
  type LlmJournalLine,
  type LlmStartLine,
  recordNames,
  sessionLayout,
} from "../format/mod.ts";
import { joinPath } from "../runtime/mod.ts";
import { guarded, type Recorder } from "./recorder.ts";
import { recordText, writeNumbered } from "./record_file.ts";
import { brokenJournalAgeMs, isDead, journalBytesMax, journalLines } from "./trace_recovery.ts";

const JOURNAL_NAME = /_llm(?:_\d+)?\.journal\.jsonl$/;

/** Writes the transcript of every call whose process is gone. Never throws. */
export function recoverCalls(recorder: Recorder): void {
  guarded(recorder, "look for model calls of dead processes", undefined, () => {
    const { files } = recorder.runtime;
    const folder = joinPath(recorder.path, sessionLayout.llmTranscripts);
    if (!files.exists(folder)) return;
    for (const { name, kind } of files.readDirectory(folder)) {
      if (kind !== "file" || !JOURNAL_NAME.test(name)) continue;
      guarded(recorder, `fold the journal ${name}`, undefined, () => {
        recoverCall(recorder, joinPath(folder, name));
      });
    }
  });
}

function recoverCall(recorder: Recorder, path: string): void {
  const { files, clock } = recorder.runtime;
  const stat = files.stat(path);
  if (!stat || stat.sizeBytes > journalBytesMax) return;
  const lines = journalLines<LlmJournalLine>(files.readText(path));
  const start = lines.find((line): line is LlmStartLine => line.kind === "llm_start");
  if (!start || !isTraceId(start.trace_id)) {
    if (stat.sizeBytes === 0 && clock.now() - stat.modified > brokenJournalAgeMs) {
      files.remove(path);
    }
    return;
  }
  if (!isDead(recorder.runtime, start)) return;
  const transcript = hasTranscript(recorder, start) ? null : foldLlmJournal(lines);
  const { trace_id } = start;
  const folder = sessionLayout.llmTranscripts;
  const index = transcript && writeNumbered(recorder, folder, "llm", trace_id, (number) => [
    [recordNames.llm(trace_id, number), recordText({ ...transcript, call_index: number })],
  ]);
  if (!files.remove(path) && index !== null) {
    // Another process folded the same journal just before: one copy is enough.
    files.remove(joinPath(recorder.path, folder, recordNames.llm(trace_id, index)));
  }
}

/** Whether the process died between writing the transcript and removing the journal. */
function hasTranscript(recorder: Recorder, start: LlmStartLine): boolean {
  const { files } = recorder.runtime;
  const folder = joinPath(recorder.path, sessionLayout.llmTranscripts);
  const prefix = recordNames.llm(start.trace_id).replace(/\.json$/, "");
  return files.readDirectory(folder).some(({ name }) => {
    if (!name.startsWith(prefix) || !/^(_\d+)?\.json$/.test(name.slice(prefix.length))) {
      return false;
    }
    try {
      const value = JSON.parse(files.readText(joinPath(folder, name))) as { span_id?: unknown };
      return value?.span_id === start.span_id;
    } catch {
      // A damaged transcript is no reason to throw the journal away.
      return false;
    }
  });
}
