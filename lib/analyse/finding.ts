/**
 * What an analysis found, and the records that prove it.
 *
 * @module
 */

/** How much a finding matters: an error first, then a warning, then a remark. */
export type Severity = "error" | "warning" | "info";

/** The kinds of finding, in the order in which they are shown when equally severe. */
export const findingKinds = [
  "first_error",
  "open_at_death",
  "failed_call",
  "retried_call",
  "lock_never_released",
  "longest_lock_wait",
  "slow_span",
  "state_conflict",
  "blocked_tasks",
  "damaged_data",
] as const;

export type FindingKind = typeof findingKinds[number];

/** The record that a finding rests on. Every key narrows it down; at least one is set. */
export interface Evidence {
  /** The file, relative to the session folder. */
  file?: string;
  /** The line in that file, from 1. */
  line?: number;
  trace_id?: string;
  span_id?: string;
  lock_entry_id?: string;
  task_id?: number;
}

/** One thing worth looking at, with its evidence. */
export interface Finding {
  kind: FindingKind;
  severity: Severity;
  /** One line, without a final stop: `First error in suggest: RateLimitError`. */
  title: string;
  /** One or two sentences: the figures and what they mean. */
  detail: string;
  evidence: Evidence;
  /** When it happened, in milliseconds since the epoch; null where that is unknown. */
  time: number | null;
}
