/**
 * Reports on disk.
 *
 * @module
 */

export { markerFile, pageFile } from "./report_folder.ts";
export { ReportFolderError } from "./report_folder_error.ts";
export { type ReadSession, sessionKeys } from "./read_sessions.ts";
export { type LeftOutSession, ReportScopeError } from "./scoped.ts";
export type { ReportProgress } from "./report_meter.ts";
export { type ReportOptions, writeReport, type WrittenReport } from "./write_report.ts";
