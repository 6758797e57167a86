/**
 * `logs/errors/<trace id>_error.json`: an error with everything known about its moment.
 *
 * @module
 */

/** One frame of a stack, innermost last, as PLAN.md has it. */
export interface StackFrame {
  /** The source file; empty where that is unknown. */
  file: string;
  /** The line in it, from 1; 0 where that is unknown. */
  line: number;
  /** The function's name; empty for the top level and nameless functions. */
  function: string;
  /** The source line; empty where the source could not be read. */
  code: string;
  /** The column in the line, from 1; absent where unknown. */
  column?: number;
  /** True in a package or the platform; absent in the program's own code. */
  library?: boolean;
  /** The frame's variables, where the inspector saw them. */
  locals?: Record<string, unknown>;
}

/**
 * Where `local_variables` can come from: variables set on the enclosing spans or given by a thunk
 * (`scope`), the wrapped function's `arguments`, Node's `inspector`; or `unavailable`.
 */
export const localsSources = ["scope", "arguments", "inspector", "unavailable"] as const;

/** Where `local_variables` come from. */
export type LocalsSource = typeof localsSources[number];

/** An error that caused the reported one, or that it aggregates. */
export interface ErrorCause {
  /** The class name. */
  error_type: string;
  /** The message. */
  error_message: string;
  /** Outermost first. */
  stack_trace: StackFrame[];
  /** How it hangs on its parent: `cause`, or `errors[2]` of an AggregateError. */
  relation: string;
  /** The error object's own members, such as `code`; absent without any. */
  error_properties?: Record<string, unknown>;
}

/** A span that was open when the error was thrown. */
export interface OpenSpan {
  /** The span's id. */
  span_id: string;
  /** What was being done. */
  name: string;
  /** How long it had been open, in milliseconds. */
  open_ms: number;
  /** The span's values; may be empty. */
  metadata: Record<string, unknown>;
  /** The variables set on the span. */
  variables?: Record<string, unknown>;
}

/** A lock that was held when the error was thrown. */
export interface HeldLock {
  /** The request's id, as on its lock events. */
  lock_entry_id: string;
  /** What it was held for. */
  operation: string;
  /** How long it had been held, in milliseconds. */
  held_ms: number;
}

/** An error, caught where it happened. */
export interface ErrorReport {
  /** When it was caught: RFC 3339 UTC with milliseconds. */
  timestamp: string;
  /** The trace that failed. */
  trace_id: string;
  /** The class name. */
  error_type: string;
  /** The message. */
  error_message: string;
  /**
   * The error object's own members beside name, message, stack and causes, such as `code`, `status`;
   * absent without any.
   */
  error_properties?: Record<string, unknown>;
  /** The function that was wrapped, or the one that threw. */
  function: string;
  /** The variables of the failing code, by name; values as JSON, shortened and redacted. */
  local_variables: Record<string, unknown>;
  /** Outermost first, the throwing frame last, as in PLAN.md's Python order. */
  stack_trace: StackFrame[];
  /** The copy of the state at that moment, relative to the session folder; null without a state. */
  state_snapshot_path: string | null;
  /** The trace's transcripts, relative to the session folder; null where it has none. */
  llm_transcript_link: string | string[] | null;
  /** Where `local_variables` come from; absent where it was not captured. */
  locals_source?: LocalsSource;
  /** The wrapped function's arguments. */
  arguments?: unknown[];
  /** The runtime, system and process; never secrets; absent where it was not captured. */
  environment?: Record<string, unknown>;
  /** The whole chain of causes, nearest first. */
  causes?: ErrorCause[];
  /** Innermost last. */
  open_spans?: OpenSpan[];
  /** Locks held at that moment; absent where it was not captured. */
  held_locks?: HeldLock[];
  /** What was being done, such as `update`; absent where it was not captured. */
  operation?: string;
  /** The session's id; absent where recorded without one. */
  session_id?: string;
}
