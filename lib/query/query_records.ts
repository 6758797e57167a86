/**
 * A question to a session, whatever the kind.
 *
 * @module
 */

import type { StoredSession } from "../store/mod.ts";
import { queryFiles } from "./file_query.ts";
import { queryLocks } from "./lock_query.ts";
import { queryLogs } from "./log_query.ts";
import { queryMetrics } from "./metric_query.ts";
import { queryProblems } from "./problem_query.ts";
import type { QueryKind } from "./query_kind.ts";
import type { QueryRecord } from "./query_record.ts";
import type { RecordQuery } from "./record_filter.ts";

type Answer<Kind extends QueryKind> = AsyncGenerator<QueryRecord<Kind>>;

const questions: {
  readonly [Kind in QueryKind]: (session: StoredSession, query: RecordQuery) => Answer<Kind>;
} = {
  logs: queryLogs,
  llm: (session, query) => queryFiles(session, "llm", query),
  traces: (session, query) => queryFiles(session, "traces", query),
  diffs: (session, query) => queryFiles(session, "diffs", query),
  performance: queryMetrics,
  errors: (session, query) => queryFiles(session, "errors", query),
  async *locks(session, query) {
    yield* await queryLocks(session, query);
  },
  async *problems(session, query) {
    yield* await queryProblems(session, query);
  },
};

/**
 * Asks a session for its records of a kind. They come in the order of time, but measurements and
 * problems in the order in which they were written and found; what has no time comes last, and a
 * line of a log without one stays behind the line before it. Memory does not grow with logs,
 * measurements and the size of other records; of the latter it holds a few words each, and of locks
 * every request.
 *
 * What is damaged is not thrown: see `session.problems` afterwards.
 *
 * @throws {unknown} The signal's reason, once it is aborted.
 *
 * @example The last errors of a session
 * ```ts
 * import { openSession } from "planloop";
 * import { queryRecords, sourced } from "planloop/query";
 * import { openHome } from "planloop/store";
 *
 * const { home, id } = openSession({ name: "example" });
 * const session = openHome(home).findSession(id);
 * for await (const record of queryRecords(session, "errors", { tail: 3 })) {
 *   const { error_type, source } = sourced(record);
 *   console.log(error_type, source.file);
 * }
 * ```
 */
export function queryRecords<Kind extends QueryKind>(
  session: StoredSession,
  kind: Kind,
  query: RecordQuery = {},
): AsyncGenerator<QueryRecord<Kind>> {
  return questions[kind](session, query);
}
