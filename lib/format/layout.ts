/**
 * Every name that planloop uses on disk, once. Paths are relative and use `/`.
 *
 * @module
 */

import { isTraceId } from "./ids.ts";

/** Names inside the home folder (`PLANLOOP_HOME`, else `~/.planloop`). */
export const homeLayout = {
  /** Folder of session folders. */
  sessions: "sessions",
  /** The current session's id; empty for none. */
  currentSession: "current_session",
  /** The registry of sessions. */
  index: "index.json",
  /** Exists while a process writes the registry. */
  indexClaim: ".index_claim",
  /** The Python planloop's settings. */
  config: "config.yml",
  /** Folder of the Python planloop's texts for agents. */
  messages: "messages",
  /** Folder of the Python planloop's prompts. */
  prompts: "prompts",
  /** One word, `dev` or `stable`; derived from the next. */
  devMode: ".dev_mode",
  /** The dev mode and its features. */
  devModeDetails: ".dev_mode.json",
} as const;

/** Names inside a session folder (`<home>/sessions/<session id>/`). */
export const sessionLayout = {
  state: "state.json",
  plan: "PLAN.md",
  deadlock: "deadlock.json",
  feedback: "feedback.json",
  /** Exists while the session is locked. */
  lock: ".lock",
  lockInfo: ".lock_info",
  /** Guard: exists while a dead owner's lock is being removed. */
  lockBreak: ".lock_break",
  /** Folder: one file for each request that waits or holds. */
  lockQueue: ".lock_queue",
  /** The Python planloop's history, where enabled; never a record. */
  git: ".git",
  logs: "logs",
  log: "logs/planloop.jsonl",
  /** The Python planloop's text log. */
  textLog: "logs/planloop.log",
  agentTranscript: "logs/agent-transcript.jsonl",
  metrics: "logs/performance.jsonl",
  traces: "logs/traces",
  llmTranscripts: "logs/llm_transcripts",
  diffs: "logs/diffs",
  errors: "logs/errors",
} as const;

/** Most records of one kind in one trace: how far the numbers in file names go. */
export const recordIndexMax = 999_999;

/**
 * File names of the records that a trace leaves, by the trace's id and the record's number.
 *
 * Each function throws a `RangeError` for an id that must not become part of a path (see
 * {@linkcode isTraceId}) and for a number outside 1 to {@linkcode recordIndexMax}.
 *
 * @example The second model call of a trace
 * ```ts
 * import { recordNames } from "planloop/format";
 *
 * recordNames.llm("tr_20251118081417_abc123", 2); // "tr_20251118081417_abc123_llm_002.json"
 * ```
 */
export const recordNames = {
  trace: (trace: string, index = 1): string => recordName(trace, "", index),
  traceJournal: (trace: string, index = 1): string => `${safe(trace)}${nth(index)}.journal.jsonl`,
  llm: (trace: string, index = 1): string => recordName(trace, "_llm", index),
  llmJournal: (trace: string, index = 1): string => `${safe(trace)}_llm${nth(index)}.journal.jsonl`,
  diff: (trace: string, index = 1): string => recordName(trace, "_diff", index),
  diffBefore: (trace: string, index = 1): string => recordName(trace, "_pre", index),
  diffAfter: (trace: string, index = 1): string => recordName(trace, "_post", index),
  error: (trace: string, index = 1): string => recordName(trace, "_error", index),
  errorState: (trace: string, index = 1): string => recordName(trace, "_state", index),
  lockQueueEntry: (entryId: string): string => `${safe(entryId)}.json`,
} as const;

function recordName(trace: string, suffix: string, index: number): string {
  if (!Number.isInteger(index) || index < 1 || index > recordIndexMax) {
    throw new RangeError(
      `Cannot name a record of trace "${trace}": its number is ${index}, ` +
        `expected 1 to ${recordIndexMax}`,
    );
  }
  return `${safe(trace)}${suffix}${nth(index)}.json`;
}

/** The first record of a kind takes the plain name, the next `_002`, `_003`, … */
function nth(index: number): string {
  return index === 1 ? "" : `_${String(index).padStart(3, "0")}`;
}

function safe(id: string): string {
  if (isTraceId(id)) return id;
  throw new RangeError(
    `Cannot make a file name from the id ${JSON.stringify(String(id).slice(0, 80))}: expected 1 ` +
      "to 128 of A-Z, a-z, 0-9, '.', '_' and '-', beginning with a letter or digit",
  );
}
