/**
 * Lines of a session's logs, as many as are asked for.
 *
 * @module
 */

import type { LogRow } from "../read/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { logRowJson } from "./log_json.ts";
import type { QueryRecord } from "./query_record.ts";
import { logRowFits, type RecordQuery } from "./record_filter.ts";
import { Tail } from "./tail.ts";

/**
 * The rows of a session's logs that fit, by time, in batches. A row holds the memory of the lines
 * around it: who keeps one takes its `kept()`.
 *
 * @param ends By file: the byte at which to end at the latest, see `LogFollower`.
 */
export async function* queryLogRows(
  session: StoredSession,
  query: RecordQuery = {},
  ends?: ReadonlyMap<string, number>,
): AsyncGenerator<readonly LogRow[]> {
  const { tail, signal } = query;
  const fits = logRowFits(query);
  const last = tail === undefined ? undefined : new Tail<LogRow>(tail);
  for await (const batch of session.logRows(ends)) {
    signal?.throwIfAborted();
    const rows = fits ? batch.filter(fits) : batch;
    if (!last) {
      if (rows.length > 0) yield rows;
      continue;
    }
    // Of each block, what is still among the last lines is kept, and not the block.
    for (const row of last.size < rows.length ? rows.slice(-last.size) : rows) last.add(row.kept());
  }
  if (last && last.length > 0) yield last.items();
}

/** The same one by one, as records of an answer. */
export async function* queryLogs(
  session: StoredSession,
  query: RecordQuery,
): AsyncGenerator<QueryRecord<"logs">> {
  for await (const rows of queryLogRows(session, query)) {
    for (const row of rows) yield logQueryRecord(row, session.id);
  }
}

/** A row as a record of an answer. */
export function logQueryRecord(row: LogRow, session: string): QueryRecord<"logs"> {
  return {
    kind: "logs",
    source: { session_id: session, file: row.file, line: row.line },
    time: row.time,
    trace_id: row.trace_id,
    json: () => logRowJson(row, session),
  };
}
