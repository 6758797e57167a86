/**
 * Which part of a session a report shows.
 *
 * @module
 */

import type { EpochMs } from "../format/mod.ts";

/** What a report is limited to. What has no time, or no trace, is judged by the rest. */
export interface ReportScope {
  /** Only this trace and the traces that began inside it; null for all. */
  trace: string | null;
  /** Only what happened at or after this moment. */
  since: EpochMs | null;
  /** Only what happened before or at this moment. */
  until: EpochMs | null;
  /**
   * `errors`: whole traces in which something failed, or that never ended, and errors outside of
   * any trace.
   */
  only: "errors" | null;
  /** No more than fits into a page of so many bytes; null for all. */
  size_max_bytes: number | null;
}

/** A scope without any limit. */
export const wholeScope: ReportScope = {
  trace: null,
  since: null,
  until: null,
  only: null,
  size_max_bytes: null,
};

/** Records by kind, as a report counts them. */
export interface RecordCounts {
  logs: number;
  /** Trace files, and other trace ids that anything carries. */
  traces: number;
  llm_calls: number;
  errors: number;
  lock_requests: number;
  changes: number;
  metrics: number;
}

/** How a report is limited, and what that left out. */
export interface ScopeAccount extends ReportScope {
  left_out: RecordCounts;
  /** First and last moment of anything recorded, shown or not. */
  recorded: { start: EpochMs | null; end: EpochMs | null };
}
