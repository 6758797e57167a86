/**
 * Looking for secrets in a session that is on disk already, and taking them out.
 *
 * @module
 */

export { findingsListedMax } from "./finding_list.ts";
export type { Finding } from "./finding_list.ts";
export { scrubSession } from "./scrub_session.ts";
export type { ScrubOptions, ScrubResult } from "./scrub_session.ts";
export { harmlessSkips } from "./session_walk.ts";
export type { SkipKind, SkippedFile } from "./session_walk.ts";
