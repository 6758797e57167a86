/**
 * Bytes to records, whatever their state: what is damaged becomes a problem, the rest is read.
 * Runs in browsers, too.
 *
 * @module
 */

export * from "./agent_reader.ts";
export { unescapeInto } from "./canonical_json.ts";
export * from "./diff_reader.ts";
export * from "./error_reader.ts";
export * from "./home_readers.ts";
export { jsonDepthMax, nestsTooDeep } from "./json_depth.ts";
export * from "./json_document.ts";
export * from "./json_lines.ts";
export { isObject, type JsonObject } from "./json_value.ts";
export * from "./line_splitter.ts";
export * from "./llm_journal.ts";
export * from "./llm_reader.ts";
export * from "./log_reader.ts";
export * from "./log_record.ts";
export * from "./log_row.ts";
export { LogScanKernel } from "./log_scan_kernel.ts";
export * from "./merge.ts";
export * from "./metric_reader.ts";
export * from "./plan_reader.ts";
export * from "./problem_list.ts";
export * from "./salvage_json.ts";
export { type SalvagedRecord, salvageLine } from "./salvage_line.ts";
export * from "./state_checks.ts";
export * from "./state_reader.ts";
export * from "./text_log_reader.ts";
export * from "./trace_id_of_file.ts";
export * from "./trace_journal.ts";
export * from "./trace_reader.ts";
export * from "./zone_offset.ts";
