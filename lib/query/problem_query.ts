/**
 * What is damaged or doubtful in a recording.
 *
 * @module
 */

import type { StoredSession } from "../store/mod.ts";
import type { QueryRecord } from "./query_record.ts";
import { recordFits, type RecordQuery } from "./record_filter.ts";

/** Reads a whole session for what is wrong with it, in the order in which it is found. */
export async function queryProblems(
  session: StoredSession,
  query: RecordQuery = {},
): Promise<QueryRecord<"problems">[]> {
  await readEverything(session, query.signal);
  const fits = recordFits(query);
  const records = session.problems
    .filter((problem) => fits({ start: null, end: null }, () => problem))
    .map((problem) => {
      const { file, line } = problem;
      const source = { session_id: session.id, file, ...(line !== undefined && { line }) };
      return { kind: "problems", source, time: null, trace_id: null, json: () => problem } as const;
    });
  return query.tail === undefined
    ? records
    : records.slice(Math.max(0, records.length - query.tail));
}

/** Reads everything once, and keeps nothing but the problems that the session then has. */
async function readEverything(
  session: StoredSession,
  signal: AbortSignal | undefined,
): Promise<void> {
  session.state();
  session.plan();
  session.feedback();
  session.deadlock();
  session.lockInfo();
  session.lockQueue();
  session.agentTranscript();
  const readings: AsyncIterable<unknown>[] = [
    session.logRows(),
    session.traces(),
    session.llmTranscripts(),
    session.errors(),
    session.diffs(),
    session.metricRows(),
  ];
  for (const reading of readings) for await (const _ of reading) signal?.throwIfAborted();
  session.files();
}
