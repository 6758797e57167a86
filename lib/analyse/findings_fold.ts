/**
 * A session → where to look first. One pass, in memory that does not grow with the log.
 *
 * @module
 */

import {
  type EpochMs,
  type ErrorReport,
  type LlmTranscript,
  parseTime,
  type Problem,
  type SessionState,
  type Trace,
} from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import { blockedTaskFindings } from "./blocked_tasks.ts";
import { damagedDataFindings } from "./damaged_data.ts";
import { sortFindings } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";
import { FirstError } from "./first_error.ts";
import { lockFindings } from "./lock_findings.ts";
import type { LockRequest } from "./lock_request.ts";
import { ModelCalls } from "./model_calls.ts";
import { OpenWork } from "./open_work.ts";
import { SlowSpans } from "./slow_spans.ts";
import { StateConflicts, type VersionedChange } from "./state_conflicts.ts";

/** What is known only when everything was read. */
export interface SessionFacts {
  state: SessionState | null;
  /** From `LockFold`. */
  locks: readonly LockRequest[];
  problems: readonly Problem[];
}

/**
 * Takes a session's records in any order of kinds, then lists what is worth looking at, with the
 * record that proves it. The same records give the same findings.
 *
 * @example
 * ```ts
 * import { openSession } from "planloop";
 * import { FindingsFold, LockFold } from "planloop/analyse";
 * import { openHome } from "planloop/store";
 *
 * const { home, id } = openSession({ name: "example" });
 * const session = openHome(home).findSession(id);
 * const findings = new FindingsFold();
 * const locks = new LockFold();
 * for await (const batch of session.log()) {
 *   for (const record of batch) {
 *     findings.addLog(record);
 *     locks.add(record);
 *   }
 * }
 * for await (const { record, file } of session.traces()) findings.addTrace(record, file);
 * findings.finish({ state: session.state(), locks: locks.finish(), problems: session.problems });
 * ```
 */
export class FindingsFold {
  readonly #firstError = new FirstError();
  readonly #openWork = new OpenWork();
  readonly #calls = new ModelCalls();
  readonly #slowSpans = new SlowSpans();
  readonly #conflicts = new StateConflicts();

  /** Takes a record of the log: {@linkcode addError} and {@linkcode addSign} of it. */
  addLog(record: LogRecord): void {
    this.addError(record);
    this.addSign(record.trace_id, record.time);
  }

  /** Takes a record of the log as an error; of a level below that it is none. */
  addError(record: LogRecord): void {
    this.#firstError.addLog(record);
  }

  /** Takes that a line of the log was of a trace: nothing else of most lines matters. */
  addSign(trace_id: string | null, time: EpochMs | null): void {
    this.#openWork.addSign(trace_id, time);
  }

  addTrace(trace: Trace, file: string): void {
    this.#firstError.addTrace(trace, file);
    this.#openWork.addTrace(trace, file);
    this.#slowSpans.addTrace(trace, file);
  }

  addCall(call: LlmTranscript, file: string): void {
    this.#firstError.addCall(call, file);
    this.#calls.addCall(call, file);
    const start = parseTime(call.timestamp);
    if (start !== undefined) {
      this.#openWork.addSign(call.trace_id, start + (call.duration_ms ?? 0));
    }
  }

  addReport(report: ErrorReport, file: string): void {
    this.#firstError.addReport(report, file);
    this.#openWork.addSign(report.trace_id, parseTime(report.timestamp));
  }

  addChange(change: VersionedChange): void {
    this.#conflicts.addChange(change);
    this.#openWork.addSign(change.diff.trace_id, parseTime(change.diff.timestamp));
  }

  /** The findings, most important first. */
  finish(facts: SessionFacts): Finding[] {
    return sortFindings([
      ...this.#firstError.findings(),
      ...this.#openWork.findings(),
      ...this.#calls.findings(),
      ...lockFindings(facts.locks),
      ...this.#slowSpans.findings(),
      ...this.#conflicts.findings(),
      ...blockedTaskFindings(facts.state),
      ...damagedDataFindings(facts.problems),
    ]);
  }
}
