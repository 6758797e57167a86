/**
 * A session in a few words, for lists.
 *
 * @module
 */

import type { EpochMs, Now } from "../format/mod.ts";

/** What a list of sessions shows of each. */
export interface SessionSummary {
  id: string;
  /** The session's folder. */
  path: string;
  name: string;
  title: string;
  purpose: string;
  project_root: string;
  /** From `state.json`, else from `index.json`, else from the id; null where none of them says. */
  created: EpochMs | null;
  updated: EpochMs | null;
  done: boolean;
  /** What the session does next; null where `state.json` could not be read. */
  now: Now | null;
  tasks: number;
  tasks_done: number;
  signals_open: number;
  /** Whether `state.json` could be read. */
  has_state: boolean;
}
