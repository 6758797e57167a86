/**
 * The headline figures' small print: the same words in the app, its static first view and the ticket.
 *
 * @module
 */

import { humanCost, humanCount } from "../format/human.ts";
import type { Counts, LlmTotals, ReportHeader } from "./header.ts";

/** Such as `2 failed, 1 never ended`; `none failed`; `none recorded`. */
export function callsNote({ llm_calls, llm_failed, llm_open }: Counts): string {
  if (llm_calls === 0) return "none recorded";
  return withOpen(llm_failed > 0 ? `${humanCount(llm_failed)} failed` : "none failed", llm_open);
}

/** Such as `something failed in 3, 1 never ended`; `nothing failed`; `none recorded`. */
export function tracesNote({ traces, traces_failed, traces_open }: Counts): string {
  if (traces === 0) return "none recorded";
  const failed = traces_failed > 0
    ? `something failed in ${humanCount(traces_failed)}`
    : "nothing failed";
  return withOpen(failed, traces_open);
}

function withOpen(failed: string, open: number): string {
  return open > 0 ? `${failed}, ${humanCount(open)} never ended` : failed;
}

/** Errors that were reported, and lines of the log at ERROR or CRITICAL: most errors are both. */
export function errorsNote({ levels }: Pick<ReportHeader, "levels">): string {
  const lines = levels.ERROR + levels.CRITICAL;
  return `reported, ${lines > 0 ? humanCount(lines) : "none"} in the log`;
}

/** All tokens: `0` without calls, `unknown`, and whether there are more than these. */
export function tokenFigure(
  { input_tokens, output_tokens, tokens_unknown }: LlmTotals,
): { text: string; atLeast: boolean } {
  if (input_tokens === null && output_tokens === null) {
    return { text: tokens_unknown > 0 ? "unknown" : "0", atLeast: false };
  }
  const known = (input_tokens ?? 0) + (output_tokens ?? 0);
  return { text: humanCount(known), atLeast: tokens_unknown > 0 };
}

/** Such as `1,200 in, 340 out`, with how many calls do not tell. */
export function tokenNote({ input_tokens, output_tokens, tokens_unknown }: LlmTotals): string {
  const isUnknown = input_tokens === null && output_tokens === null;
  if (isUnknown) return tokens_unknown > 0 ? "no call tells them" : "no calls";
  const known = `${countOrUnknown(input_tokens)} in, ${countOrUnknown(output_tokens)} out`;
  return tokens_unknown > 0 ? `${known}; unknown of ${callCount(tokens_unknown)}` : known;
}

/** Whether the cost is at least what is known, and more. */
export function costIsPartial({ cost_usd, cost_unknown }: LlmTotals): boolean {
  return cost_usd !== null && cost_unknown > 0;
}

/** Such as `3 without a price`; `no calls`. */
export function costNote({ cost_usd, cost_unknown }: LlmTotals, calls: number): string {
  if (calls === 0) return "no calls";
  if (cost_unknown === 0) return "all prices known";
  return cost_usd === null ? "no price known" : `${humanCount(cost_unknown)} without a price`;
}

/** Tokens and cost in one line: `at least 1,200 tokens in, 340 out (unknown of 2 calls), cost …`. */
export function usageText(llm: LlmTotals): string {
  const { input_tokens, output_tokens, tokens_unknown, cost_usd, cost_unknown } = llm;
  const tokens = input_tokens === null && output_tokens === null
    ? tokens_unknown > 0 ? "tokens unknown" : "0 tokens in, 0 out"
    : `${tokens_unknown > 0 ? "at least " : ""}${countOrUnknown(input_tokens)} tokens in, ` +
      `${countOrUnknown(output_tokens)} out` +
      (tokens_unknown > 0 ? ` (unknown of ${callCount(tokens_unknown)})` : "");
  const cost = cost_usd === null
    ? `cost ${cost_unknown > 0 ? "unknown" : humanCost(0)}`
    : costIsPartial(llm)
    ? `cost at least ${humanCost(cost_usd)} (unknown of ${callCount(cost_unknown)})`
    : `cost ${humanCost(cost_usd)}`;
  return `${tokens}, ${cost}`;
}

function countOrUnknown(count: number | null): string {
  return count === null ? "unknown" : humanCount(count);
}

function callCount(count: number): string {
  return `${humanCount(count)} ${count === 1 ? "call" : "calls"}`;
}
