/**
 * A session as JSON, with the keys that commands and routes document.
 *
 * @module
 */

import type { SessionSummary } from "../store/mod.ts";
import { timeJson } from "./query_record.ts";

/** What a session does: `done`, one of the reasons of `now` in its state, or `unknown`. */
export function statusOf(summary: SessionSummary): string {
  if (summary.done) return "done";
  return summary.now?.reason ?? "unknown";
}

/** The documented keys of one session. */
export interface SessionJson {
  session: string;
  path: string;
  name: string;
  title: string;
  project_root: string;
  created_at: string | null;
  last_updated_at: string | null;
  done: boolean;
  status: string;
  tasks: number;
  tasks_done: number;
  signals_open: number;
  readable: boolean;
}

/** The meaning of each key, for the help. */
export const sessionKeys: readonly (readonly [keyof SessionJson, string])[] = [
  ["session", "the session's id"],
  ["path", "its folder"],
  ["name", "its short name"],
  ["title", "its title"],
  ["project_root", "the folder that it works on"],
  ["created_at", "RFC 3339 in UTC, or null"],
  ["last_updated_at", "RFC 3339 in UTC, or null"],
  ["done", "whether the session has ended"],
  ["status", "done, task, completed, idle, ci_blocker, waiting_on_lock, deadlocked, …; or unknown"],
  ["tasks", "how many tasks"],
  ["tasks_done", "how many of them are DONE"],
  ["signals_open", "how many signals are open"],
  ["readable", "whether state.json could be read"],
];

/** One session for a machine to read. */
export function sessionJson(summary: SessionSummary): SessionJson {
  return {
    session: summary.id,
    path: summary.path,
    name: summary.name,
    title: summary.title,
    project_root: summary.project_root,
    created_at: timeJson(summary.created),
    last_updated_at: timeJson(summary.updated),
    done: summary.done,
    status: statusOf(summary),
    tasks: summary.tasks,
    tasks_done: summary.tasks_done,
    signals_open: summary.signals_open,
    readable: summary.has_state,
  };
}
