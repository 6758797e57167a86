/**
 * A model call's row in the table.
 *
 * @module
 */

import { callOutcome } from "../analyse/failure.ts";
import { type LlmTranscript, parseTime } from "../format/mod.ts";
import type { DocumentRef, LlmRow } from "./sections.ts";

/** Longest preview of a message, in characters; a longer one ends in `…`. */
export const previewCharsMax = 160;

/** Depth to which a provider's message is searched for text. */
const contentDepthMax = 4;

/** Makes the row of a call whose transcript is stored as `document`. */
export function llmRow(call: LlmTranscript, file: string, document: DocumentRef): LlmRow {
  const usage = call.response?.usage;
  return {
    trace_id: call.trace_id,
    operation: call.operation,
    provider: call.provider,
    model: call.model,
    time: parseTime(call.timestamp) ?? null,
    duration_ms: call.duration_ms,
    time_to_first_chunk_ms: call.stream?.time_to_first_chunk_ms ?? null,
    streamed: Boolean(call.stream),
    outcome: callOutcome(call),
    stop_reason: call.response?.stop_reason ?? null,
    attempts: Math.max(1, call.attempts?.length ?? 0),
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    cost_usd: call.cost_usd,
    error: call.error ? call.error.message || call.error.type : null,
    prompt_preview: preview(lastUserText(call)),
    response_preview: preview(textOf(call.response?.content)),
    call_index: call.call_index ?? null,
    span_id: call.span_id ?? null,
    file,
    document,
  };
}

/**
 * The last message with the role `user`, else the prompt: under the names of OpenAI's chats and
 * Anthropic (`messages`), OpenAI's responses (`input`), Gemini (`contents`) or Ollama (`prompt`).
 */
function lastUserText(call: LlmTranscript): string {
  const { messages: chat, input, contents, prompt } = call.request;
  const messages = [chat, input, contents].find((list) => Array.isArray(list)) as unknown[] ?? [];
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i] as { role?: unknown; content?: unknown; parts?: unknown } | null;
    if (typeof message !== "object" || message === null || message.role !== "user") continue;
    const text = textOf(message.content ?? message.parts);
    if (text !== "") return text;
  }
  return textOf(typeof input === "string" ? input : prompt);
}

/** The text in a message's content: a string, parts with `text`, or an object with `content`. */
function textOf(content: unknown, depth = 0): string {
  if (typeof content === "string") return content;
  if (typeof content !== "object" || content === null || depth >= contentDepthMax) return "";
  if (Array.isArray(content)) {
    let text = "";
    for (const part of content) {
      text += (text === "" ? "" : " ") + textOf(part, depth + 1);
      if (text.length > previewCharsMax) break;
    }
    return text.trim();
  }
  const { text, content: inner } = content as { text?: unknown; content?: unknown };
  return textOf(text ?? inner, depth + 1);
}

/** The start of a text on one line; never half a character. */
function preview(text: string): string {
  const line = text.slice(0, 4 * previewCharsMax).replace(/\s+/g, " ").trim();
  const chars = [...line];
  if (chars.length <= previewCharsMax && line.length === text.trim().length) return line;
  return chars.length <= previewCharsMax && text.length <= 4 * previewCharsMax
    ? line
    : `${chars.slice(0, previewCharsMax - 1).join("").trimEnd()}…`;
}
