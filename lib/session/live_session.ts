/**
 * The session object.
 *
 * @module
 */

import {
  type Level,
  type Metric,
  parseLevel,
  type SessionState,
  type Span,
  type ValidationIssue,
} from "../format/mod.ts";
import { acquireLock, closeSessionLock, type LockHandle } from "../lock/mod.ts";
import {
  abandonCalls,
  abandonTraces,
  type CaptureContext,
  captureError,
  type CaptureOptions,
  endTraceById,
  type LlmCallHandle,
  type LlmCallOptions,
  type LlmRecord,
  makeRecordingFetch,
  readOptions,
  type Recorder,
  recordLlmCall,
  runInScope,
  runLlmCall,
  runSpan,
  runTrace,
  sampleEventLoop,
  sampleEvery,
  sampleMemory,
  scopeOf,
  type SpanHandle,
  spansOf,
  type TraceHandle,
  type TraceOptions,
  wrapWithCapture,
  writeFailures,
  writeLockEvent,
  writeLog,
  writeMetric,
  writeValidationEvent,
} from "../record/mod.ts";
import { captureUncaught, forgetSession } from "./current.ts";
import { handOver } from "./handover.ts";
import { MemoryLock } from "./memory_lock.ts";
import { RedactionManifest } from "./redaction_manifest.ts";
import type { LogOptions, Session, SessionLockOptions, UpdateStateOptions } from "./session.ts";
import { diskStateStore, memoryStateStore, type StateStore } from "./state_store.ts";
import { type StateChanger, updateState } from "./update_state.ts";

/** What a session object is made of. */
export interface LiveSessionOptions {
  recorder: Recorder;
  /** Absolute. */
  home: string;
  /** The state that a session without a disk starts with. */
  first: SessionState;
  agent: string | undefined;
  /** Ends what was begun for this session alone, such as `locals: "inspector"`; called on close. */
  stopListening: (() => void) | undefined;
}

/** A model call of which nothing is told. */
const noCall: LlmCallOptions = { provider: "unknown", model: "unknown", request: {} };

/** The session object: each method hands its work to the room that does it. */
export class LiveSession implements Session {
  readonly id: string;
  readonly path: string;
  readonly home: string;
  readonly recording: boolean;
  readonly fetch: typeof fetch;
  readonly #recorder: Recorder;
  readonly #store: StateStore;
  readonly #memoryLock: MemoryLock;
  readonly #agent: string | undefined;
  readonly #samplers = new Set<() => void>();
  readonly #stopListening: (() => void) | undefined;
  readonly #manifest: RedactionManifest;

  constructor({ recorder, home, first, agent, stopListening }: LiveSessionOptions) {
    this.id = recorder.sessionId;
    this.path = recorder.path;
    this.home = home;
    this.recording = recorder.recording;
    this.fetch = makeRecordingFetch(recorder);
    this.#recorder = recorder;
    this.#agent = agent;
    this.#stopListening = stopListening;
    this.#manifest = new RedactionManifest(recorder);
    this.#memoryLock = new MemoryLock(recorder.runtime, recorder.path);
    this.#store = recorder.recording
      ? diskStateStore(recorder.runtime, home, recorder.path)
      : memoryStateStore(first);
  }

  log(message: string, context?: object, options?: LogOptions & { level?: Level }): void {
    const given = readOptions(options);
    this.#log(parseLevel(given.level) ?? "INFO", message, context, given);
  }

  #log(level: Level, message: string, context?: object, options?: LogOptions): void {
    writeLog(
      this.#recorder,
      options === undefined
        ? { level, message, context, operation: undefined, duration_ms: undefined }
        : { ...readOptions(options), level, message, context },
    );
  }

  debug(message: string, context?: object, options?: LogOptions): void {
    this.#log("DEBUG", message, context, options);
  }

  info(message: string, context?: object, options?: LogOptions): void {
    this.#log("INFO", message, context, options);
  }

  warning(message: string, context?: object, options?: LogOptions): void {
    this.#log("WARNING", message, context, options);
  }

  error(message: string, context?: object, options?: LogOptions): void {
    this.#log("ERROR", message, context, options);
  }

  critical(message: string, context?: object, options?: LogOptions): void {
    this.#log("CRITICAL", message, context, options);
  }

  validationFailed(target: string, issues: readonly ValidationIssue[]): void {
    writeValidationEvent(this.#recorder, target, issues);
  }

  trace<T>(operation: string, fn: (trace: TraceHandle) => T, options?: TraceOptions): T {
    return runTrace(this.#recorder, operation, fn, readOptions(options));
  }

  span<T>(name: string, fn: (span: SpanHandle) => T): T;
  span<T>(name: string, metadata: object, fn: (span: SpanHandle) => T): T;
  span<T>(
    name: string,
    metadata: object | ((span: SpanHandle) => T),
    fn?: (span: SpanHandle) => T,
  ): T {
    return typeof metadata === "function"
      ? runSpan(this.#recorder, name, {}, metadata as (span: SpanHandle) => T)
      : runSpan(this.#recorder, name, metadata, fn!);
  }

  spans(traceId: string): Span[] {
    return spansOf(this.#recorder, traceId);
  }

  endTrace(traceId: string): void {
    endTraceById(this.#recorder, traceId);
  }

  childEnv(): Record<string, string> {
    return handOver(this.#recorder, this.home);
  }

  run<T>(fn: () => T): T {
    const scope = scopeOf(this.#recorder);
    return runInScope({ ...scope, recorder: this.#recorder }, fn);
  }

  lock(operation: string, options: SessionLockOptions = {}): Promise<LockHandle> {
    const recorder = this.#recorder;
    if (!recorder.recording) return this.#memoryLock.acquire(operation, options);
    // The events belong to the flow that asked, also those of a release from elsewhere.
    const { traceId } = scopeOf(recorder);
    return acquireLock({
      sessionPath: recorder.path,
      operation,
      agent: this.#agent,
      timeout_ms: options.timeout_ms,
      signal: options.signal,
      runtime: recorder.runtime,
      log: (notice) => writeLockEvent(recorder, { ...notice, trace_id: traceId ?? null }),
    });
  }

  async withLock<T>(
    operation: string,
    fn: () => T | Promise<T>,
    options?: SessionLockOptions,
  ): Promise<T> {
    const lock = await this.lock(operation, options);
    try {
      return await fn();
    } finally {
      lock.release();
    }
  }

  state(): SessionState {
    return this.#store.read().state;
  }

  updateState(change: StateChanger, options: UpdateStateOptions = {}): Promise<SessionState> {
    return updateState({
      recorder: this.#recorder,
      store: this.#store,
      change,
      options,
      withLock: (operation, fn) => this.withLock(operation, fn, options),
    });
  }

  llm<T>(call: LlmCallOptions, fn: (call: LlmCallHandle) => T): T {
    return runLlmCall(this.#recorder, { ...noCall, ...readOptions(call) }, fn);
  }

  recordLlmCall(record: LlmRecord): string | null {
    return recordLlmCall(this.#recorder, record);
  }

  metric(name: string, value: number, tags?: Metric["tags"]): void {
    writeMetric(this.#recorder, name, value, tags);
  }

  sampleMemory(tags?: Metric["tags"]): void {
    sampleMemory(this.#recorder, tags);
  }

  sampleEventLoop(tags?: Metric["tags"]): Promise<void> {
    return sampleEventLoop(this.#recorder, tags);
  }

  sampleEvery(interval_ms = 10_000, tags?: Metric["tags"]): () => void {
    const stop = sampleEvery(this.#recorder, interval_ms, tags);
    this.#samplers.add(stop);
    return () => {
      stop();
      this.#samplers.delete(stop);
    };
  }

  captureError(error: unknown, context?: CaptureContext): string | null {
    return captureError(this.#recorder, error, context);
  }

  captureErrorContext<A extends unknown[], R>(
    fn: (...args: A) => R,
    options?: CaptureOptions,
  ): (...args: A) => R {
    return wrapWithCapture(() => this.#recorder, fn, options);
  }

  captureUncaught(): () => void {
    return captureUncaught(this);
  }

  close(): void {
    this.#stopListening?.();
    for (const stop of this.#samplers) stop();
    this.#samplers.clear();
    abandonCalls(this.#recorder);
    abandonTraces(this.#recorder);
    this.#manifest.close();
    writeFailures(this.#recorder);
    this.#recorder.log.close();
    this.#recorder.metrics.close();
    closeSessionLock(this.path, this.#recorder.runtime);
    forgetSession(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
