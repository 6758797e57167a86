/**
 * The record of a trace, and its file.
 *
 * @module
 */

import { formatTime, recordNames, sessionLayout } from "../format/mod.ts";
import { joinPath } from "../runtime/mod.ts";
import { writeNumbered } from "./record_file.ts";
import { guarded } from "./recorder.ts";
import { roundMs } from "./round.ts";
import type { RunningSpan } from "./running_span.ts";
import type { RunningTrace } from "./running_trace.ts";
import { runningText } from "./span_record.ts";

/** Writes a trace's file, the first time under a number of its own, and removes its journal. */
export function writeTrace(trace: RunningTrace): void {
  const { recorder, ended } = trace;
  guarded(recorder, `write the trace ${trace.id}`, undefined, () => {
    const bytes = traceBytes(trace);
    if (trace.fileIndex === undefined) {
      trace.fileIndex = writeNumbered(
        recorder,
        sessionLayout.traces,
        "trace",
        trace.id,
        (index) => [[recordNames.trace(trace.id, index), bytes]],
      );
    } else {
      const name = recordNames.trace(trace.id, trace.fileIndex);
      const path = joinPath(recorder.path, sessionLayout.traces, name);
      recorder.runtime.files.writeFileAtomic(path, bytes);
    }
    const { journal } = trace;
    trace.journal = null;
    journal?.remove();
    if (ended && trace.openSpans === 0) {
      trace.spans.length = 0;
      trace.records.release();
    }
  });
  // Without a file, the journal is all there is.
  guarded(recorder, `write the journal of ${trace.id}`, undefined, () => trace.journal?.flush());
}

/** The record of a span, as JSON. */
export function recordOfSpan(trace: RunningTrace, span: number | RunningSpan): string {
  return typeof span === "number" ? trace.records.text(span) : runningText(span);
}

/** The trace's record as JSON: spans are bytes already, however many they are. */
function traceBytes(trace: RunningTrace): Iterable<Uint8Array> {
  const { recorder, ended } = trace;
  const { process } = recorder.runtime;
  const status = ended === undefined ? "running" : ended.error ? "error" : "success";
  const completed = ended === undefined ? null : formatTime(ended.at);
  const head = JSON.stringify({
    trace_id: trace.id,
    command: trace.command,
    operation: trace.operation,
    started_at: formatTime(trace.startedAt),
    completed_at: completed,
    timestamp: completed ?? formatTime(trace.startedAt),
    duration_ms: ended?.durationMs ?? null,
    status,
    error: ended?.error ?? null,
    total_duration_ms: roundMs(trace.rootsMs),
    session_id: recorder.sessionId,
    pid: process.pid,
    ...(trace.enclosing === undefined ? {} : {
      parent_trace_id: trace.enclosing.trace,
      parent_span_id: trace.enclosing.span,
    }),
    ...(trace.spansLeftOut === 0 ? {} : { spans_left_out: trace.spansLeftOut }),
  });
  const items = trace.spans.map((span) => typeof span === "number" ? span : runningText(span));
  return trace.records.list(`${head.slice(0, -1)},"spans":[`, items, "]}\n");
}
