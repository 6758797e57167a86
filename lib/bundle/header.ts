/**
 * The head of a report's payload: totals and summaries, readable without touching any block.
 *
 * @module
 */

import type { Finding } from "../analyse/finding.ts";
import type { EpochMs, Level, Now } from "../format/mod.ts";
import type { ScopeAccount } from "./scope.ts";

/** The payload's version: raised when a report app of the old version could not read it. */
export const bundleVersion = 3;

/** The session in a few words. */
export interface SessionHead {
  id: string;
  name: string;
  title: string;
  purpose: string;
  project_root: string;
  created: EpochMs | null;
  updated: EpochMs | null;
  done: boolean;
  now: Now | null;
  /** Whether `state.json` could be read. */
  has_state: boolean;
}

/** How many records each view has. */
export interface Counts {
  tasks: number;
  tasks_done: number;
  logs: number;
  llm_calls: number;
  /** Those that ended in an error or were broken off. */
  llm_failed: number;
  /** Those that never ended: their process was killed, or still ran when the session was read. */
  llm_open: number;
  traces: number;
  /** Those in which anything failed, as `lib/analyse/failure.ts` says. */
  traces_failed: number;
  /** Those that never ended: their process was killed, or still ran when the session was read. */
  traces_open: number;
  errors: number;
  lock_requests: number;
  changes: number;
  metrics: number;
  problems: number;
}

/** Tokens and cost over all calls. */
export interface LlmTotals {
  /** The sum of the known numbers; null where none is known. */
  input_tokens: number | null;
  /** The sum of the known numbers; null where none is known. */
  output_tokens: number | null;
  /** Calls of which the number of tokens in, out or both is unknown. */
  tokens_unknown: number;
  /** The sum of the known costs; null where no cost is known. */
  cost_usd: number | null;
  /** Calls without a known cost. */
  cost_unknown: number;
}

/** How long lock requests waited. */
export interface LockTotals {
  /** Sum of the waits, in milliseconds. */
  wait_ms: number;
  /** The longest of them; null where none is known. */
  wait_max_ms: number | null;
  /** Requests that gave up. */
  timeouts: number;
}

/** The trace that took longest, of those that ended. */
export interface SlowestTrace {
  trace_id: string;
  operation: string;
  duration_ms: number;
}

/** One block of log rows. */
export interface LogBlock {
  rows: number;
  /** Size of the inflated columns. */
  column_bytes: number;
  /** Size of the inflated text. */
  text_bytes: number;
}

/** Sizes of a payload's parts, in bytes as they are stored: compressed, before they are text. */
export interface StoredBytes {
  section: number;
  columns: number;
  text: number;
  documents: number;
}

/** Everything that the app, and the static first view, need before any block is inflated. */
export interface ReportHeader {
  bundle_version: number;
  planloop_version: string;
  title: string;
  session: SessionHead;
  /** What the report is limited to; null where it shows the whole session. */
  scope: ScopeAccount | null;
  /** First and last moment of anything recorded. */
  time_range: { start: EpochMs | null; end: EpochMs | null };
  counts: Counts;
  levels: Record<Level, number>;
  llm: LlmTotals;
  locks: LockTotals;
  slowest: SlowestTrace | null;
  /** Where to look first, most important first. */
  findings: Finding[];
  logs: { rows: number; text_bytes: number; blocks: LogBlock[] };
  /** Inflated size of each section, by name. */
  sections: Record<string, number>;
  /** Inflated size of each block of documents. */
  document_blocks: number[];
  stored: StoredBytes;
  /** What the redaction at this door replaced, by rule; `enabled` false with `--no-redact`. */
  redaction: { enabled: boolean; replaced: Record<string, number> };
  /** The files that the report was made from: how many, and their size together. */
  inputs: { files: number; bytes: number };
  /**
   * Traces whose process still ran when the session was read. Absent in a report, in which nothing
   * runs.
   */
  running?: string[];
}
