/**
 * `logs/traces/<trace id>.journal.jsonl`: a running trace, one line for each start and end. It is
 * folded into `<trace id>.json` when the trace ends, or by whoever next opens the session.
 *
 * @module
 */

import type { Span, SpanError, SpanEvent } from "./trace.ts";

/** First line of a journal: an operation began. */
export interface TraceStartLine {
  /** Marks the line. */
  kind: "trace_start";
  /** When it began: the trace's `started_at`. */
  timestamp: string;
  /** The trace's id. */
  trace_id: string;
  /** What is done, such as `update`. */
  operation: string;
  /** The command line or the operation's words. */
  command: string[];
  /** The session's id; absent where it is recorded without one. */
  session_id?: string;
  /** The process that runs the trace. */
  pid?: number;
  /** When that process started, as its system tells it; guards against reused pids. */
  pid_start?: string;
  /** The host that runs it; other hosts must not judge whether the process lives. */
  host?: string;
}

/** A span began. */
export interface SpanStartLine {
  /** Marks the line. */
  kind: "span_start";
  /** When it began: the span's `start_time`. */
  timestamp: string;
  /** The span's id, unique in its trace. */
  span_id: string;
  /** The enclosing span's id; null for a root span. */
  parent: string | null;
  /** What is done, such as `llm_suggest`. */
  name: string;
  /** The caller's values known at the start. */
  metadata: Record<string, unknown>;
}

/** A span ended. */
export interface SpanEndLine {
  /** Marks the line. */
  kind: "span_end";
  /** When it ended: the span's `end_time`. */
  timestamp: string;
  /** The id of the span, as in its `span_start`. */
  span_id: string;
  /** How long it took, in milliseconds. */
  duration_ms: number;
  /** How it ended. */
  status: "success" | "error";
  /** What it threw; null where it threw nothing. */
  error: SpanError | null;
  /** All of the span's values, where some were added after its start. */
  metadata?: Record<string, unknown>;
  /** Moments inside the span, in order. */
  events?: SpanEvent[];
}

/** Spans that began and ended since the last line. */
export interface SpansLine {
  /** Marks the line. */
  kind: "spans";
  /** The spans, as the trace's file has them. */
  spans: Span[];
}

/** Last line of a journal: the operation ended. */
export interface TraceEndLine {
  /** Marks the line. */
  kind: "trace_end";
  /** When it ended: the trace's `completed_at`. */
  timestamp: string;
  /** How it ended. */
  status: "success" | "error";
  /** Wall time from start to end, in milliseconds. */
  duration_ms: number;
  /** What it threw; null where it threw nothing. */
  error: SpanError | null;
}

/** One line of a running trace's journal. */
export type TraceJournalLine =
  | TraceStartLine
  | SpanStartLine
  | SpanEndLine
  | SpansLine
  | TraceEndLine;
