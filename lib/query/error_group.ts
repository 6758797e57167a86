/**
 * Error reports of one fault, as one.
 *
 * @module
 */

import { byTime, isLibraryFile } from "../analyse/mod.ts";
import type { EpochMs, StackFrame } from "../format/mod.ts";
import { type QueryRecord, timeJson } from "./query_record.ts";

/** Most traces that a group names. */
export const groupTracesMax = 100;

/** The reports of one fault. */
export interface ErrorGroup {
  /** The fault's name: 16 hexadecimal digits. */
  fingerprint: string;
  /** The class name. */
  error_type: string;
  /** The last report's message. */
  error_message: string;
  /** The function that failed, as the last report has it. */
  function: string;
  /** `file:line` of the innermost frame that belongs to no library; empty without a stack. */
  location: string;
  /** What was being done, as the last report has it; may be empty. */
  operation: string;
  /** How many reports. */
  count: number;
  /** RFC 3339, in UTC; null where no report has a readable time. */
  first_at: string | null;
  /** RFC 3339, in UTC; null where no report has a readable time. */
  last_at: string | null;
  /** The sessions that have it. */
  session_ids: string[];
  /** The traces that failed with it, first one first; at most `groupTracesMax`. */
  trace_ids: string[];
}

/** What a group is made from. */
interface Collected {
  group: ErrorGroup;
  first: EpochMs | null;
  last: EpochMs | null;
  sessions: Set<string>;
  traces: Set<string>;
}

/** Groups error reports by the fault behind them; the group with the latest report comes first. */
export async function groupErrors(
  records: AsyncIterable<QueryRecord<"errors">> | Iterable<QueryRecord<"errors">>,
): Promise<ErrorGroup[]> {
  const all = new Map<string, Collected>();
  for await (const record of records) add(all, record);
  return [...all.values()]
    .sort(byLast)
    .map(({ group, first, last, sessions, traces }) => ({
      ...group,
      first_at: timeJson(first),
      last_at: timeJson(last),
      session_ids: [...sessions],
      trace_ids: [...traces],
    }));
}

/** The latest first; those without a time last. */
function byLast(a: Collected, b: Collected): number {
  return a.last === null || b.last === null ? byTime(a.last, b.last) : b.last - a.last;
}

/** Adds a report; they come in order of time. */
function add(all: Map<string, Collected>, record: QueryRecord<"errors">): void {
  const json = record.json();
  const known = all.get(json.fingerprint);
  const group: ErrorGroup = {
    fingerprint: json.fingerprint,
    error_type: json.error_type,
    error_message: json.error_message,
    function: json.function,
    location: errorLocation(json.stack_trace),
    operation: json.operation ?? "",
    count: (known?.group.count ?? 0) + 1,
    first_at: null,
    last_at: null,
    session_ids: [],
    trace_ids: [],
  };
  const collected = known ??
    { group, first: record.time, last: null, sessions: new Set(), traces: new Set() };
  collected.group = group;
  collected.first ??= record.time;
  collected.last = record.time ?? collected.last;
  collected.sessions.add(record.source.session_id);
  if (collected.traces.size < groupTracesMax) collected.traces.add(json.trace_id);
  all.set(json.fingerprint, collected);
}

/** `file:line` of the innermost frame that belongs to no library; empty without a stack. */
export function errorLocation(frames: readonly StackFrame[]): string {
  const frame = frames.findLast(({ file }) => !isLibraryFile(file)) ?? frames.at(-1);
  return frame ? `${frame.file}:${frame.line}` : "";
}
