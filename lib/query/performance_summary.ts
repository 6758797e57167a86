/**
 * Where the time went.
 *
 * @module
 */

import { type Distribution, distribution, isFailure } from "../analyse/mod.ts";
import type { LlmTranscript } from "../format/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { querySessions } from "./query_sessions.ts";
import type { RecordQuery } from "./record_filter.ts";

/** What many numbers look like, in the unit that the owner's name says. Null where there is none. */
export interface DistributionJson {
  /** How many. */
  count: number;
  /** All of them together. */
  sum: number;
  /** The smallest. */
  min: number | null;
  /** The arithmetic mean. */
  mean: number | null;
  /** Half of them are smaller. */
  median: number | null;
  /** 95 of 100 are smaller. */
  p95: number | null;
  /** 99 of 100 are smaller. */
  p99: number | null;
  /** The largest. */
  max: number | null;
}

/** Time by operation, by span and by model, and what was measured. Most time in total first. */
export interface PerformanceSummary {
  /** Traces that ended, by operation. */
  operations: { operation: string; duration_ms: DistributionJson }[];
  /** Spans that ended, by name. */
  spans: { name: string; duration_ms: DistributionJson }[];
  /** Model calls that ended, by provider and model. */
  models: {
    provider: string;
    model: string;
    failed: number;
    duration_ms: DistributionJson;
    input_tokens: number;
    output_tokens: number;
    /** In US dollars; null where no call's price is known. */
    cost_usd: number | null;
  }[];
  /** Measurements by metric, whose name says the unit. By name. */
  metrics: { metric: string; value: DistributionJson }[];
}

/** Most names of one kind that are told apart; what has a further one is left out. */
export const performanceNamesMax = 10_000;

/** Numbers by name, on their way to distributions. */
class Numbers {
  readonly #all = new Map<string, number[]>();

  add(name: string, value: number | null): void {
    let values = this.#all.get(name);
    if (!values) {
      if (this.#all.size >= performanceNamesMax) return;
      this.#all.set(name, values = []);
    }
    if (value !== null) values.push(value);
  }

  /** Each name with its distribution, the largest sum first. */
  list(): { name: string; of: DistributionJson }[] {
    return [...this.#all].map(([name, values]) => ({ name, of: json(values) }))
      .sort((a, b) => b.of.sum - a.of.sum || (a.name < b.name ? -1 : 1));
  }
}

/**
 * Where the time of some sessions went, oldest session first. Memory holds every duration and measurement as a number.
 *
 * @param query Its `operation` limits traces to one operation, with their spans, and model calls to
 * those made for it; measurements are not limited by it.
 */
export async function performanceSummary(
  sessions: Iterable<StoredSession>,
  query: RecordQuery = {},
): Promise<PerformanceSummary> {
  const operations = new Numbers();
  const spans = new Numbers();
  const models = new Models();
  const metrics = new Numbers();
  const asked = [...sessions];
  for await (const record of querySessions(asked, "traces", query)) {
    const trace = record.json();
    operations.add(trace.operation, trace.duration_ms);
    for (const span of trace.spans) spans.add(span.name, span.duration_ms);
  }
  for await (const record of querySessions(asked, "llm", query)) models.add(record.json());
  const measured = { ...query, operation: undefined };
  for await (const record of querySessions(asked, "performance", measured)) {
    const { metric, value } = record.json();
    metrics.add(metric, value);
  }
  return {
    operations: operations.list()
      .map(({ name, of }) => ({ operation: name, duration_ms: of })),
    spans: spans.list().map(({ name, of }) => ({ name, duration_ms: of })),
    models: models.list(),
    metrics: metrics.list().map(({ name, of }) => ({ metric: name, value: of }))
      .sort((a, b) => a.metric < b.metric ? -1 : 1),
  };
}

/** Model calls by provider and model. */
class Models {
  readonly #durations = new Numbers();
  readonly #totals = new Map<string, Omit<PerformanceSummary["models"][number], "duration_ms">>();

  add(call: LlmTranscript): void {
    const { provider, model, duration_ms, cost_usd, response } = call;
    const key = JSON.stringify([provider, model]);
    this.#durations.add(key, duration_ms);
    let totals = this.#totals.get(key);
    if (!totals) {
      if (this.#totals.size >= performanceNamesMax) return;
      totals = { provider, model, failed: 0, input_tokens: 0, output_tokens: 0, cost_usd: null };
      this.#totals.set(key, totals);
    }
    if (isFailure.call(call)) totals.failed++;
    totals.input_tokens += response?.usage?.input_tokens ?? 0;
    totals.output_tokens += response?.usage?.output_tokens ?? 0;
    if (cost_usd !== null) totals.cost_usd = roundedSum((totals.cost_usd ?? 0) + cost_usd);
  }

  list(): PerformanceSummary["models"] {
    return this.#durations.list().map(({ name, of }) => {
      const { provider, model, failed, ...totals } = this.#totals.get(name)!;
      return { provider, model, failed, duration_ms: of, ...totals };
    });
  }
}

function json(values: readonly number[]): DistributionJson {
  const { count, sum, min, mean, median, p95, p99, max }: Distribution = distribution(values);
  return {
    count,
    sum: roundedSum(sum),
    min,
    mean: mean === null ? null : roundedSum(mean),
    median: median === null ? null : roundedSum(median),
    p95: p95 === null ? null : roundedSum(p95),
    p99: p99 === null ? null : roundedSum(p99),
    max,
  };
}

/** 0.1 + 0.2 must not show as 0.30000000000000004. */
function roundedSum(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
