/**
 * A report of several sessions: what its first page needs of each.
 *
 * @module
 */

import type { Finding } from "../analyse/finding.ts";
import { type EpochMs, type Level, levels } from "../format/mod.ts";
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

/** A session of which only the state was read, as a server sends it: what is not known is left out. */
export interface SummaryCard {
  title: string;
  session: SessionHead;
  tasks: number;
  tasks_done: number;
}

/** The head of several sessions as a server sends it. */
export interface SummariesHead extends Omit<SessionsHead, "sessions"> {
  sessions: SummaryCard[];
}

/** What a server sent, as a report has it. */
export function wholeHead(head: SummariesHead): SessionsHead {
  return { ...head, sessions: head.sessions.map(wholeCard) };
}

function wholeCard({ title, session, tasks, tasks_done }: SummaryCard): SessionCard {
  return {
    key: session.id,
    title,
    session,
    time_range: { start: null, end: null },
    counts: {
      tasks,
      tasks_done,
      logs: 0,
      llm_calls: 0,
      llm_failed: 0,
      llm_open: 0,
      traces: 0,
      traces_failed: 0,
      traces_open: 0,
      errors: 0,
      lock_requests: 0,
      changes: 0,
      metrics: 0,
      problems: 0,
    },
    levels: Object.fromEntries(levels.map((level) => [level, 0])) as SessionCard["levels"],
    llm: {
      input_tokens: null,
      output_tokens: null,
      tokens_unknown: 0,
      cost_usd: null,
      cost_unknown: 0,
    },
    finding: null,
    is_summary: true,
  };
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
