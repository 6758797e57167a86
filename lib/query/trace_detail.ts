/**
 * Everything that a session recorded of one trace.
 *
 * @module
 */

import type { SpanError, TraceStatus } from "../format/mod.ts";
import type { QueryJson, Sourced } from "./query_record.ts";

/** A span in its place in the tree. Times are in milliseconds. */
export interface SpanJson {
  /** The span's id. */
  span_id: string;
  /** The enclosing span's id; null for a root. */
  parent: string | null;
  /** What was done. */
  name: string;
  /** How many spans enclose it. */
  depth: number;
  /** From the trace's start. */
  start_ms: number;
  /** Null while it runs, or where its process died. */
  duration_ms: number | null;
  /** The part of it that no inner span covers. Of a span that never ended: until its last sign. */
  self_ms: number;
  /** Its part of the trace's whole time, from 0 to 1. */
  share: number;
  /** Whether the trace's end waited for it. */
  critical: boolean;
  /** How it ended. */
  status: TraceStatus;
  /** What it threw; null where it threw nothing. */
  error: SpanError | null;
}

/** Everything that carries a trace's id, joined. The lists are in the order of time. */
export interface TraceDetail {
  /** The session's id. */
  session_id: string;
  /** The trace's id. */
  trace_id: string;
  /** What was done; may be empty. */
  operation: string;
  /** The command line, as words; empty where there is no trace file. */
  command: string[];
  /** How the trace itself ended; null where there is no trace file. */
  status: TraceStatus | null;
  /** Whether anything failed in it: itself, or what carries its id. */
  failed: boolean;
  /** RFC 3339, in UTC; null where unknown. */
  started_at: string | null;
  /** RFC 3339, in UTC: its end, or of a trace that never ended its last sign; null where unknown. */
  last_at: string | null;
  /** From start to end, in milliseconds; null where it never ended. */
  duration_ms: number | null;
  /** The trace inside which this one began; null where there is none. */
  parent_trace_id: string | null;
  /** The traces that began inside this one. */
  inner_trace_ids: string[];
  /** The spans as a tree, each before those inside it. */
  spans: SpanJson[];
  /** Its trace files: one, as a rule. */
  traces: (QueryJson["traces"] & Sourced)[];
  /** Its error reports. */
  errors: (QueryJson["errors"] & Sourced)[];
  /** Its model calls. */
  llm: (QueryJson["llm"] & Sourced)[];
  /** Its changes of the state. */
  diffs: (QueryJson["diffs"] & Sourced)[];
  /** Its requests for the lock. */
  locks: (QueryJson["locks"] & Sourced)[];
  /** Its log lines, lock events included; at most `traceLinesMax`. */
  logs: (QueryJson["logs"] & Sourced)[];
  /** Its measurements; at most `traceLinesMax`. */
  performance: (QueryJson["performance"] & Sourced)[];
  /** How many of its lines are not listed, because there are too many. */
  left_out: { logs: number; performance: number };
}
