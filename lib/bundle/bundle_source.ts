/**
 * What a bundle is made from: any session that can be read record by record. A stored session fits
 * as it is; so does a test's handful of lists.
 *
 * @module
 */

import type { LockRequest } from "../analyse/lock_request.ts";
import type {
  AgentTranscriptLine,
  DeadlockFile,
  EpochMs,
  ErrorReport,
  Feedback,
  LlmTranscript,
  LockInfo,
  LockQueueEntry,
  Metric,
  Now,
  PlanDocument,
  Problem,
  SessionState,
  StateDiff,
  Trace,
} from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LogRow } from "../read/log_row.ts";

/** A record with the file it came from. */
export interface SourceRecord<T> {
  /** Relative to the session folder, with `/`. */
  file: string;
  /** The file's size in bytes. */
  bytes: number;
  record: T;
}

/** The session in a few words. */
export interface SourceSummary {
  id: string;
  name: string;
  title: string;
  purpose: string;
  project_root: string;
  created: EpochMs | null;
  updated: EpochMs | null;
  done: boolean;
  now: Now | null;
  has_state: boolean;
}

/** A session, as {@linkcode writeBundle} reads it: each generator once, the log first. */
export interface BundleSource {
  readonly id: string;
  /** Grows while the session is read. */
  readonly problems: readonly Problem[];
  summary(): SourceSummary;
  state(): SessionState | null;
  plan(): PlanDocument | null;
  feedback(): Feedback | null;
  deadlock(): DeadlockFile | null;
  lockInfo(): LockInfo | null;
  lockQueue(): LockQueueEntry[];
  agentTranscript(): AgentTranscriptLine[];
  /** The log in time order, in batches. */
  log(): AsyncIterable<readonly LogRecord[]>;
  /** The same as rows, each line read no further than its row needs. Absent: {@linkcode log} is. */
  logRows?(): AsyncIterable<readonly LogRow[]>;
  /**
   * The lock requests, where more of the log is known than {@linkcode BundleSource.log} gives; asked
   * for when that was read. Default: those of the log.
   */
  lockRequests?(): LockRequest[];
  traces(): AsyncIterable<SourceRecord<Trace>>;
  llmTranscripts(): AsyncIterable<SourceRecord<LlmTranscript>>;
  errors(): AsyncIterable<SourceRecord<ErrorReport>>;
  diffs(): AsyncIterable<SourceRecord<StateDiff>>;
  metrics(): AsyncIterable<readonly Metric[]>;
  /** Every file of the session. */
  files(): readonly { file: string; bytes: number }[];
  /** A file's JSON, repaired where it was cut; null where it cannot be read. */
  readJson(file: string): unknown;
}

/** Replaces secrets; what `lib/redact` makes. */
export interface BundleRedactor {
  text(text: string): string;
  /** The same value without its secrets; the value itself where it has none. */
  value(value: unknown): unknown;
  /**
   * Whether the strings of JSON, which is UTF-8 and as `JSON.stringify` writes it, may hold a secret;
   * false is certain. Absent: they may.
   */
  mayHoldSecretIn?(bytes: Uint8Array, start: number, end: number): boolean;
  /** The same, faster, for bytes that do not change from the first look on. Absent: there is none. */
  mayHoldSecretInBlock?(block: Uint8Array, start: number, end: number): boolean;
  /** What was replaced so far, by rule. */
  counts(): Record<string, number>;
}
