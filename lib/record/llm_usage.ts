/**
 * Token counts, from every provider's names into one.
 *
 * @module
 */

import type { LlmUsage } from "../format/mod.ts";

type Fields = Record<string, unknown>;

/** An object's members, or none where the value is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? value as Fields : {};
}

/** A text, or nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Reads token counts under the names of OpenAI (both APIs), Anthropic, Gemini, Ollama and the AI
 * SDK. Counts that a provider does not give stay absent.
 *
 * @param raw The provider's `usage` object.
 * @param excludesCache Whether its input tokens leave out the cached ones, as Anthropic's do: they
 * are then added.
 */
export function normaliseUsage(raw: unknown, excludesCache: boolean): LlmUsage {
  const usage = fieldsOf(raw);
  const inputDetails = fieldsOf(usage["input_tokens_details"] ?? usage["prompt_tokens_details"]);
  const outputDetails = fieldsOf(
    usage["output_tokens_details"] ?? usage["completion_tokens_details"],
  );
  const input = count(usage, "input_tokens", "prompt_tokens", "inputTokens", "promptTokens") ??
    count(usage, "promptTokenCount", "prompt_eval_count");
  const thoughts = count(usage, "thoughtsTokenCount");
  const candidates = count(usage, "candidatesTokenCount");
  const output =
    count(usage, "output_tokens", "completion_tokens", "outputTokens", "completionTokens") ??
      count(usage, "eval_count") ??
      (candidates === undefined ? undefined : candidates + (thoughts ?? 0));
  const cacheRead = count(usage, "cache_read_input_tokens", "cachedInputTokens") ??
    count(usage, "cachedContentTokenCount") ?? count(inputDetails, "cached_tokens");
  const cacheWrite = count(usage, "cache_creation_input_tokens");
  const cacheWriteHour = count(usage, "cache_creation_1h_input_tokens") ??
    count(fieldsOf(usage["cache_creation"]), "ephemeral_1h_input_tokens");
  const reasoning = count(outputDetails, "reasoning_tokens") ?? count(usage, "reasoningTokens") ??
    thoughts;
  const cached = excludesCache ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0;
  return {
    ...(input === undefined ? {} : { input_tokens: input + cached }),
    ...(output === undefined ? {} : { output_tokens: output }),
    ...(cacheRead === undefined ? {} : { cache_read_input_tokens: cacheRead }),
    ...(cacheWrite === undefined ? {} : { cache_creation_input_tokens: cacheWrite }),
    ...(cacheWriteHour === undefined ? {} : { cache_creation_1h_input_tokens: cacheWriteHour }),
    ...(reasoning === undefined ? {} : { reasoning_tokens: reasoning }),
  };
}

/** The first of the members that is a count. */
function count(usage: Fields, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = usage[name];
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return Math.round(value);
  }
  return undefined;
}
