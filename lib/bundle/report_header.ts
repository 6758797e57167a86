/**
 * Everything read → the header.
 *
 * @module
 */

import type { Finding, LockRequest } from "../analyse/mod.ts";
import type { Problem, SessionState } from "../format/mod.ts";
import type { BundleRedactor, SourceSummary } from "./bundle_source.ts";
import {
  bundleVersion,
  type LockTotals,
  type ReportHeader,
  type SessionHead,
  type StoredBytes,
} from "./header.ts";
import type { LogTotals } from "./log_pass.ts";
import type { RecordPass } from "./record_pass.ts";
import { redacted } from "./redacted.ts";
import type { TraceTotals } from "./trace_totals.ts";
import type { ScopeAccount } from "./scope.ts";
import type { InputFile } from "./sections.ts";
import type { TimeRange } from "./time_range.ts";

/** Everything that the header sums up. */
export interface HeaderFacts {
  summary: SourceSummary;
  /** Undefined for the session's own. */
  title: string | undefined;
  planloopVersion: string;
  scope: ScopeAccount | null;
  redactor: BundleRedactor | undefined;
  times: TimeRange;
  log: LogTotals;
  locks: readonly LockRequest[];
  records: RecordPass;
  traces: TraceTotals;
  problems: readonly Problem[];
  findings: Finding[];
  state: SessionState | null;
  metrics: number;
  sections: Record<string, number>;
  inputs: readonly InputFile[];
  stored: StoredBytes;
}

/** Sums up. */
export function createHeader(facts: HeaderFacts): ReportHeader {
  const { log, records, state, redactor, times } = facts;
  const head = sessionHead(facts.summary, redactor);
  const tasks = state?.tasks ?? [];
  return {
    bundle_version: bundleVersion,
    planloop_version: facts.planloopVersion,
    title: redacted(facts.title, redactor) || head.title || head.name || head.id,
    session: head,
    scope: facts.scope,
    time_range: { start: times.start, end: times.end },
    counts: {
      tasks: tasks.length,
      tasks_done: tasks.filter(({ status }) => status === "DONE").length,
      logs: log.rows,
      llm_calls: records.totals.llm_calls,
      llm_failed: records.totals.llm_failed,
      llm_open: records.totals.llm_open,
      traces: facts.traces.count,
      traces_failed: facts.traces.failed,
      traces_open: facts.traces.open,
      errors: records.errors.length,
      lock_requests: facts.locks.length,
      changes: records.changes.length,
      metrics: facts.metrics,
      problems: facts.problems.reduce((sum, { count }) => sum + (count ?? 1), 0),
    },
    levels: log.levels,
    llm: records.totals.llm,
    locks: lockTotals(facts.locks),
    slowest: redacted(facts.traces.slowest, redactor),
    findings: redacted(facts.findings, redactor),
    logs: { rows: log.rows, text_bytes: log.text_bytes, blocks: log.blocks },
    sections: facts.sections,
    document_blocks: [...records.documents.blocks],
    stored: facts.stored,
    redaction: {
      enabled: redactor !== undefined,
      replaced: sortedKeys(redactor?.counts() ?? {}),
    },
    inputs: {
      files: facts.inputs.length,
      bytes: facts.inputs.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  };
}

/** Adds up the waits of lock requests. */
export function lockTotals(requests: readonly LockRequest[]): LockTotals {
  const totals: LockTotals = { wait_ms: 0, wait_max_ms: null, timeouts: 0 };
  for (const { wait_ms, outcome } of requests) {
    if (outcome === "timeout") totals.timeouts++;
    if (wait_ms === null) continue;
    totals.wait_ms += wait_ms;
    totals.wait_max_ms = Math.max(totals.wait_max_ms ?? 0, wait_ms);
  }
  return totals;
}

function sessionHead(
  summary: SourceSummary,
  redactor: BundleRedactor | undefined,
): SessionHead {
  const { id, name, title, purpose, project_root, created, updated, done, now, has_state } =
    redacted(
      summary,
      redactor,
    );
  return { id, name, title, purpose, project_root, created, updated, done, now, has_state };
}

/** The same counts in the same order, whichever secret came first. */
function sortedKeys(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
