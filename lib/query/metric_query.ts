/**
 * Measurements.
 *
 * @module
 */

import { parseTime, sessionLayout } from "../format/mod.ts";
import type { MetricRow } from "../read/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import type { QueryRecord } from "./query_record.ts";
import { recordFits, type RecordQuery } from "./record_filter.ts";
import { Tail } from "./tail.ts";

/** The measurements that fit, in the order of the file. */
export async function* queryMetrics(
  session: StoredSession,
  query: RecordQuery,
): AsyncGenerator<QueryRecord<"performance">> {
  const fits = recordFits(query);
  const last = query.tail === undefined ? undefined : new Tail<MetricRow>(query.tail);
  for await (const rows of session.metricRows()) {
    query.signal?.throwIfAborted();
    for (const row of rows) {
      const { metric: { metric, timestamp, trace_id = null } } = row;
      const time = parseTime(timestamp) ?? null;
      const facts = { start: time, end: time, trace_id, operation: metric };
      if (!fits(facts, () => row.metric)) continue;
      if (last) last.add(row);
      else yield metricRecord(row, session.id);
    }
  }
  for (const row of last?.items() ?? []) yield metricRecord(row, session.id);
}

function metricRecord({ line, metric }: MetricRow, session: string): QueryRecord<"performance"> {
  return {
    kind: "performance",
    source: { session_id: session, file: sessionLayout.metrics, line },
    time: parseTime(metric.timestamp) ?? null,
    trace_id: metric.trace_id ?? null,
    json: () => metric,
  };
}
