/**
 * A session: one agent run, recorded into one folder.
 *
 * @module
 */

import type { Level, Metric, SessionState, Span, ValidationIssue } from "../format/mod.ts";
import type { LockHandle } from "../lock/mod.ts";
import type {
  CaptureContext,
  CaptureOptions,
  LlmCallHandle,
  LlmCallOptions,
  LlmRecord,
  PriceFunction,
  SpanHandle,
  TraceHandle,
  TraceOptions,
} from "../record/mod.ts";
import type { RedactOptions, Redactor } from "../redact/mod.ts";
import type { Runtime } from "../runtime/mod.ts";

/** How a session is opened. */
export interface OpenSessionOptions {
  /** What the session is called. Its id is made from it where `id` is not given. */
  name: string;
  /** The session to reopen, or to create under this id. Default: a new id made from the name. */
  id?: string;
  /**
   * Goes on in the session that another process or thread handed over with `childEnv()`: `true`
   * takes it from the environment, an object is what `childEnv()` gave. What is recorded belongs to
   * the trace that was handed over. Without a hand-over, the session is opened as if this were
   * absent. `id` and `home` win over it. Default: false.
   */
  resume?: boolean | Record<string, string | undefined>;
  /** The home folder. Default: `PLANLOOP_HOME`, else `.planloop` in the user's home directory. */
  home?: string;
  /** Default: the name. Only used when the session is created. */
  title?: string;
  /** What the session is for. Only used when the session is created. Default: empty. */
  purpose?: string;
  /** The project's folder. Only used when the session is created. Default: the working directory. */
  projectRoot?: string;
  /** Only used when the session is created. Default: none. */
  tags?: string[];
  /** Who asks for locks. Default: `PLANLOOP_AGENT_NAME`, else `pid:<n>`. */
  agent?: string;
  /** Whether anything is recorded. `PLANLOOP_NO_RECORDING=1` wins. Default: true. */
  recording?: boolean;
  /** Whether model calls leave transcripts. Default: `PLANLOOP_RECORD_LLM`, else the home's features. */
  recordLlm?: boolean;
  /**
   * Whether secrets are replaced before anything is written; or what else is secret and what is
   * not, `env` being this process's environment unless it is given; or the redactor to use.
   * Default: true.
   */
  redact?: boolean | RedactOptions | Redactor;
  /**
   * Tells what a model call cost; false for never. Default: the built-in prices of the main
   * providers. `cost_usd` is null where a price is unknown.
   */
  price?: PriceFunction | false;
  /**
   * `inspector` looks at the variables of the code that throws, through the inspector of Node in
   * the same thread: up to 3 frames, up to 20 throws a second. While the session is open, the whole
   * program is slower, `await` most of all. Does nothing under Deno, in workers, and with a debugger
   * attached; ends when one comes. Default: not at all, at no cost.
   */
  locals?: "inspector";
  /**
   * Whether log lines and metrics are gathered and written together, at the end of the event loop's
   * turn or at 64 KiB. That costs less than half, and order and content stay the same; a process
   * that is killed without warning loses the lines of its last turn. Default: false, each line is
   * with the system before the call returns.
   */
  batch?: boolean;
  /**
   * Size at which the log goes on in a new file, in bytes, at least 4096; the full one becomes
   * `logs/planloop.<n>.jsonl`. It is exceeded by what each process writes until it notices, a 16th
   * of the limit and one line (with `batch` 64 KiB) at most, and by what all of them write while one
   * renames the file; where that one is killed meanwhile, this takes 10 s. Default: none, the log is
   * one file.
   */
  logBytesMax?: number;
  /**
   * With `logBytesMax`: full files that are kept; older ones are removed, which the log says once.
   * Default: 10.
   */
  logFilesMax?: number;
  /** The machine. Default: the one this runs on. */
  runtime?: Runtime;
}

/** Further values of a log line. */
export interface LogOptions {
  /** Default: the operation of the running trace, else `session`. */
  operation?: string;
  /** How long the logged work took, in milliseconds. Default: none. */
  duration_ms?: number;
}

/** How a lock is waited for. */
export interface SessionLockOptions {
  /** Longest wait in milliseconds. Default 30 000. */
  timeout_ms?: number;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/** How a state change is made. */
export interface UpdateStateOptions extends SessionLockOptions {
  /** Default: the operation of the running trace, else `update`. */
  operation?: string;
  /** The version that the change is for; another one is refused. Default: any. */
  expected_version?: number;
}

/**
 * One agent run, recorded into one folder.
 *
 * Recording never throws into the program that it records: what cannot be written is counted and
 * said once on standard error. `state`, `updateState` and `lock` do real work for the caller and
 * throw when it cannot be done.
 */
export interface Session {
  /** The session's id, which is its folder's name. */
  readonly id: string;
  /** The session's folder, absolute. */
  readonly path: string;
  /** The home folder, absolute. */
  readonly home: string;
  /** Whether anything is written. False under `PLANLOOP_NO_RECORDING=1`: nothing is touched. */
  readonly recording: boolean;

  /** Writes a line of level INFO, or of the level in `options`. */
  log(message: string, context?: object, options?: LogOptions & { level?: Level }): void;
  /** Writes a line of level DEBUG. */
  debug(message: string, context?: object, options?: LogOptions): void;
  /** Writes a line of level INFO. */
  info(message: string, context?: object, options?: LogOptions): void;
  /** Writes a line of level WARNING. */
  warning(message: string, context?: object, options?: LogOptions): void;
  /** Writes a line of level ERROR. */
  error(message: string, context?: object, options?: LogOptions): void;
  /** Writes a line of level CRITICAL. */
  critical(message: string, context?: object, options?: LogOptions): void;
  /** Writes a `validation_failed` line: data that failed a check, and why. */
  validationFailed(target: string, issues: readonly ValidationIssue[]): void;

  /**
   * Runs one operation as a trace of its own. Everything recorded inside carries its id. What `fn`
   * returns or throws comes out unchanged; a promise ends the trace when it settles. An error that
   * leaves the trace is reported, with the variables of the spans that it came through, unless it
   * was reported where it was thrown.
   */
  trace<T>(operation: string, fn: (trace: TraceHandle) => T, options?: TraceOptions): T;
  /** Runs a named piece of work inside the running trace, or in one of its own. */
  span<T>(name: string, fn: (span: SpanHandle) => T): T;
  /** Runs a named piece of work, with values that are known at its start. */
  span<T>(name: string, metadata: object, fn: (span: SpanHandle) => T): T;
  /** The spans of a trace that this process still runs; empty for any other. */
  spans(traceId: string): Span[];
  /** Ends a trace that was begun by `startOperationTrace` or `setTraceId`, and writes its file. */
  endTrace(traceId: string): void;
  /**
   * Variables that hand this session, and the present flow's trace and span, over to a child process
   * (`env: { ...process.env, ...session.childEnv() }`) or to a worker (as a part of its data). There,
   * `openSession({ resume: … })` takes them: `PLANLOOP_HOME`, `PLANLOOP_SESSION`,
   * `PLANLOOP_RECORD_LLM`, and inside a trace `PLANLOOP_TRACE_ID`, `PLANLOOP_SPAN_ID` and, for other
   * tools, the W3C `TRACEPARENT`.
   */
  childEnv(): Record<string, string>;
  /** Calls `fn` with this session as the current one. */
  run<T>(fn: () => T): T;

  /**
   * Waits for the session's lock.
   *
   * @throws {LockTimeoutError} When the wait took longer than `timeout_ms`.
   */
  lock(operation: string, options?: SessionLockOptions): Promise<LockHandle>;
  /** Calls `fn` under the session's lock and releases it afterwards. */
  withLock<T>(
    operation: string,
    fn: () => T | Promise<T>,
    options?: SessionLockOptions,
  ): Promise<T>;

  /**
   * Reads `state.json`.
   *
   * @throws {Error} Where it cannot be read or is no session state.
   */
  state(): SessionState;
  /**
   * Changes the state under the session's lock: reads it, hands it to `change`, raises `version`,
   * recomputes `now`, saves it with `PLAN.md` and the registry, and records what changed.
   *
   * No update is lost: before it is saved, the file is compared with what was read. Where somebody
   * who does not take the lock wrote it meanwhile, `change` is called again with the new state.
   *
   * @param change Changes the state in place, or returns another one, or a promise of it; other
   * things that it returns count for nothing. Where it throws, nothing is saved and the error comes
   * out.
   * @throws {LockTimeoutError} When the lock could not be had in time.
   * @throws {StateConflictError} When the version is not `expected_version`, or the file changed
   * during each of several attempts.
   */
  updateState(
    change: (state: SessionState) => unknown,
    options?: UpdateStateOptions,
  ): Promise<SessionState>;

  /**
   * Records a model call around `fn`. What `fn` gives (a value, a promise, a stream) comes out
   * unchanged; a stream is recorded while the caller reads it.
   */
  llm<T>(call: LlmCallOptions, fn: (call: LlmCallHandle) => T): T;
  /**
   * Records a finished model call.
   *
   * @returns The transcript's file, relative to the session folder; null where none was written.
   */
  recordLlmCall(record: LlmRecord): string | null;
  /** A `fetch` that records the model calls among its requests. */
  readonly fetch: typeof fetch;

  /** Writes a measurement. The unit is the last part of its name. */
  metric(name: string, value: number, tags?: Metric["tags"]): void;
  /** Writes `memory.rss_mb` and `memory.heap_used_mb`. */
  sampleMemory(tags?: Metric["tags"]): void;
  /** Measures `event_loop.delay_ms`: how late a timer comes. */
  sampleEventLoop(tags?: Metric["tags"]): Promise<void>;

  /**
   * Writes `memory.rss_mb`, `memory.heap_used_mb` and `event_loop.delay_ms` again and again, without
   * keeping the process alive.
   *
   * @param interval_ms Default 10 000, at least 100.
   * @returns The way to stop; closing the session stops it too.
   * @throws {RangeError} If the interval is too short.
   */
  sampleEvery(interval_ms?: number, tags?: Metric["tags"]): () => void;

  /**
   * Writes an error report.
   *
   * @returns The report's file, relative to the session folder; null where none was written.
   */
  captureError(error: unknown, context?: CaptureContext): string | null;
  /**
   * Wraps a function so that what it throws is reported first. The identical error comes out, with
   * the report in its hidden `__error_context__`.
   */
  captureErrorContext<A extends unknown[], R>(
    fn: (...args: A) => R,
    options?: CaptureOptions,
  ): (...args: A) => R;

  /**
   * Sends errors that nobody catches, and rejections that nobody handles, to this session. Without
   * it they go to the current session. The process still dies of them, as it would have.
   *
   * @returns The way to stop; closing the session stops it too.
   */
  captureUncaught(): () => void;

  /** Ends traces that still run, and closes every file. Recording afterwards opens them again. */
  close(): void;
  /** Closes the session at the end of a `using` block. */
  [Symbol.dispose](): void;
}
