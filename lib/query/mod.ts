/**
 * What can be asked of recordings: the same questions, and the same answers, for the command line and
 * the server.
 *
 * @module
 */

export * from "./error_group.ts";
export { type FeedBatch, type FeedEvent, SessionFeed } from "./feed.ts";
export {
  type FeedPosition,
  feedStart,
  formatPosition,
  type LinePosition,
  parsePosition,
} from "./feed_position.ts";
export { endOfFeed, FeedWatch } from "./feed_watch.ts";
export * from "./find_error.ts";
export { AmbiguousIdError, matchId, unknownId, UnknownIdError } from "./find_id.ts";
export * from "./find_trace.ts";
export { heldFileBytesMax, readRecord } from "./file_query.ts";
export * from "./follow.ts";
export { logBytes, rowBytes } from "./log_bytes.ts";
export * from "./log_json.ts";
export { logQueryRecord, queryLogRows } from "./log_query.ts";
export * from "./performance_summary.ts";
export * from "./query_kind.ts";
export * from "./query_record.ts";
export * from "./query_records.ts";
export * from "./query_sessions.ts";
export * from "./record_filter.ts";
export { type SessionJson, sessionJson, sessionKeys, statusOf } from "./session_json.ts";
export {
  changedParts,
  type SessionParts,
  SessionVersions,
  versionText,
} from "./session_version.ts";
export * from "./trace_detail.ts";
