/**
 * The sections of a report's payload: one small index per kind of record. Whole records are
 * documents, which stay compressed until they are opened.
 *
 * @module
 */

import type { CallOutcome } from "../analyse/failure.ts";
import type { LockRequest } from "../analyse/lock_request.ts";
import type {
  AgentTranscriptLine,
  DeadlockFile,
  EpochMs,
  Feedback,
  LockInfo,
  LockQueueEntry,
  PlanDocument,
  Problem,
  SessionState,
  TraceStatus,
} from "../format/mod.ts";

/** A whole record among the documents: block, first byte, length in bytes. */
export type DocumentRef = readonly [block: number, start: number, bytes: number];

/** The session's own files. Null where a file is absent or could not be read. */
export interface SessionSection {
  state: SessionState | null;
  plan: PlanDocument | null;
  feedback: Feedback | null;
  deadlock: DeadlockFile | null;
  lock_info: LockInfo | null;
  lock_queue: LockQueueEntry[];
  agent_transcript: AgentTranscriptLine[];
}

/** A trace id that anything in the session carries, with or without a trace file of its own. */
export interface TraceRow {
  trace_id: string;
  operation: string;
  command: string;
  /** How the trace itself ended; null where there is no trace file. */
  status: TraceStatus | null;
  /** Whether anything failed in it, as `lib/analyse/failure.ts` says: itself, or what carries its id. */
  failed: boolean;
  start: EpochMs | null;
  /** Of a trace that never ended, its last sign: a span, event, log line, call, error or change. */
  end: EpochMs | null;
  duration_ms: number | null;
  spans: number;
  logs: number;
  errors: number;
  llm_calls: number;
  changes: number;
  lock_requests: number;
  file: string | null;
  document: DocumentRef | null;
}

/** A model call. */
export interface LlmRow {
  trace_id: string;
  operation: string;
  provider: string;
  model: string;
  time: EpochMs | null;
  duration_ms: number | null;
  time_to_first_chunk_ms: number | null;
  streamed: boolean;
  outcome: CallOutcome;
  stop_reason: string | null;
  attempts: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  /** The error's message, where it failed. */
  error: string | null;
  /** The start of the last user message, for the table. */
  prompt_preview: string;
  /** The start of the answer, for the table. */
  response_preview: string;
  call_index: number | null;
  span_id: string | null;
  file: string;
  document: DocumentRef;
}

/** An error report. */
export interface ErrorRow {
  trace_id: string;
  time: EpochMs | null;
  error_type: string;
  error_message: string;
  function: string;
  operation: string;
  /** `file:line` of the frame that threw; empty where there is no stack. */
  location: string;
  locals_source: string | null;
  /** Equal for reports of one fault, as `errorFingerprint` says. */
  fingerprint: string;
  file: string;
  document: DocumentRef;
  /** The copy of the state at that moment, where there is one. */
  state: DocumentRef | null;
}

/** A state change. */
export interface ChangeRow {
  trace_id: string;
  time: EpochMs | null;
  operation: string;
  changes: number;
  /** The first changed paths. */
  paths: string[];
  version_before: number | null;
  version_after: number | null;
  file: string;
  document: DocumentRef;
  before: DocumentRef | null;
  after: DocumentRef | null;
}

/** Which state change altered which paths, for the history of a path. */
export interface PathSection {
  /** Every path that was altered, once. */
  names: string[];
  /** For each row of the changes, in their order: indexes into `names`. */
  changes: number[][];
  /** Altered paths that are not listed, because there were too many. */
  left_out: number;
}

/** Measurements, with names and tags stored once. A row: time, index of name, value, index of tags. */
export interface MetricSection {
  names: string[];
  tags: Record<string, unknown>[];
  rows: [time: EpochMs | null, name: number, value: number, tags: number][];
}

/** What the numbers in the log columns stand for. */
export interface LogDictionaries {
  operations: string[];
  /** Index 0 is "no trace". */
  traces: string[];
  /** Index 0 is "no event". */
  events: string[];
  files: string[];
  /** The session's id, which the rows' text leaves out; null where no line has one. */
  session_id: string | null;
}

/** An input file, for provenance. */
export interface InputFile {
  /** Relative to the session folder. */
  file: string;
  bytes: number;
  sha256: string;
}

/** Every section by name. */
export interface Sections {
  session: SessionSection;
  dictionaries: LogDictionaries;
  traces: TraceRow[];
  llm: LlmRow[];
  errors: ErrorRow[];
  locks: LockRequest[];
  changes: ChangeRow[];
  paths: PathSection;
  metrics: MetricSection;
  problems: Problem[];
  inputs: InputFile[];
}

export type SectionName = keyof Sections;
