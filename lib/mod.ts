/**
 * planloop: the flight recorder for AI agent loops.
 *
 * @example Record a session
 * ```ts
 * import { openSession } from "planloop";
 *
 * using session = openSession({ name: "fix the flaky checkout" });
 * await session.trace("suggest", async () => {
 *   session.info("asking the model", { task_id: 4 });
 *   await session.span("read_files", { files: 3 }, (span) => span.set({ folder: "src" }));
 * });
 * ```
 *
 * @module
 */

export type {
  Artifact,
  ArtifactType,
  Environment,
  Level,
  LlmAttempt,
  LlmError,
  LlmPrice,
  LlmRateLimit,
  LlmRequest,
  LlmStream,
  LlmUsage,
  LockEventName,
  Metric,
  Now,
  NowReason,
  Prompts,
  SessionState,
  Signal,
  SignalLevel,
  SignalType,
  Span,
  SpanError,
  SpanEvent,
  Task,
  TaskStatus,
  TaskType,
  TraceId,
  TraceStatus,
  ValidationIssue,
} from "./format/mod.ts";
export type {
  CaptureContext,
  CaptureOptions,
  Cost,
  LlmCallHandle,
  LlmCallOptions,
  LlmRecord,
  LockLogEvent,
  PricedCall,
  PriceFunction,
  RecordingFetchOptions,
  SpanHandle,
  TraceHandle,
  TraceOptions,
} from "./record/mod.ts";
export { generateTraceId, getCurrentTraceId, setTraceId } from "./record/mod.ts";
export { type LockHandle, type LockTimeoutDetails, LockTimeoutError } from "./lock/mod.ts";
export {
  createRedactor,
  type CustomRule,
  type RedactOptions,
  type Redactor,
} from "./redact/mod.ts";
export {
  type AppendHandle,
  type Clock,
  type Digest,
  type DirectoryEntry,
  type FileKind,
  type Files,
  type FileStat,
  type MemoryUsage,
  type ProcessInfo,
  type Random,
  type ReadChunksOptions,
  type RewriteHandle,
  type Runtime,
  systemRuntime,
  type UncaughtOrigin,
} from "./runtime/mod.ts";
export type {
  LogOptions,
  OpenSessionOptions,
  Session,
  SessionLockOptions,
  UpdateStateOptions,
} from "./session/mod.ts";
export {
  acquireLock,
  captureErrorContext,
  currentSession,
  getTraceSpans,
  logLockEvent,
  openSession,
  recordingFetch,
  recordLlmCall,
  releaseLock,
  startOperationTrace,
  type StateConflictDetails,
  StateConflictError,
  traceSpan,
  writeTraceSpans,
} from "./session/mod.ts";
