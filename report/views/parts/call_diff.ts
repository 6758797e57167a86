/**
 * A model call beside the call before it in the same trace: what it repeats, what is new.
 *
 * @module
 */

import type { LlmRow } from "../../../lib/bundle/sections.ts";
import { type Changes, diffJson } from "../../../lib/format/json_diff.ts";
import { conversationOf, type Message, settingsOf } from "./conversation.ts";
import { asList, asRecord, asText } from "./value.ts";

/** The call that the same trace made right before; undefined for its first one. */
export function previousCall(row: LlmRow, rows: readonly LlmRow[]): LlmRow | undefined {
  const order = (a: LlmRow, b: LlmRow) =>
    (a.call_index ?? 0) - (b.call_index ?? 0) || (a.time ?? 0) - (b.time ?? 0) ||
    (a.file < b.file ? -1 : 1);
  let found: LlmRow | undefined;
  for (const other of rows) {
    if (other.trace_id !== row.trace_id || !row.trace_id || other.file === row.file) continue;
    if (order(other, row) < 0 && (!found || order(found, other) < 0)) found = other;
  }
  return found;
}

/** Messages of one run: all new, or all as in the previous call. */
export interface MessageRun {
  same: boolean;
  /** The first message's place in the conversation, from 0. */
  from: number;
  messages: Message[];
}

/** A conversation against the one before it. */
export interface ConversationDiff {
  runs: MessageRun[];
  /** Messages of the previous call, its answer included, that this one does not repeat. */
  dropped: Message[];
}

/**
 * Puts a conversation's messages into runs. Each message is looked for in the previous call from
 * where the last one was found, so the order counts; the previous answer may be repeated too.
 */
export function diffConversation(
  before: readonly Message[],
  after: readonly Message[],
): ConversationDiff {
  const places = new Map<string, number[]>();
  before.forEach((message, index) => {
    const key = keyOf(message);
    const list = places.get(key);
    if (list) list.push(index);
    else places.set(key, [index]);
  });
  const repeated = new Set<number>();
  const runs: MessageRun[] = [];
  let next = 0;
  after.forEach((message, index) => {
    // A call's own answer is what it was made for, even where it says the same again.
    const place = message.answer
      ? undefined
      : places.get(keyOf(message))?.find((place) => place >= next);
    const same = place !== undefined;
    if (same) {
      next = place + 1;
      repeated.add(place);
    }
    const last = runs.at(-1);
    if (last?.same === same) last.messages.push(message);
    else runs.push({ same, from: index, messages: [message] });
  });
  // Of another conversation, nothing can have been dropped.
  const dropped = repeated.size === 0 ? [] : before.filter((_, index) => !repeated.has(index));
  return { runs, dropped };
}

function keyOf({ role, parts }: Message): string {
  return JSON.stringify([role, parts]);
}

/** What else differs: model, provider, settings, and the tools by their names. */
export function changedParameters(before: unknown, after: unknown): Changes {
  return diffJson(parametersOf(before), parametersOf(after));
}

function parametersOf(transcript: unknown): Record<string, unknown> {
  const { model, provider, request } = asRecord(transcript);
  const tools = asList(asRecord(request)["tools"]).map((value, index) => {
    const tool = asRecord(value);
    const name = asText(tool["name"]) || asText(asRecord(tool["function"])["name"]);
    return [name || `tool ${index + 1}`, value] as const;
  });
  return { ...settingsOf(transcript), model, provider, tools: Object.fromEntries(tools) };
}

/** Both calls' differences. */
export interface CallDiff extends ConversationDiff {
  parameters: Changes;
}

/** Compares two transcripts; without a previous one, everything is new. */
export function diffCalls(before: unknown, after: unknown): CallDiff {
  const first = before === null || before === undefined;
  return {
    ...diffConversation(first ? [] : conversationOf(before), conversationOf(after)),
    parameters: first ? {} : changedParameters(before, after),
  };
}
