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
import { checkedCount } from "./tail.ts";

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
  if (tail !== undefined) {
    const rows = await session.lastLogRows({ count: checkedCount(tail), fits, ends, signal });
    if (rows.length > 0) yield rows;
    return;
  }
  for await (const batch of session.logRows(ends)) {
    signal?.throwIfAborted();
    const rows = fits ? batch.filter(fits) : batch;
    if (rows.length > 0) yield rows;
  }
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
