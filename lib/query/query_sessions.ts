/**
 * A question to several sessions.
 *
 * @module
 */

import type { StoredSession } from "../store/mod.ts";
import type { QueryKind } from "./query_kind.ts";
import type { QueryRecord } from "./query_record.ts";
import { queryRecords } from "./query_records.ts";
import type { RecordQuery } from "./record_filter.ts";

/**
 * The records of a kind of several sessions, one session after the other, each as
 * {@linkcode queryRecords} gives them. With `tail`, the last ones of all together; memory then holds
 * those.
 *
 * @param sessions Oldest first.
 */
export async function* querySessions<Kind extends QueryKind>(
  sessions: Iterable<StoredSession>,
  kind: Kind,
  query: RecordQuery = {},
): AsyncGenerator<QueryRecord<Kind>> {
  const { tail } = query;
  if (tail === undefined) {
    for (const session of sessions) yield* queryRecords(session, kind, query);
    return;
  }
  const last: QueryRecord<Kind>[][] = [];
  let missing = tail;
  for (const session of [...sessions].reverse()) {
    const records: QueryRecord<Kind>[] = [];
    for await (const record of queryRecords(session, kind, { ...query, tail: missing })) {
      records.push(record);
    }
    last.unshift(records);
    missing -= records.length;
    if (missing <= 0) break;
  }
  yield* last.flat();
}
