/**
 * Records → findings with evidence. Pure, without files or clocks: the report, the command line and
 * the server give the same answers.
 *
 * @module
 */

export { type BlockedTask, blockedTaskFindings, blockedTasks } from "./blocked_tasks.ts";
export { type CriticalPath, criticalPath, type PathStep } from "./critical_path.ts";
export { damagedDataFindings } from "./damaged_data.ts";
export {
  errorFingerprint,
  type FaultParts,
  fingerprintFramesMax,
  fingerprintMessageMax,
  messagePattern,
} from "./error_fingerprint.ts";
export {
  type CallOutcome,
  callOutcome,
  isFailedOutcome,
  isFailure,
  neverEnded,
} from "./failure.ts";
export { findingsPerKindMax, sortFindings } from "./evidence_order.ts";
export {
  type Evidence,
  type Finding,
  type FindingKind,
  findingKinds,
  type Severity,
} from "./finding.ts";
export { FindingsFold, type SessionFacts } from "./findings_fold.ts";
export { isLibraryFile } from "./library_file.ts";
export { lastSign } from "./last_sign.ts";
export { lockFindings, lockWaitMinMs, lockWaitWarningMs } from "./lock_findings.ts";
export { isLockEvent, LockFold } from "./lock_fold.ts";
export type { LockOutcome, LockRequest } from "./lock_request.ts";
export {
  type Distribution,
  distribution,
  durationsByOperation,
  type OperationDurations,
  percentiles,
  robustSpread,
} from "./percentiles.ts";
export {
  slowSpanDeviations,
  slowSpanExcessMs,
  slowSpanFactor,
  slowSpanSampleMin,
} from "./slow_spans.ts";
export { type SpanTimes, spanTimes } from "./span_times.ts";
export { byMoment, byTime, type Moment, versionLeft } from "./time_order.ts";
export { type SpanNode, type SpanTree, spanTree } from "./span_tree.ts";
export type { VersionedChange } from "./state_conflicts.ts";
