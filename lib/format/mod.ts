/**
 * The formats: every file that planloop writes or reads, as types, checks and names.
 *
 * @module
 */

export * from "./agent_transcript.schema.ts";
export * from "./agent_transcript.ts";
export * from "./check.ts";
export * from "./error_report.schema.ts";
export * from "./error_report.ts";
export * from "./home_files.schema.ts";
export * from "./home_files.ts";
export * from "./human.ts";
export * from "./ids.ts";
export * from "./json_schema.ts";
export * from "./json_diff.ts";
export * from "./kinds.ts";
export * from "./layout.ts";
export * from "./llm_journal.schema.ts";
export * from "./llm_journal.ts";
export * from "./llm_journal_fold.ts";
export * from "./llm_transcript.schema.ts";
export * from "./llm_transcript.ts";
export * from "./log_line.schema.ts";
export * from "./log_line.ts";
export * from "./metric.schema.ts";
export * from "./metric.ts";
export * from "./path.ts";
export * from "./problem.ts";
export * from "./state.schema.ts";
export * from "./state.ts";
export * from "./state_diff.schema.ts";
export * from "./state_diff.ts";
export * from "./time.ts";
export * from "./trace.schema.ts";
export * from "./trace.ts";
export * from "./trace_journal.schema.ts";
export * from "./trace_journal.ts";
export type { Fields, OptionalSchema, Schema, SchemaNode } from "./schema.ts";
export * as schema from "./schema.ts";
export { expectation, foundLengthMax, preview } from "./words.ts";
