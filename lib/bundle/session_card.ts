/**
 * A report of several sessions: what its first page needs of each.
 *
 * @module
 */

import type { Finding } from "../analyse/finding.ts";
import type { EpochMs, Level } from "../format/mod.ts";
import type { Counts, LlmTotals, ReportHeader, SessionHead } from "./header.ts";

/** A session in the table of all. */
export interface SessionCard {
  /** As in the address: the session's id, with a number behind it where an id comes twice. */
  key: string;
  title: string;
  session: SessionHead;
  time_range: { start: EpochMs | null; end: EpochMs | null };
  counts: Counts;
  levels: Record<Level, number>;
  llm: LlmTotals;
  /** The most important finding; null where nothing stands out. */
  finding: Finding | null;
  /** Only the state was read: of the counts those of tasks are true, and nothing else is known. */
  is_summary?: true;
}

/** The head of a report of several sessions. Each has a header of its own among the chunks. */
export interface SessionsHead {
  bundle_version: number;
  planloop_version: string;
  title: string;
  sessions: SessionCard[];
}

/** A session's row. */
export function sessionCard(key: string, header: ReportHeader): SessionCard {
  const { title, session, time_range, counts, levels, llm, findings } = header;
  return { key, title, session, time_range, counts, levels, llm, finding: findings[0] ?? null };
}

/** How a session stands, in a word, and how good that is. */
export function sessionStanding(
  session: SessionHead,
): { word: string; tone: "ok" | "warning" | "running" | "neutral" } | null {
  if (!session.has_state) return { word: "no state", tone: "warning" };
  if (session.done) return { word: "done", tone: "ok" };
  if (!session.now) return null;
  const { reason, task_id } = session.now;
  const word = reason === "task" && task_id !== null ? `on task ${task_id}` : reason;
  return { word, tone: toneOfReason(reason) };
}

function toneOfReason(reason: string): "ok" | "warning" | "running" | "neutral" {
  if (reason === "completed") return "ok";
  if (reason === "ci_blocker" || reason === "deadlocked" || reason === "escalated") {
    return "warning";
  }
  return reason === "task" ? "running" : "neutral";
}
