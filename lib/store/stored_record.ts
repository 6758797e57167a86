/**
 * A record with the file that it came from.
 *
 * @module
 */

import type { ErrorReport, LlmTranscript, StateDiff, Trace } from "../format/mod.ts";

/** The records that are a file each, by kind. */
export interface FileRecords {
  traces: Trace;
  llm: LlmTranscript;
  errors: ErrorReport;
  diffs: StateDiff;
}

/** A kind of record that is a file each. */
export type FileRecordKind = keyof FileRecords;

/** One record read from one file of a session. */
export interface StoredRecord<T> {
  /** The file, relative to the session folder, with `/`. */
  file: string;
  /** The file's size in bytes. */
  bytes: number;
  /** The record in its canonical shape, further keys kept. */
  record: T;
  /** The JSON as it was read, before anything was mapped or defaulted. */
  raw: unknown;
}

/** A file of a session. */
export interface StoredFile {
  /** Relative to the session folder, with `/`. */
  file: string;
  /** Size in bytes. */
  bytes: number;
}
