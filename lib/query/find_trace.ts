/**
 * Looking for a trace by its id.
 *
 * @module
 */

import { isTraceId, recordNames, sessionLayout } from "../format/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { matchId, unknownId } from "./find_id.ts";

/** Most trace ids of a session that are looked at. */
export const traceIdsMax = 1_000_000;

/** A trace that was found. */
export interface FoundTrace {
  /** The session that has it. */
  session: StoredSession;
  /** Its whole id. */
  trace_id: string;
}

/**
 * Finds the trace that somebody means.
 *
 * @param sessions Where to look, in this order: the first session that knows the id has it; but one
 * with a trace file of exactly that name goes before those of which only records carry the id.
 * @param wanted An id, or the start of exactly one. Records that carry an id count, with or without
 * a trace file.
 * @throws {UnknownIdError} If no session has it, with the ids that come near.
 * @throws {AmbiguousIdError} If several ids of a session start so.
 */
export async function findTrace(
  sessions: Iterable<StoredSession>,
  wanted: string,
  signal?: AbortSignal,
): Promise<FoundTrace> {
  const searched = [...sessions];
  for (const session of searched) {
    if (await hasTraceFile(session, wanted)) return { session, trace_id: wanted };
  }
  const all = new Set<string>();
  for (const session of searched) {
    const ids = await traceIds(session, signal);
    const id = matchId(wanted, ids, "traces");
    if (id !== undefined) return { session, trace_id: id };
    for (const other of ids) all.add(other);
  }
  throw unknownId(wanted, all, "trace", searched);
}

/** Every trace id that anything in a session carries; at most {@linkcode traceIdsMax}. */
export async function traceIds(
  session: StoredSession,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const ids = new Set<string>();
  const note = (id: string | null | undefined) => {
    signal?.throwIfAborted();
    if (id && ids.size < traceIdsMax) ids.add(id);
  };
  for await (const { record } of session.traces()) note(record.trace_id);
  for await (const { record } of session.errors()) note(record.trace_id);
  for await (const { record } of session.llmTranscripts()) note(record.trace_id);
  for await (const { record } of session.diffs()) note(record.trace_id);
  for await (const rows of session.logRows()) for (const { trace_id } of rows) note(trace_id);
  return ids;
}

/** The quick look: whether the id has a file that bears its name. */
async function hasTraceFile(session: StoredSession, wanted: string): Promise<boolean> {
  if (!isTraceId(wanted)) return false;
  for (const name of [recordNames.trace(wanted), recordNames.traceJournal(wanted)]) {
    const stored = await session.recordOf("traces", `${sessionLayout.traces}/${name}`);
    if (stored?.record.trace_id === wanted) return true;
  }
  return false;
}
