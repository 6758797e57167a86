/**
 * Records that are a file each, in order of time, without holding them all.
 *
 * @module
 */

import { byMoment, errorFingerprint, type Moment, versionLeft } from "../analyse/mod.ts";
import { type EpochMs, parseTime } from "../format/mod.ts";
import type { FileRecordKind, FileRecords, StoredRecord, StoredSession } from "../store/mod.ts";
import type { QueryJson, QueryRecord } from "./query_record.ts";
import { type FilteredRecord, recordFits, type RecordQuery } from "./record_filter.ts";

/** How many bytes of files are held between looking at their times and giving the records. */
export const heldFileBytesMax: number = 32 * 1024 * 1024;

/** How a kind is read, and what its JSON is. */
interface KindReader<Kind extends FileRecordKind> {
  all(session: StoredSession): AsyncGenerator<StoredRecord<FileRecords[Kind]>>;
  facts(record: FileRecords[Kind]): FilteredRecord & { trace_id: string };
  /** What orders records of the same moment. */
  version?(record: FileRecords[Kind]): number | null;
  json(record: FileRecords[Kind]): QueryJson[Kind];
}

const kindReaders: { readonly [Kind in FileRecordKind]: KindReader<Kind> } = {
  traces: {
    all: (session) => session.traces(),
    facts: ({ trace_id, operation, started_at, completed_at }) => {
      return { trace_id, operation, start: timeOf(started_at), end: timeOf(completed_at) };
    },
    json: (record) => record,
  },
  llm: {
    all: (session) => session.llmTranscripts(),
    facts: ({ trace_id, operation, timestamp, duration_ms }) => {
      const start = timeOf(timestamp);
      const end = start === null || duration_ms === null ? null : start + duration_ms;
      return { trace_id, operation, start, end };
    },
    json: (record) => record,
  },
  errors: {
    all: (session) => session.errors(),
    facts: ({ trace_id, operation = "", timestamp }) => {
      return { trace_id, operation, start: timeOf(timestamp), end: timeOf(timestamp) };
    },
    json: (record) => ({ ...record, fingerprint: errorFingerprint(record) }),
  },
  diffs: {
    all: (session) => session.diffs(),
    facts: ({ trace_id, operation, timestamp }) => {
      return { trace_id, operation, start: timeOf(timestamp), end: timeOf(timestamp) };
    },
    version: versionLeft,
    json: (record) => record,
  },
};

/** A record that fits: held, or to be read again. */
interface Found<T> extends Moment {
  file: string;
  stored: StoredRecord<T> | null;
}

/**
 * Records of a kind that fit, earliest first; those without a time come last, and changes of the
 * state within one millisecond in the order of its versions. Memory holds a few words for each, and
 * {@linkcode heldFileBytesMax} of files: of a larger kind, what is over that is read a second time.
 */
export async function* queryFiles<Kind extends FileRecordKind>(
  session: StoredSession,
  kind: Kind,
  query: RecordQuery,
): AsyncGenerator<QueryRecord<Kind>> {
  const reader: KindReader<Kind> = kindReaders[kind];
  const found = await find(session, reader, query);
  found.sort(byMoment);
  const { tail = found.length, signal } = query;
  for (const entry of found.slice(Math.max(0, found.length - tail))) {
    signal?.throwIfAborted();
    const stored = entry.stored ?? await session.recordOf(kind, entry.file);
    entry.stored = null;
    // It may have been removed since.
    if (stored) yield fileQueryRecord(session.id, kind, stored);
  }
}

/** One record by its file, as it was named as the source of a record of that kind. */
export async function readRecord<Kind extends FileRecordKind>(
  session: StoredSession,
  kind: Kind,
  file: string,
): Promise<QueryRecord<Kind> | null> {
  const stored = await session.recordOf(kind, file);
  return stored && fileQueryRecord(session.id, kind, stored);
}

/** A stored record as a record of an answer. */
export function fileQueryRecord<Kind extends FileRecordKind>(
  session: string,
  kind: Kind,
  { file, record }: StoredRecord<FileRecords[Kind]>,
): QueryRecord<Kind> {
  const reader: KindReader<Kind> = kindReaders[kind];
  const { start, trace_id } = reader.facts(record);
  return {
    kind,
    source: { session_id: session, file },
    time: start,
    trace_id: trace_id === "" ? null : trace_id,
    json: () => reader.json(record),
  };
}

async function find<Kind extends FileRecordKind>(
  session: StoredSession,
  reader: KindReader<Kind>,
  query: RecordQuery,
): Promise<Found<FileRecords[Kind]>[]> {
  const fits = recordFits(query);
  const found: Found<FileRecords[Kind]>[] = [];
  let heldBytes = 0;
  for await (const stored of reader.all(session)) {
    query.signal?.throwIfAborted();
    const facts = reader.facts(stored.record);
    if (!fits(facts, () => reader.json(stored.record))) continue;
    heldBytes += stored.bytes;
    const held = heldBytes <= heldFileBytesMax ? stored : null;
    const version = reader.version?.(stored.record) ?? null;
    found.push({ file: stored.file, time: facts.start, version, stored: held });
  }
  return found;
}

function timeOf(text: string | null): EpochMs | null {
  return parseTime(text) ?? null;
}
