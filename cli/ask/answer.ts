/**
 * Records of several sessions as one answer.
 *
 * @module
 */

import {
  findTrace,
  type QueryKind,
  type QueryRecord,
  querySessions,
  type RecordQuery,
} from "../../lib/query/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import type { Io } from "../io.ts";
import { queryOf, type QueryOptions } from "./query_options.ts";
import { chosenSessions, searchedSessions, type SessionOptions } from "./sessions.ts";

/** What is asked, and of whom. */
export interface Question {
  /** Oldest first. */
  sessions: StoredSession[];
  query: RecordQuery;
}

/** What a command line asks. A trace is looked up, and then asked for in the session that has it. */
export async function questionOf(
  options: SessionOptions & QueryOptions,
  io: Io,
): Promise<Question> {
  const query = queryOf(options, io.interrupted);
  if (options.trace === undefined) return { sessions: chosenSessions(options, io), query };
  const searched = searchedSessions(options, io);
  const { session, trace_id } = await findTrace(searched, options.trace, io.interrupted);
  return { sessions: [session], query: { ...query, trace: trace_id } };
}

/** The records of a kind that are asked for. */
export function answer<Kind extends QueryKind>(
  { sessions, query }: Question,
  kind: Kind,
): AsyncGenerator<QueryRecord<Kind>> {
  return querySessions(sessions, kind, query);
}
