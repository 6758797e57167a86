/**
 * The payload of a report: what its writer and its app agree on.
 *
 * @module
 */

export * from "./address.ts";
export type { BundleRedactor, BundleSource, SourceRecord, SourceSummary } from "./bundle_source.ts";
export type { Chunk, ChunkKind, ChunkSink, Deflate } from "./chunk.ts";
export * from "./data_source.ts";
export * from "./evidence_address.ts";
export * from "./figure_text.ts";
export * from "./frame.ts";
export * from "./header.ts";
export * from "./log_block.ts";
export { restoreStrings, sharedPlaces } from "./shared_strings.ts";
export { firstRowsMax } from "./log_pass.ts";
export * from "./record_key.ts";
export * from "./scope.ts";
export * from "./scope_text.ts";
export { ScopedSource } from "./scoped_source.ts";
export * from "./sections.ts";
export * from "./session_card.ts";
export * from "./side_list.ts";
export { type Selection, SizeSurvey } from "./size_survey.ts";
export { TraceSurvey } from "./trace_survey.ts";
export * from "./wide_text.ts";
export { type Bundle, type BundleOptions, writeBundle } from "./write_bundle.ts";
