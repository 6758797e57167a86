/**
 * How many records of each kind are inside the time window.
 *
 * @module
 */

import { useMemo } from "preact/hooks";
import { isFailedOutcome } from "../lib/analyse/failure.ts";
import type { Counts } from "../lib/bundle/header.ts";
import { useData, useLogsLoaded, useSection } from "./data/context.ts";
import { isInside, type Times, timeWindow } from "./state/time_window.ts";
import {
  callTimes,
  lockTimes,
  metricTimes,
  momentTimes,
  traceTimes,
} from "./views/parts/record_times.ts";

/** Counts of what has a time; null while no window is set, or its records are being read. */
export function useWindowCounts(): Partial<Counts> | null {
  const window = timeWindow.value;
  const { logs } = useData();
  const loaded = useLogsLoaded();
  const traces = useSection(window && "traces").value;
  const llm = useSection(window && "llm").value;
  const errors = useSection(window && "errors").value;
  const locks = useSection(window && "locks").value;
  const changes = useSection(window && "changes").value;
  const metrics = useSection(window && "metrics").value;
  return useMemo(() => {
    if (!window || !traces || !llm || !errors || !locks || !changes || !metrics) return null;
    const inside = <Row>(rows: readonly Row[], times: (row: Row) => Times) =>
      rows.filter((row) => isInside(window, times(row)));
    const { since, until } = window;
    const [from, to] = [since ?? -Infinity, until ?? Infinity];
    let lines = 0;
    for (let row = 0; row < loaded; row++) {
      const time = logs.columns.time[row]!;
      if (time >= from && time <= to) lines++;
    }
    const calls = inside(llm, callTimes);
    const runs = inside(traces, traceTimes);
    return {
      logs: lines,
      llm_calls: calls.length,
      llm_failed: calls.filter(({ outcome }) => isFailedOutcome(outcome)).length,
      traces: runs.length,
      traces_failed: runs.filter(({ failed }) => failed).length,
      errors: inside(errors, momentTimes).length,
      lock_requests: inside(locks, lockTimes).length,
      changes: inside(changes, momentTimes).length,
      metrics: inside(metrics.rows, metricTimes).length,
    };
  }, [window, logs, loaded, traces, llm, errors, locks, changes, metrics]);
}
