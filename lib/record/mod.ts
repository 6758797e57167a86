/**
 * Recording: what a session writes to disk.
 *
 * @module
 */

export * from "./append.ts";
export * from "./capture.ts";
export * from "./context.ts";
export * from "./error_causes.ts";
export * from "./error_parts.ts";
export * from "./error_report.ts";
export * from "./error_scope.ts";
export * from "./failures.ts";
export * from "./inspector_locals.ts";
export * from "./llm.ts";
export * from "./llm_attempts.ts";
export { answerBytesMax } from "./llm_body.ts";
export * from "./llm_call.ts";
export * from "./llm_fetch.ts";
export * from "./llm_journal.ts";
export * from "./llm_recovery.ts";
export * from "./llm_types.ts";
export * from "./log_writer.ts";
export * from "./metrics.ts";
export * from "./options.ts";
export * from "./price.ts";
export * from "./record_file.ts";
export * from "./recorder.ts";
export * from "./rotation.ts";
export * from "./round.ts";
export * from "./serialise.ts";
export * from "./settle.ts";
export * from "./source_map.ts";
export * from "./source_reader.ts";
export { RunningSpan, type SpanEnding, spanEventsMax, type SpanHandle } from "./running_span.ts";
export * from "./running_trace.ts";
export * from "./span.ts";
export { nameLengthMax } from "./span_name.ts";
export * from "./stack.ts";
export * from "./state_record.ts";
export * from "./switches.ts";
export * from "./trace.ts";
export { journalBurst, journalDelayMsMax } from "./trace_journal.ts";
export { recordOfSpan } from "./trace_record.ts";
export * from "./trace_recovery.ts";
