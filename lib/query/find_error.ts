/**
 * Looking for error reports.
 *
 * @module
 */

import { errorFingerprint } from "../analyse/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { queryFiles } from "./file_query.ts";
import { matchId, unknownId } from "./find_id.ts";
import type { QueryRecord } from "./query_record.ts";

/** Error reports that were found. */
export interface FoundErrors {
  /** The whole id that was meant. */
  id: string;
  /** What the id is of. */
  by: "trace" | "fault" | "file";
  /** The reports, earliest first. */
  records: QueryRecord<"errors">[];
}

/** The names of a report. */
interface Names {
  trace: string;
  fault: string;
  file: string;
}

/**
 * Finds the error reports that somebody means.
 *
 * @param sessions Where to look, in this order: the first session that knows the id has it.
 * @param wanted The id of the trace that failed, the fault's fingerprint, or the name of the report's
 * file without its ending; or the start of exactly one.
 * @throws {UnknownIdError} If no session has it, with the ids that come near.
 * @throws {AmbiguousIdError} If several ids of a session start so.
 */
export async function findErrors(
  sessions: Iterable<StoredSession>,
  wanted: string,
  signal?: AbortSignal,
): Promise<FoundErrors> {
  const searched = [...sessions];
  const all = new Set<string>();
  for (const session of searched) {
    const reports = await namesOf(session, signal);
    for (const by of ["trace", "fault", "file"] as const) {
      const ids = new Set(reports.map(({ names }) => names[by]));
      const id = matchId(wanted, ids, by === "trace" ? "traces with an error" : `${by}s`);
      if (id === undefined) continue;
      const files = new Set(
        reports.filter(({ names }) => names[by] === id).map(({ file }) => file),
      );
      const records: QueryRecord<"errors">[] = [];
      for await (const record of queryFiles(session, "errors", { signal })) {
        if (files.has(record.source.file)) records.push(record);
      }
      return { id, by, records };
    }
    for (const { names } of reports) all.add(names.trace).add(names.fault);
  }
  throw unknownId(wanted, all, "error", searched);
}

async function namesOf(
  session: StoredSession,
  signal: AbortSignal | undefined,
): Promise<{ file: string; names: Names }[]> {
  const reports: { file: string; names: Names }[] = [];
  for await (const { file, record } of session.errors()) {
    signal?.throwIfAborted();
    const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.json$/, "");
    const names = { trace: record.trace_id, fault: errorFingerprint(record), file: name };
    reports.push({ file, names });
  }
  return reports;
}
