/**
 * A running model call's journal to its transcript.
 *
 * @module
 */

import type { LlmJournalLine, LlmStartLine } from "./llm_journal.ts";
import type { LlmResponse, LlmTranscript } from "./llm_transcript.ts";

/** Most parts of one answer that are put together. */
export const journalPartsMax = 64;

/**
 * Makes a transcript of a call's journal: `status` is `running`, and the answer is what had come.
 *
 * @param lines The readable lines, in order. Lines that were lost leave gaps, no errors.
 * @returns null where the first line is not among them.
 */
export function foldLlmJournal(lines: Iterable<LlmJournalLine>): LlmTranscript | null {
  let start: LlmStartLine | undefined;
  let chunks = 0;
  let first: number | null = null;
  const parts = new Map<string, string>();
  for (const line of lines) {
    if (line.kind === "llm_start") start ??= line;
    else {
      const known = parts.get(line.part);
      if (known === undefined && parts.size >= journalPartsMax) continue;
      parts.set(line.part, (known ?? "").slice(0, line.keep) + line.text);
      chunks = Math.max(chunks, line.chunks);
      first ??= line.time_to_first_chunk_ms;
    }
  }
  if (!start) return null;
  return {
    trace_id: start.trace_id,
    timestamp: start.timestamp,
    operation: start.operation,
    provider: start.provider,
    model: start.model,
    request: start.request,
    response: parts.size === 0 ? null : responseOf(parts),
    duration_ms: null,
    cost_usd: null,
    error: null,
    status: "running",
    span_id: start.span_id,
    ...(start.attempts === undefined ? {} : { attempts: start.attempts }),
    stream: parts.size === 0 ? null : { chunks, time_to_first_chunk_ms: first, aborted: true },
    ...(start.session_id === undefined ? {} : { session_id: start.session_id }),
  };
}

function responseOf(parts: ReadonlyMap<string, string>): LlmResponse {
  const others = [...parts].filter(([name]) => name !== "content" && name !== "tool_calls");
  const tools = parts.get("tool_calls");
  return {
    // Entries, not assignments: a part may have any name.
    ...Object.fromEntries(others),
    content: parts.get("content") ?? "",
    stop_reason: null,
    ...(tools === undefined ? {} : { tool_calls: toolsOf(tools) }),
  };
}

/** The tool calls; the text as it is where it is not whole. */
function toolsOf(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [text];
  }
}
