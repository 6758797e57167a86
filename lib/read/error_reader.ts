/**
 * `logs/errors/*_error.json` to error reports.
 *
 * @module
 */

import type {
  ErrorCause,
  ErrorReport,
  HeldLock,
  LocalsSource,
  OpenSpan,
  ProblemSink,
  StackFrame,
} from "../format/mod.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { withFurtherKeys } from "./json_value.ts";
import { traceIdOfFile } from "./trace_id_of_file.ts";

const localsSources: readonly LocalsSource[] = ["scope", "arguments", "inspector", "unavailable"];

/**
 * Reads an error report, ours or the Python planloop's.
 *
 * @param value The parsed file.
 * @param file Its name relative to the session folder; it names the trace where the file does not.
 */
export function readErrorReport(
  value: unknown,
  file: string,
  problem: ProblemSink,
): ErrorReport | null {
  const fields = fieldsOf(value, file, problem);
  if (!fields) return null;
  if (!fields.has("error_type") && !fields.has("error_message")) {
    const reason = "The file has neither error_type nor error_message: left out";
    fields.report("wrong_shape", reason, true);
    return null;
  }
  const report: ErrorReport = {
    timestamp: fields.time("timestamp", ""),
    trace_id: fields.text("trace_id", "") || traceIdOfFile(file),
    error_type: fields.text("error_type", "Error"),
    error_message: fields.text("error_message", ""),
    function: fields.text("function", ""),
    local_variables: fields.object("local_variables"),
    stack_trace: fields.objects("stack_trace").map(readFrame),
    state_snapshot_path: fields.text("state_snapshot_path", null),
    llm_transcript_link: readLinks(fields),
  };
  if (fields.has("error_properties")) report.error_properties = fields.object("error_properties");
  if (fields.has("locals_source")) {
    report.locals_source = fields.oneOf("locals_source", localsSources, "unavailable");
  }
  if (fields.has("arguments")) report.arguments = fields.list("arguments");
  if (fields.has("environment")) report.environment = fields.object("environment");
  if (fields.has("causes")) report.causes = fields.objects("causes").map(readCause);
  if (fields.has("open_spans")) report.open_spans = fields.objects("open_spans").map(readOpenSpan);
  if (fields.has("held_locks")) report.held_locks = fields.objects("held_locks").map(readHeldLock);
  if (fields.has("operation")) report.operation = fields.text("operation", "");
  if (fields.has("session_id")) report.session_id = fields.text("session_id", "");
  return withFurtherKeys(report, fields.value);
}

function readLinks(fields: Fields): string | string[] | null {
  const link = fields.value["llm_transcript_link"];
  return Array.isArray(link)
    ? fields.texts("llm_transcript_link")
    : fields.text("llm_transcript_link", null);
}

function readFrame(fields: Fields): StackFrame {
  const frame: StackFrame = {
    file: fields.text("file", ""),
    line: fields.integer("line", 0),
    function: fields.text("function", ""),
    code: fields.text("code", ""),
  };
  const column = fields.integer("column", null);
  if (column !== null) frame.column = column;
  if (fields.has("locals")) frame.locals = fields.object("locals");
  if (fields.has("library")) frame.library = fields.flag("library", false);
  return withFurtherKeys(frame, fields.value);
}

function readCause(fields: Fields): ErrorCause {
  const cause: ErrorCause = {
    error_type: fields.text("error_type", "Error"),
    error_message: fields.text("error_message", ""),
    stack_trace: fields.objects("stack_trace").map(readFrame),
    relation: fields.text("relation", "cause"),
  };
  if (fields.has("error_properties")) cause.error_properties = fields.object("error_properties");
  return withFurtherKeys(cause, fields.value);
}

function readOpenSpan(fields: Fields): OpenSpan {
  const span: OpenSpan = {
    span_id: fields.text("span_id", ""),
    name: fields.text("name", ""),
    open_ms: fields.number("open_ms", 0),
    metadata: fields.object("metadata"),
  };
  if (fields.has("variables")) span.variables = fields.object("variables");
  return withFurtherKeys(span, fields.value);
}

function readHeldLock(fields: Fields): HeldLock {
  return withFurtherKeys({
    lock_entry_id: fields.text("lock_entry_id", ""),
    operation: fields.text("operation", ""),
    held_ms: fields.number("held_ms", 0),
  }, fields.value);
}
