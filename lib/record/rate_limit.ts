/**
 * Rate-limit headers of model providers.
 *
 * @module
 */

import { type LlmRateLimit, parseTime } from "../format/mod.ts";
import { roundMs } from "./round.ts";

/** Reads a header by its name in lower case. */
export type HeaderReader = (name: string) => string | undefined;

/** Reads headers from a `Headers`, a plain object with any case, or a map. */
export function headerReader(headers: unknown): HeaderReader {
  if (typeof headers !== "object" || headers === null) return () => undefined;
  if (typeof (headers as Headers).get === "function") {
    return (name) => {
      const value: unknown = (headers as Headers).get(name);
      return typeof value === "string" ? value : undefined;
    };
  }
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    byName.set(name.toLowerCase(), String(value));
  }
  return (name) => byName.get(name);
}

/**
 * Parses the rate-limit headers of Anthropic, and of OpenAI and all that copy it.
 *
 * @param now Epoch milliseconds, for headers that name a moment.
 * @returns Null where there are none.
 */
export function parseRateLimit(header: HeaderReader, now: number): LlmRateLimit | null {
  const limit: LlmRateLimit = {};
  for (const kind of ["requests", "tokens"] as const) {
    const names = kind === "tokens" ? ["tokens", "input-tokens"] : ["requests"];
    const read = (part: string) => {
      for (const name of names) {
        const found = header(`anthropic-ratelimit-${name}-${part}`);
        if (found !== undefined) return found;
      }
      return header(`x-ratelimit-${part}-${kind}`);
    };
    const most = numberOf(read("limit"));
    const left = numberOf(read("remaining"));
    const reset = resetMs(read("reset"), now);
    if (most !== undefined) limit[`${kind}_limit`] = most;
    if (left !== undefined) limit[`${kind}_remaining`] = left;
    if (reset !== undefined) limit[`${kind}_reset_ms`] = roundMs(reset);
  }
  const retry = retryAfterMs(header, now);
  if (retry !== null) limit.retry_after_ms = retry;
  return Object.keys(limit).length === 0 ? null : limit;
}

/** How long a response asks to wait, in milliseconds; null where it does not. */
export function retryAfterMs(header: HeaderReader, now: number): number | null {
  const ms = numberOf(header("retry-after-ms"));
  if (ms !== undefined) return roundMs(ms);
  const text = header("retry-after");
  const seconds = numberOf(text);
  if (seconds !== undefined) return roundMs(seconds * 1000);
  const moment = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(moment) ? null : Math.max(0, moment - now);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `120ms`, a number of seconds, or a moment. */
function resetMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = numberOf(text);
  if (seconds !== undefined) return seconds * 1000;
  if (/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) {
    let total = 0;
    for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
      total += Number(value) * UNIT_MS[unit!]!;
    }
    return total;
  }
  const moment = parseTime(text);
  return moment === undefined ? undefined : Math.max(0, moment - now);
}
