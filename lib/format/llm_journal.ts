/**
 * `logs/llm_transcripts/<trace id>_llm.journal.jsonl`: a model call that has not ended, and its
 * answer as far as it came. It becomes a transcript when the call ends, or by whoever next opens
 * the session.
 *
 * @module
 */

import type { LlmAttempt, LlmRequest } from "./llm_transcript.ts";

/** First line of a call's journal: a request was sent. */
export interface LlmStartLine {
  /** Marks the line. */
  kind: "llm_start";
  /** When it was sent: the transcript's `timestamp`. */
  timestamp: string;
  /** The trace that makes the call. */
  trace_id: string;
  /** The span that makes the call. */
  span_id: string;
  /** What the call is for, such as `suggest`. */
  operation: string;
  /** Such as `anthropic`. */
  provider: string;
  /** The model, as the provider names it. */
  model: string;
  /** What is asked. */
  request: LlmRequest;
  /** The tries that failed before; absent on the first. */
  attempts?: LlmAttempt[];
  /** The session's id; absent where it is recorded without one. */
  session_id?: string;
  /** The process that makes the call. */
  pid?: number;
  /** When that process started, as its system tells it; guards against reused pids. */
  pid_start?: string;
  /** The host that runs it; other hosts must not judge whether the process lives. */
  host?: string;
}

/** More of the answer came. */
export interface LlmTextLine {
  /** Marks the line. */
  kind: "llm_text";
  /** When. */
  timestamp: string;
  /** Which part of the answer: `content`, another text of it such as `thinking`, or `tool_calls`. */
  part: string;
  /** How much of the part's text so far stays, in UTF-16 units. */
  keep: number;
  /** What comes after that. The texts of `tool_calls` together are JSON. */
  text: string;
  /** How many chunks had come. */
  chunks: number;
  /** From the request to the first chunk, in milliseconds. */
  time_to_first_chunk_ms: number | null;
}

/** One line of a running model call's journal. */
export type LlmJournalLine = LlmStartLine | LlmTextLine;
