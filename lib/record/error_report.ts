/**
 * Reports of errors, with everything known about their moment.
 *
 * @module
 */

import {
  type ErrorReport,
  formatTime,
  type LocalsSource,
  recordNames,
  sessionLayout,
  type StackFrame,
} from "../format/mod.ts";
import { joinPath } from "../runtime/mod.ts";
import { generateTraceId, runInScope, scopeOf, traceIdOf } from "./context.ts";
import { causesOf } from "./error_causes.ts";
import {
  errorMessage,
  errorMessageLengthMax,
  errorProperties,
  errorType,
  errorTypeLengthMax,
} from "./error_parts.ts";
import { heldLocks, openSpans, scopeVariables } from "./error_scope.ts";
import { fillLocals } from "./inspector_locals.ts";
import { cleanText, defaultOperation, writeLog } from "./log_writer.ts";
import { recordText, writeNumbered } from "./record_file.ts";
import { cleanObject, cleanValue, guarded, type Recorder } from "./recorder.ts";
import { variableLimits } from "./serialise.ts";
import { SourceReader } from "./source_reader.ts";
import { parseStack } from "./stack.ts";
import { cleanState } from "./state_record.ts";
import { namedValues } from "./values.ts";

/** Variables of the environment that a report shows, redacted; of others not even the name. */
export const environmentNames: readonly string[] = [
  "CI",
  "LANG",
  "LC_ALL",
  "NODE_ENV",
  "NODE_OPTIONS",
  "PLANLOOP_AGENT_NAME",
  "TERM",
  "TZ",
];

/** What a caller knows about an error's moment. */
export interface CaptureContext {
  /** Default: the running trace's operation, else `session`. */
  operation?: string;
  /** The function that failed. Default: the one that threw, by the stack. */
  function?: string;
  /** Variables worth seeing. */
  locals?: object | (() => object);
  /** The failing function's arguments. */
  arguments?: readonly unknown[];
  /** Names of those arguments, for showing them among the variables; `...name` takes the rest. */
  argumentNames?: readonly (string | undefined)[];
}

/**
 * For how long a text or number that was thrown is known again where it leaves its trace or ends the
 * process, in milliseconds: unlike an object, it cannot be told from an equal one.
 */
export const passingMsMax = 100;

/** The thrown value without an identity that each recorder reported last, and when. */
const passing = new WeakMap<Recorder, { value: unknown; traceId: string; mono: number }>();

/**
 * Writes an error report, once for each error object. Never throws.
 *
 * @param options.isOutermost Whether nobody further out can catch it in its trace: what was reported
 * a moment ago, further in, is not reported again.
 * @returns The report's file, relative to the session folder; null where none was written.
 */
export function captureError(
  recorder: Recorder,
  error: unknown,
  context: CaptureContext = {},
  options: { isOutermost?: boolean } = {},
): string | null {
  return guarded(recorder, "write an error report", null, () => {
    const isObject = typeof error === "object" && error !== null;
    // The innermost capture knows most; those around it must not repeat it.
    if (isObject && recorder.reported.has(error)) return null;
    if (isObject) recorder.reported.add(error);
    else if (options.isOutermost && isPassing(recorder, error)) return null;
    const report = reportOf(recorder, error, context);
    if (!isObject) {
      const { trace_id: traceId } = report;
      passing.set(recorder, { value: error, traceId, mono: recorder.runtime.clock.monotonic() });
    }
    const file = writeReport(recorder, report);
    if (isObject) attach(error, report);
    writeLog(recorder, {
      level: "ERROR",
      message: `${report.error_type}: ${report.error_message}`,
      operation: report.operation,
      trace_id: report.trace_id,
      context: { error_type: report.error_type, function: report.function, report: file },
      extra: { event: "error_captured" },
    });
    return file;
  });
}

function isPassing(recorder: Recorder, error: unknown): boolean {
  const last = passing.get(recorder);
  if (!last || !Object.is(last.value, error)) return false;
  const traceId = traceIdOf(recorder);
  const isSame = traceId === undefined || traceId === last.traceId;
  return isSame && recorder.runtime.clock.monotonic() - last.mono <= passingMsMax;
}

function writeReport(recorder: Recorder, report: ErrorReport): string {
  const folder = sessionLayout.errors;
  const state = stateCopy(recorder);
  const index = writeNumbered(recorder, folder, "error", report.trace_id, (number) => {
    const names = {
      error: recordNames.error(report.trace_id, number),
      state: recordNames.errorState(report.trace_id, number),
    };
    report.state_snapshot_path = state === null ? null : `${folder}/${names.state}`;
    const files: [string, string][] = [[names.error, recordText(report)]];
    if (state !== null) files.push([names.state, state]);
    return files;
  });
  return `${folder}/${recordNames.error(report.trace_id, index)}`;
}

function reportOf(recorder: Recorder, error: unknown, context: CaptureContext): ErrorReport {
  const { runtime } = recorder;
  const scope = scopeOf(recorder);
  const traceId = traceIdOf(recorder) ?? runInScope({ recorder }, generateTraceId);
  const sources = new SourceReader(runtime);
  const stack = frames(recorder, sources, error);
  const variables = variablesOf(recorder, context, inspected(recorder, error));
  return {
    timestamp: formatTime(runtime.clock.now()),
    trace_id: traceId,
    ...namesOf(recorder, error),
    function: cleanText(recorder, context.function ?? stack.at(-1)?.function ?? "<unknown>"),
    local_variables: variables.values,
    stack_trace: stack,
    state_snapshot_path: null,
    llm_transcript_link: transcriptLink(recorder, traceId),
    locals_source: variables.source,
    ...(context.arguments === undefined ? {} : {
      arguments: cleanValue(recorder, [...context.arguments], variableLimits) as unknown[],
    }),
    environment: environmentOf(recorder),
    causes: causesOf(error, (cause) => ({
      ...namesOf(recorder, cause),
      stack_trace: frames(recorder, sources, cause),
    })),
    open_spans: openSpans(recorder, scope.span, error),
    held_locks: heldLocks(recorder),
    operation: cleanText(recorder, context.operation ?? scope.operation ?? defaultOperation),
    session_id: recorder.sessionId,
  };
}

function namesOf(recorder: Recorder, error: unknown) {
  const properties = errorProperties(error);
  return {
    error_type: cleanText(recorder, errorType(error), errorTypeLengthMax),
    error_message: cleanText(recorder, errorMessage(error), errorMessageLengthMax),
    ...(properties === undefined
      ? {}
      : { error_properties: cleanObject(recorder, properties, variableLimits) }),
  };
}

/** The variables of the innermost frame, where the inspector saw it. */
function inspected(recorder: Recorder, error: unknown): Record<string, unknown> {
  const isObject = typeof error === "object" && error !== null;
  return (isObject ? recorder.thrown.get(error)?.[0]?.locals : undefined) ?? {};
}

/**
 * The variables of the enclosing spans, of the arguments, of the caller, and of the frame itself;
 * inner ones win.
 */
function variablesOf(
  recorder: Recorder,
  context: CaptureContext,
  frame: Record<string, unknown>,
): { values: Record<string, unknown>; source: LocalsSource } {
  const scoped = { ...scopeVariables(recorder), ...localsOf(recorder, context) };
  const named: Record<string, unknown> = {};
  const { arguments: given = [], argumentNames = [] } = context;
  argumentNames.forEach((name, index) => {
    if (name?.startsWith("...")) named[name.slice(3)] = given.slice(index);
    else if (name !== undefined && index < given.length) named[name] = given[index];
  });
  const source = Object.keys(frame).length > 0
    ? "inspector"
    : Object.keys(scoped).length > 0
    ? "scope"
    : Object.keys(named).length > 0
    ? "arguments"
    : "unavailable";
  return {
    values: cleanObject(recorder, { ...named, ...scoped, ...frame }, variableLimits),
    source,
  };
}

function localsOf(recorder: Recorder, context: CaptureContext): object {
  const { locals } = context;
  if (typeof locals !== "function") return namedValues(locals);
  try {
    return namedValues(locals());
  } catch (error) {
    recorder.failures.note(
      "Cannot take the variables of an error: the `locals` function threw",
      error,
    );
    return {};
  }
}

function frames(recorder: Recorder, sources: SourceReader, error: unknown): StackFrame[] {
  const stack = parseStack(error);
  const thrown = typeof error === "object" && error !== null
    ? recorder.thrown.get(error)
    : undefined;
  if (thrown) fillLocals(stack, thrown);
  return recorder.redactor.value(sources.resolve(stack)) as StackFrame[];
}

function environmentOf(recorder: Recorder): Record<string, unknown> {
  const { process } = recorder.runtime;
  const memory = process.memory();
  const variables = process.env();
  const env = Object.fromEntries(
    environmentNames.filter((name) => variables[name]).map((name) => [name, variables[name]]),
  );
  return cleanObject(recorder, {
    runtime: process.runtime.name,
    runtime_version: process.runtime.version,
    platform: process.platform,
    arch: process.arch,
    os_release: process.osRelease,
    hostname: process.hostname,
    pid: process.pid,
    cwd: process.cwd(),
    argv: process.argv(),
    rss_bytes: memory.rssBytes,
    heap_used_bytes: memory.heapUsedBytes,
    env,
  });
}

function stateCopy(recorder: Recorder): string | null {
  try {
    const path = joinPath(recorder.path, sessionLayout.state);
    return cleanState(recorder, recorder.runtime.files.readText(path)).text;
  } catch {
    // Without a readable state the report stands for itself.
    return null;
  }
}

function transcriptLink(recorder: Recorder, traceId: string): string | string[] | null {
  const { files } = recorder.runtime;
  const folder = joinPath(recorder.path, sessionLayout.llmTranscripts);
  if (!files.exists(folder)) return null;
  const pattern = recordNames.llm(traceId).replace(/\.json$/, "");
  const links = files.readDirectory(folder)
    .filter(({ name }) =>
      name.startsWith(pattern) && /^(_\d+)?\.json$/.test(name.slice(pattern.length))
    )
    .map(({ name }) => `${sessionLayout.llmTranscripts}/${name}`);
  return links.length <= 1 ? links[0] ?? null : links;
}

/** Puts the report on the error, out of sight of everything that lists its members. */
function attach(error: object, report: ErrorReport): void {
  try {
    Object.defineProperty(error, "__error_context__", {
      value: report,
      enumerable: false,
      configurable: true,
      writable: true,
    });
  } catch {
    // A frozen error stays as it is; its report is on disk.
  }
}
