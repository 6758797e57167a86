/**
 * A trace while it runs. It keeps a journal on disk, so that a killed process leaves what was open
 * behind.
 *
 * @module
 */

import { formatTime, isTraceId, type SpanError } from "../format/mod.ts";
import { TextStore } from "../runtime/mod.ts";
import { generateTraceId, runInScope, scopeOf } from "./context.ts";
import { cleanText } from "./log_writer.ts";
import { cleanValue, guarded, type Recorder } from "./recorder.ts";
import type { RunningSpan } from "./running_span.ts";
import { nameLengthMax } from "./span_name.ts";
import { TraceJournal } from "./trace_journal.ts";

/** A trace that has not ended, or whose last spans have not. */
export interface RunningTrace {
  readonly recorder: Recorder;
  readonly id: string;
  readonly operation: string;
  readonly command: string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** On the monotonic clock. */
  readonly startedMono: number;
  /** The trace and span inside which this one began. */
  readonly enclosing: { trace: string; span: string | null } | undefined;
  /** Null where nothing is recorded, or the journal could not be made. */
  journal: TraceJournal | null;
  /** In the order of their starts; a span that has ended is its record's number in `records`. */
  readonly spans: (number | RunningSpan)[];
  /** The JSON of each span that has ended. */
  readonly records: TextStore;
  readonly variables: Record<string, unknown>;
  openSpans: number;
  spansLeftOut: number;
  /** The sum of the root spans' durations so far, in milliseconds. */
  rootsMs: number;
  ended: TraceEnd | undefined;
  /** The number of the trace's file, once written. */
  fileIndex: number | undefined;
}

/** How a trace ended. */
export interface TraceEnd {
  /** Epoch milliseconds. */
  at: number;
  durationMs: number;
  error: SpanError | null;
}

/** Begins a trace. End it with `finishTrace`. */
export function openTrace(
  recorder: Recorder,
  operation: string,
  options: { id?: string | undefined; command?: readonly string[] | undefined } = {},
): RunningTrace {
  const { clock } = recorder.runtime;
  const { inherited } = recorder;
  const id = usableId(recorder, options.id) ?? inherited?.traceId ??
    runInScope({ recorder }, generateTraceId);
  const name = cleanText(recorder, operation, nameLengthMax);
  const command = guarded(recorder, "write a trace's command", [name], () => {
    const words = cleanValue(recorder, [...options.command ?? [name]]);
    return (words as unknown[]).map(String);
  });
  const startedAt = clock.now();
  const outer = scopeOf(recorder);
  const records = new TextStore();
  const trace: RunningTrace = {
    recorder,
    id,
    operation: name,
    command,
    startedAt,
    startedMono: clock.monotonic(),
    enclosing: outer.trace && !outer.trace.ended
      ? { trace: outer.trace.id, span: outer.span?.id ?? null }
      : inherited && { trace: inherited.traceId, span: inherited.spanId },
    journal: guarded(
      recorder,
      "begin a trace's journal",
      null,
      () => createJournal(recorder, id, name, command, startedAt, records),
    ),
    spans: [],
    records,
    variables: {},
    openSpans: 0,
    spansLeftOut: 0,
    rootsMs: 0,
    ended: undefined,
    fileIndex: undefined,
  };
  const running = recorder.traces.get(id);
  if (running) running.push(trace);
  else recorder.traces.set(id, [trace]);
  return trace;
}

/** A trace id that may become a file name; any other is told, and none. */
export function usableId(recorder: Recorder, id: string | undefined): string | undefined {
  if (id === undefined || isTraceId(id)) return id;
  recorder.failures.note(
    `Cannot use the trace id ${
      typeof id === "string" ? JSON.stringify(id) : `(a ${typeof id})`
    }: it must not become a file name; a new one is used`,
  );
  return undefined;
}

function createJournal(
  recorder: Recorder,
  id: string,
  operation: string,
  command: string[],
  startedAt: number,
  records: TextStore,
): TraceJournal {
  const { runtime, sessionId } = recorder;
  const pidStart = recorder.pidStart ??= runtime.process.startTime(runtime.process.pid);
  return TraceJournal.create(recorder, {
    kind: "trace_start",
    timestamp: formatTime(startedAt),
    trace_id: id,
    operation,
    command,
    session_id: sessionId,
    pid: runtime.process.pid,
    ...(pidStart === undefined ? {} : { pid_start: pidStart }),
    host: runtime.process.hostname,
  }, records);
}
