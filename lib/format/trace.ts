/**
 * `logs/traces/<trace id>.json`: one operation from start to end, with its spans.
 *
 * @module
 */

/** How an operation or a span can end; `running` where it has not, or its process died first. */
export const traceStatuses = ["success", "error", "running"] as const;

/** How an operation or a span ended. */
export type TraceStatus = typeof traceStatuses[number];

/** A named piece of work inside a trace. */
export interface Span {
  /** What was done, such as `llm_suggest`. */
  name: string;
  /** How long it took, in milliseconds from a monotonic clock; null while it runs. */
  duration_ms: number | null;
  /** The caller's values, as JSON. */
  metadata: Record<string, unknown>;
  /** The span's id, unique in its trace. */
  span_id: string;
  /** The enclosing span's id; null for a root span. */
  parent: string | null;
  /** When it began. */
  start_time: string;
  /** When it ended; null while it runs. */
  end_time: string | null;
  /** How it ended. */
  status: TraceStatus;
  /** What it threw, where it threw. */
  error: SpanError | null;
  /** Moments inside the span, in order. */
  events?: SpanEvent[];
  /** The variables set on the span, shortened and redacted. */
  variables?: Record<string, unknown>;
}

/** What a span threw. */
export interface SpanError {
  /** The error's class name. */
  type: string;
  /** The error's message. */
  message: string;
}

/** A moment inside a span. */
export interface SpanEvent {
  /** What happened. */
  name: string;
  /** When: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** Further values; may be empty. */
  metadata: Record<string, unknown>;
}

/** One operation, from its first span to its last: `logs/traces/<trace id>.json`. */
export interface Trace {
  /** The trace's id. */
  trace_id: string;
  /** The command line or the operation's words, such as `["planloop", "update"]`. */
  command: string[];
  /** What was done, such as `update`. */
  operation: string;
  /** When it began. */
  started_at: string;
  /** When it ended; null while it runs. */
  completed_at: string | null;
  /** The same as `completed_at`, under PLAN.md's other name; the start while it runs. */
  timestamp: string;
  /** Wall time from start to end, in milliseconds; null while it runs. */
  duration_ms: number | null;
  /** How it ended. */
  status: TraceStatus;
  /** What it threw; null where it threw nothing. */
  error: SpanError | null;
  /** Its pieces of work; may be empty. */
  spans: Span[];
  /** The sum of the root spans' durations, in milliseconds: nested spans are not counted twice. */
  total_duration_ms: number;
  /** The session's id. */
  session_id?: string;
  /** The process that ran it. */
  pid?: number;
  /** The trace inside which this one began. */
  parent_trace_id?: string;
  /** The span of that trace inside which this one began; null outside of its spans. */
  parent_span_id?: string | null;
  /** How many spans the recorder left out, because the trace had too many. */
  spans_left_out?: number;
}
