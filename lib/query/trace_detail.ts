/**
 * Everything that a session recorded of one trace.
 *
 * @module
 */

import { isFailure, lastSign, spanTree } from "../analyse/mod.ts";
import {
  type EpochMs,
  parseTime,
  type SpanError,
  type Trace,
  type TraceStatus,
} from "../format/mod.ts";
import type { LogRow } from "../read/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { fileQueryRecord } from "./file_query.ts";
import { LockRequests } from "./lock_query.ts";
import { logQueryRecord } from "./log_query.ts";
import type { QueryKind } from "./query_kind.ts";
import {
  type QueryJson,
  type QueryRecord,
  type Sourced,
  sourced,
  timeJson,
} from "./query_record.ts";
import { queryRecords } from "./query_records.ts";
import type { RecordQuery } from "./record_filter.ts";
import { Tail } from "./tail.ts";

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
  /** Its log lines, lock events included. */
  logs: (QueryJson["logs"] & Sourced)[];
  /** Its measurements. */
  performance: (QueryJson["performance"] & Sourced)[];
  /**
   * How many are not listed, because there are too many: of each kind, the last
   * {@linkcode traceRecordsMax} are, and of lines the last {@linkcode traceLinesMax}.
   */
  left_out: Record<JoinedKind, number>;
}

/** The kinds of records that are joined. */
export type JoinedKind = Exclude<QueryKind, "problems">;

/** Most log lines, and most measurements, that a trace's detail lists. */
export const traceLinesMax = 5000;

/** Most records of each other kind that a trace's detail lists. */
export const traceRecordsMax = 1000;

/**
 * Joins everything that carries a trace's id. Reads the whole session: what belongs to a trace is
 * told by the records, not by the names of their files.
 *
 * @param trace The whole id: see `findTrace`.
 * @returns Null where nothing carries the id.
 *
 * @example What failed in a trace
 * ```ts
 * import { openSession } from "planloop";
 * import { findTrace, traceDetail } from "planloop/query";
 * import { openHome } from "planloop/store";
 *
 * const recorded = openSession({ name: "example" });
 * const wanted = recorded.trace("build", (trace) => trace.id);
 * const session = openHome(recorded.home).findSession(recorded.id);
 * const { trace_id } = await findTrace([session], wanted.slice(0, -1)); // the start of it will do
 * const detail = await traceDetail(session, trace_id);
 * detail?.errors.map(({ error_message }) => error_message); // []
 * ```
 */
export async function traceDetail(
  session: StoredSession,
  trace: string,
  options: Pick<RecordQuery, "now" | "signal"> = {},
): Promise<TraceDetail | null> {
  const query = { ...options, trace };
  const { own, inner } = await readTraces(session, trace, options.signal);
  const { logs, locks, hasFailure } = await readLog(session, query);
  const parts = {
    traces: own,
    errors: await lastOf(queryRecords(session, "errors", query), traceRecordsMax),
    llm: await lastOf(queryRecords(session, "llm", query), traceRecordsMax),
    diffs: await lastOf(queryRecords(session, "diffs", query), traceRecordsMax),
    locks,
    logs: recordsOf(logs, session.id),
    performance: await lastOf(queryRecords(session, "performance", query), traceLinesMax),
  };
  const all = Object.values(parts).flatMap(({ items }): Timed[] => items);
  if (all.length === 0) return null;
  const traces = parts.traces.items.map(sourced);
  const llm = parts.llm.items.map(sourced);
  const lines = parts.logs.items.map(sourced);
  const [first] = traces;
  const times = all.map(({ time }) => time);
  const last = latest([...times, ...traces.map(lastSign)]);
  return {
    session_id: session.id,
    trace_id: trace,
    operation: first?.operation ??
      [...llm, ...lines].find(({ operation }) => operation !== "")?.operation ?? "",
    command: first?.command ?? [],
    status: first?.status ?? null,
    failed: hasFailure || parts.errors.items.length > 0 || traces.some(isFailure.trace) ||
      llm.some(isFailure.call),
    started_at: timeJson(parseTime(first?.started_at) ?? earliest(times)),
    last_at: timeJson(last),
    duration_ms: first?.duration_ms ?? null,
    parent_trace_id: first?.parent_trace_id ?? null,
    inner_trace_ids: inner,
    spans: traces.flatMap((one) => spanRows(one, last)),
    traces,
    errors: parts.errors.items.map(sourced),
    llm,
    diffs: parts.diffs.items.map(sourced),
    locks: parts.locks.items.map(sourced),
    logs: lines,
    performance: parts.performance.items.map(sourced),
    left_out: {
      traces: parts.traces.dropped,
      errors: parts.errors.dropped,
      llm: parts.llm.dropped,
      diffs: parts.diffs.dropped,
      locks: parts.locks.dropped,
      logs: parts.logs.dropped,
      performance: parts.performance.dropped,
    },
  };
}

/** The last records of a kind, and how many were before them. */
interface Listed<Kind extends QueryKind> {
  items: QueryRecord<Kind>[];
  dropped: number;
}

type Timed = Pick<QueryRecord, "time">;

/** A trace's own files, and the traces that began inside it. */
async function readTraces(
  session: StoredSession,
  trace: string,
  signal: AbortSignal | undefined,
): Promise<{ own: Listed<"traces">; inner: string[] }> {
  const own = new Tail<QueryRecord<"traces">>(traceRecordsMax);
  const inner = new Set<string>();
  for await (const stored of session.traces()) {
    signal?.throwIfAborted();
    const { trace_id, parent_trace_id } = stored.record;
    if (trace_id === trace) own.add(fileQueryRecord(session.id, "traces", stored));
    else if (parent_trace_id === trace && inner.size < traceRecordsMax) inner.add(trace_id);
  }
  return { own: listed(own), inner: [...inner] };
}

/** A trace's lines and its requests for the lock, in one reading of the log. */
async function readLog(
  session: StoredSession,
  query: RecordQuery,
): Promise<{ logs: Tail<LogRow>; locks: Listed<"locks">; hasFailure: boolean }> {
  const logs = new Tail<LogRow>(traceLinesMax);
  const requests = new LockRequests();
  let hasFailure = false;
  for await (const rows of session.logRows()) {
    query.signal?.throwIfAborted();
    for (const row of rows) {
      requests.add(row);
      if (row.trace_id !== query.trace) continue;
      logs.add(row.kept());
      hasFailure ||= isFailure.log(row);
    }
  }
  const all = requests.finish(session, query);
  const locks = all.slice(-traceRecordsMax);
  return { logs, locks: { items: locks, dropped: all.length - locks.length }, hasFailure };
}

async function lastOf<Kind extends QueryKind>(
  records: AsyncIterable<QueryRecord<Kind>>,
  count: number,
): Promise<Listed<Kind>> {
  const last = new Tail<QueryRecord<Kind>>(count);
  for await (const record of records) last.add(record);
  return listed(last);
}

function listed<Kind extends QueryKind>(last: Tail<QueryRecord<Kind>>): Listed<Kind> {
  return { items: last.items(), dropped: last.dropped };
}

function recordsOf(rows: Tail<LogRow>, session: string): Listed<"logs"> {
  return { items: rows.items().map((row) => logQueryRecord(row, session)), dropped: rows.dropped };
}

/**
 * A trace's spans as a tree, each before those inside it.
 *
 * @param last The last sign of a trace that never ended, where the session has one beside its file.
 */
export function spanRows(trace: Trace, last: EpochMs | null = null): SpanJson[] {
  const { rows, duration_ms: whole } = spanTree(trace, last);
  return rows.map((node) => ({
    span_id: node.span.span_id,
    parent: node.parent?.span.span_id ?? null,
    name: node.span.name,
    depth: node.depth,
    start_ms: rounded(node.start_ms),
    duration_ms: node.span.duration_ms,
    self_ms: rounded(node.self_ms),
    share: whole > 0 ? rounded((node.end_ms - node.start_ms) / whole) : 0,
    critical: node.critical,
    status: node.span.status,
    error: node.span.error,
  }));
}

/** Times are differences of moments, whose last digits are the computer's. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function earliest(times: readonly (EpochMs | null)[]): EpochMs | null {
  return times.reduce((a, b) => a === null || b === null ? a ?? b : Math.min(a, b), null);
}

function latest(times: readonly (EpochMs | null)[]): EpochMs | null {
  return times.reduce((a, b) => a === null || b === null ? a ?? b : Math.max(a, b), null);
}
