/**
 * Sessions on disk: finding them, and reading them record by record.
 *
 * @module
 */

export * from "./current_session.ts";
export * from "./home.ts";
export * from "./home_path.ts";
export { type LastRows, newlinesIn } from "./last_rows.ts";
export * from "./session_errors.ts";
export type { ChunkReader, FollowableLog, RotatedLog } from "./session_logs.ts";
export * from "./session_summary.ts";
export * from "./stored_record.ts";
export * from "./stored_session.ts";
