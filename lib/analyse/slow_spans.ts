/**
 * Spans that took far longer than their kind usually does.
 *
 * @module
 */

import { humanCount, humanDuration } from "../format/human.ts";
import { type EpochMs, parseTime, type Trace } from "../format/mod.ts";
import { limitFindings } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";
import { robustSpread } from "./percentiles.ts";

/** Fewest spans of one name that show what is usual. */
export const slowSpanSampleMin = 8;

/** How many robust deviations above the median a span must lie. */
export const slowSpanDeviations = 6;

/** How many times the median it must take: a steady operation has next to no deviation. */
export const slowSpanFactor = 3;

/** How much longer than the median it must take, in milliseconds: less is not worth a look. */
export const slowSpanExcessMs = 50;

/** Durations kept for each name; later ones replace older ones in turn. */
const sampleMax = 4096;

/** Names followed; spans of further names are not judged. */
const namesMax = 4096;

/** The slowest spans kept for each name. */
const slowestMax = 3;

interface Slow {
  duration_ms: number;
  time: EpochMs | null;
  trace_id: string;
  span_id: string;
  file: string;
}

interface Sample {
  count: number;
  durations: number[];
  slowest: Slow[];
}

/** Learns what is usual for each span name while remembering the slowest. */
export class SlowSpans {
  readonly #samples = new Map<string, Sample>();

  addTrace(trace: Trace, file: string): void {
    for (const span of trace.spans) {
      if (span.duration_ms === null) continue;
      const sample = this.#sample(span.name);
      if (!sample) continue;
      sample.durations[sample.count++ % sampleMax] = span.duration_ms;
      const { slowest } = sample;
      if (slowest.length === slowestMax && span.duration_ms <= slowest.at(-1)!.duration_ms) {
        continue;
      }
      slowest.push({
        duration_ms: span.duration_ms,
        time: parseTime(span.start_time) ?? null,
        trace_id: trace.trace_id,
        span_id: span.span_id,
        file,
      });
      slowest.sort((a, b) => b.duration_ms - a.duration_ms);
      slowest.length = Math.min(slowest.length, slowestMax);
    }
  }

  findings(): Finding[] {
    const found: { excess_ms: number; finding: Finding }[] = [];
    for (const [name, sample] of this.#samples) {
      if (sample.count < slowSpanSampleMin) continue;
      const spread = robustSpread(sample.durations)!;
      const bar = Math.max(
        spread.median + slowSpanDeviations * spread.deviation,
        spread.median * slowSpanFactor,
        spread.median + slowSpanExcessMs,
      );
      for (const slow of sample.slowest) {
        if (slow.duration_ms <= bar) continue;
        const finding = slowFinding(name, slow, spread.median, sample.count);
        found.push({ excess_ms: slow.duration_ms - spread.median, finding });
      }
    }
    found.sort((a, b) => b.excess_ms - a.excess_ms);
    return limitFindings(found.map(({ finding }) => finding));
  }

  #sample(name: string): Sample | undefined {
    let sample = this.#samples.get(name);
    if (!sample && this.#samples.size < namesMax) {
      sample = { count: 0, durations: [], slowest: [] };
      this.#samples.set(name, sample);
    }
    return sample;
  }
}

function slowFinding(name: string, slow: Slow, median: number, count: number): Finding {
  const times = median > 0 ? `, ${Math.round(slow.duration_ms / median)} times as long` : "";
  return {
    kind: "slow_span",
    severity: "warning",
    title: `Slow: ${name} took ${humanDuration(slow.duration_ms)}, usually ${
      humanDuration(median)
    }`,
    detail: `Far above the median of its ${humanCount(count)} runs${times}.`,
    evidence: { file: slow.file, trace_id: slow.trace_id, span_id: slow.span_id },
    time: slow.time,
  };
}
