/**
 * Where the time went, as `dev perf` tells it.
 *
 * @module
 */

import { humanDuration } from "../../lib/format/mod.ts";
import {
  type DistributionJson,
  type PerformanceSummary,
  performanceSummary,
  type RecordSource,
} from "../../lib/query/mod.ts";
import type { Io } from "../io.ts";
import { answer, type Question } from "./answer.ts";
import { moment, printSection, sessionColumn } from "./text_view.ts";

/** A trace in the list. */
export interface ListedTrace {
  trace_id: string;
  operation: string;
  status: string;
  started_at: string;
  duration_ms: number | null;
  spans: number;
  source: RecordSource;
}

/** What `dev perf` prints. */
export interface PerfJson extends PerformanceSummary {
  sessions: string[];
  traces: ListedTrace[];
}

/** The documented keys of {@linkcode PerfJson}. */
export const perfKeys: readonly (readonly [key: string, meaning: string])[] = [
  ["sessions[]", "the sessions that were asked"],
  ["traces[]", "earliest first: trace_id, operation, status, started_at, duration_ms, spans"],
  ["", "(how many), source"],
  ["operations[]", "operation, duration_ms; most time in total first"],
  ["spans[]", "name, duration_ms"],
  ["models[]", "provider, model, duration_ms, failed, input_tokens, output_tokens, cost_usd"],
  ["metrics[]", "metric, value"],
  ["  duration_ms, value", "count, sum, min, mean, median, p95, p99, max of all of them"],
];

/** Asks for everything that `dev perf` prints. */
export async function perfOf({ sessions, query }: Question): Promise<PerfJson> {
  const traces: ListedTrace[] = [];
  for await (const record of answer({ sessions, query }, "traces")) {
    const { trace_id, operation, status, started_at, duration_ms, spans } = record.json();
    const { source } = record;
    const count = spans.length;
    traces.push({ trace_id, operation, status, started_at, duration_ms, spans: count, source });
  }
  const summary = await performanceSummary(sessions, query);
  return { sessions: sessions.map(({ id }) => id), traces, ...summary };
}

/** The tables. */
export function printPerf(perf: PerfJson, { stdout }: Io): void {
  const several = perf.sessions.length > 1;
  printSection(
    stdout,
    "Traces",
    [
      { title: "STARTED (UTC)" },
      ...sessionColumn(several),
      { title: "TRACE" },
      { title: "OPERATION", widthMin: 8 },
      { title: "STATUS" },
      { title: "SPANS", align: "right" },
      { title: "DURATION", align: "right" },
    ],
    perf.traces.map((trace) => [
      moment(trace.started_at),
      ...(several ? [trace.source.session_id] : []),
      trace.trace_id,
      trace.operation || "–",
      trace.status,
      String(trace.spans),
      humanDuration(trace.duration_ms),
    ]),
    { shown: "last" },
  );
  printDistributions(
    "Operations",
    perf.operations.map(({ operation, duration_ms }) => [operation, duration_ms]),
    stdout,
  );
  printDistributions(
    "Spans",
    perf.spans.map(({ name, duration_ms }) => [name, duration_ms]),
    stdout,
  );
  printDistributions(
    "Models",
    perf.models.map(({ model, duration_ms }) => [model, duration_ms]),
    stdout,
  );
}

function printDistributions(
  title: string,
  rows: readonly (readonly [name: string, of: DistributionJson])[],
  output: Io["stdout"],
): void {
  printSection(
    output,
    title,
    [
      { title: "NAME", widthMin: 12 },
      { title: "COUNT", align: "right" },
      { title: "TOTAL", align: "right" },
      { title: "MEDIAN", align: "right" },
      { title: "P95", align: "right" },
      { title: "MAX", align: "right" },
    ],
    rows.map(([name, of]) => [
      name || "–",
      String(of.count),
      humanDuration(of.sum),
      humanDuration(of.median),
      humanDuration(of.p95),
      humanDuration(of.max),
    ]),
    { shown: "first" },
  );
}
