/**
 * Folding the journals of dead processes into trace files.
 *
 * @module
 */

import {
  isTraceId,
  parseTime,
  recordIndexMax,
  recordNames,
  sessionLayout,
  type Span,
  type SpanEndLine,
  type SpanStartLine,
  type Trace,
  type TraceEndLine,
  type TraceJournalLine,
  type TraceStartLine,
} from "../format/mod.ts";
import { isRunning, joinPath, type Runtime } from "../runtime/mod.ts";
import { roundMs } from "./round.ts";
import { guarded, type Recorder } from "./recorder.ts";
import { writeNumbered } from "./record_file.ts";

/** Largest journal that is folded, in bytes; a larger one stays as it is, and readers still show it. */
export const journalBytesMax: number = 256 * 1024 * 1024;

/** How long an unreadable journal is left alone, in milliseconds: its process may be writing it. */
export const brokenJournalAgeMs = 60_000;

const JOURNAL_NAME = /\.journal\.jsonl$/;

/** Folds every journal whose process is gone. Never throws. */
export function recoverTraces(recorder: Recorder): void {
  guarded(recorder, "look for traces of dead processes", undefined, () => {
    const { files } = recorder.runtime;
    const folder = joinPath(recorder.path, sessionLayout.traces);
    if (!files.exists(folder)) return;
    for (const { name, kind } of files.readDirectory(folder)) {
      if (kind !== "file" || !JOURNAL_NAME.test(name)) continue;
      guarded(recorder, `fold the journal ${name}`, undefined, () => {
        recoverJournal(recorder, joinPath(folder, name));
      });
    }
  });
}

function recoverJournal(recorder: Recorder, path: string): void {
  const { files, clock } = recorder.runtime;
  const stat = files.stat(path);
  if (!stat || stat.sizeBytes > journalBytesMax) return;
  const lines = journalLines<TraceJournalLine>(files.readText(path));
  const start = lines.find((line): line is TraceStartLine => line.kind === "trace_start");
  if (!start || !isTraceId(start.trace_id)) {
    // Without its first line nobody can tell whose it was: only an empty one is removed.
    if (stat.sizeBytes === 0 && clock.now() - stat.modified > brokenJournalAgeMs) {
      files.remove(path);
    }
    return;
  }
  if (!isDead(recorder.runtime, start)) return;
  if (hasFile(recorder, start)) {
    files.remove(path);
    return;
  }
  const trace = foldJournal(start, lines);
  const index = writeNumbered(
    recorder,
    sessionLayout.traces,
    "trace",
    start.trace_id,
    (number) => [[recordNames.trace(start.trace_id, number), `${JSON.stringify(trace)}\n`]],
  );
  if (!files.remove(path)) {
    // Another process folded the same journal just before: one copy is enough.
    const name = recordNames.trace(start.trace_id, index);
    files.remove(joinPath(recorder.path, sessionLayout.traces, name));
  }
}

/** Whether the process died between writing the trace's file and removing its journal. */
function hasFile(recorder: Recorder, start: TraceStartLine): boolean {
  const { files } = recorder.runtime;
  const folder = joinPath(recorder.path, sessionLayout.traces);
  for (let index = 1; index <= recordIndexMax; index += 1) {
    const path = joinPath(folder, recordNames.trace(start.trace_id, index));
    if (!files.exists(path)) return false;
    try {
      const trace = JSON.parse(files.readText(path)) as Partial<Trace> | null;
      if (trace?.started_at === start.timestamp && trace.pid === start.pid) return true;
    } catch {
      // A damaged file is no reason to throw the journal away.
    }
  }
  return false;
}

/** Whether the journal's process is known to be gone: only on the same host, by pid and start. */
export function isDead(
  runtime: Runtime,
  start: Pick<TraceStartLine, "host" | "pid" | "pid_start">,
): boolean {
  const { process } = runtime;
  if (start.host !== process.hostname || start.pid === undefined) return false;
  return !isRunning(process, start.pid, start.pid_start);
}

/** The readable lines of a journal. */
export function journalLines<T extends object>(text: string): T[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line) as T | null;
      return typeof value === "object" && value !== null ? [value] : [];
    } catch {
      // A torn line is what a killed process leaves behind; the others still count.
      return [];
    }
  });
}

/**
 * Makes a trace of its journal. What has no end line is `running`.
 *
 * @param start The journal's first line.
 * @param lines All of its readable lines.
 */
export function foldJournal(start: TraceStartLine, lines: readonly TraceJournalLine[]): Trace {
  const spans = new Map<string, Span>();
  let end: TraceEndLine | undefined;
  for (const line of lines) {
    if (line.kind === "span_start") spans.set(line.span_id, startedSpan(line));
    else if (line.kind === "spans") addSpans(spans, line.spans);
    else if (line.kind === "span_end") endSpan(spans.get(line.span_id), line);
    else if (line.kind === "trace_end") end = line;
  }
  // Lines of fast spans come late; ids are counted up, which tells the order inside a millisecond.
  const all = [...spans.values()].sort((a, b) => compare(orderOf(a), orderOf(b)));
  const roots = all.filter((span) => span.parent === null);
  return {
    trace_id: start.trace_id,
    command: start.command,
    operation: start.operation,
    started_at: start.timestamp,
    completed_at: end?.timestamp ?? null,
    timestamp: end?.timestamp ?? start.timestamp,
    duration_ms: end?.duration_ms ?? null,
    status: end?.status ?? "running",
    error: end?.error ?? null,
    total_duration_ms: roundMs(roots.reduce((sum, span) => sum + (span.duration_ms ?? 0), 0)),
    ...(start.session_id === undefined ? {} : { session_id: start.session_id }),
    ...(start.pid === undefined ? {} : { pid: start.pid }),
    spans: all,
  };
}

function orderOf(span: Span): string {
  return `${span.start_time ?? ""} ${span.span_id ?? ""}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function addSpans(spans: Map<string, Span>, added: unknown): void {
  if (!Array.isArray(added)) return;
  for (const span of added as (Span | null)[]) {
    if (typeof span?.span_id === "string") spans.set(span.span_id, span);
  }
}

function startedSpan(line: SpanStartLine): Span {
  return {
    name: line.name,
    duration_ms: null,
    metadata: line.metadata,
    span_id: line.span_id,
    parent: line.parent,
    start_time: line.timestamp,
    end_time: null,
    status: "running",
    error: null,
  };
}

function endSpan(span: Span | undefined, line: SpanEndLine): void {
  if (!span || parseTime(line.timestamp) === undefined) return;
  span.duration_ms = line.duration_ms;
  span.end_time = line.timestamp;
  span.status = line.status;
  span.error = line.error;
  if (line.metadata) span.metadata = line.metadata;
  if (line.events) span.events = line.events;
}
