/**
 * Where the time went.
 *
 * @module
 */

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
  operations: { operation: string; failed: number; duration_ms: DistributionJson }[];
  /** Spans that ended, by name. */
  spans: { name: string; failed: number; duration_ms: DistributionJson }[];
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
