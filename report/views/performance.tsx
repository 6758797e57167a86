/**
 * Performance: measurements over time, and how long each kind of work took.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { MetricSection } from "../../lib/bundle/sections.ts";
import { Await, type Column, countValue, EmptyState, textValue } from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import { useInside } from "../state/time_window.ts";
import { Sparkline } from "./parts/chart.tsx";
import { MetricDrawer } from "./parts/metric_drawer.tsx";
import { type MetricSeries, metricSeries, metricText, metricUnit } from "./parts/metric_series.ts";
import { operationRows, OperationTable } from "./parts/operation_table.tsx";
import { callTimes, lockTimes, metricTimes, traceTimes } from "./parts/record_times.ts";
import { RecordList } from "./parts/record_list.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";

type Figure = "min" | "median" | "p95" | "max";

function figureColumn(id: Figure, title: string, wideOnly = false): Column<MetricSeries> {
  return {
    id,
    title,
    width: 92,
    align: "right",
    wideOnly,
    cell: (series) => (
      <span class="figure" title={String(series.stats[id])}>
        {metricText(series.stats[id], metricUnit(series.name))}
      </span>
    ),
    text: (series) => metricText(series.stats[id], metricUnit(series.name)),
    sort: (series) => series.stats[id],
  };
}

const columns: Column<MetricSeries>[] = [
  {
    id: "metric",
    title: "Metric",
    minWidth: 160,
    mono: true,
    ...textValue((series) => series.name),
  },
  {
    id: "chart",
    title: "Over time",
    minWidth: 140,
    cell: (series) => <Sparkline series={series} />,
  },
  {
    id: "count",
    title: "Count",
    width: 72,
    align: "right",
    wideOnly: true,
    ...countValue((series) => series.stats.count),
  },
  figureColumn("min", "Min", true),
  figureColumn("median", "Median"),
  figureColumn("p95", "p95", true),
  figureColumn("max", "Max"),
  {
    id: "last",
    title: "Last",
    width: 92,
    align: "right",
    wideOnly: true,
    cell: (series) => <span class="figure">{metricText(series.last, metricUnit(series.name))}
    </span>,
    text: (series) => metricText(series.last, metricUnit(series.name)),
    sort: (series) => series.last,
  },
];

/** The view of measurements. */
export function PerformanceView(): VNode {
  const metrics = useSection("metrics");
  const traces = useSection("traces");
  const llm = useSection("llm");
  const locks = useSection("locks");
  return (
    <Await of={metrics}>
      {(section) => (
        <Await of={traces}>
          {(traceRows) => (
            <Await of={llm}>
              {(llmRows) => (
                <Await of={locks}>
                  {(lockRows) => (
                    <Performance section={section} work={{ traceRows, llmRows, lockRows }} />
                  )}
                </Await>
              )}
            </Await>
          )}
        </Await>
      )}
    </Await>
  );
}

type Work = Parameters<typeof operationRows>[0];

function Performance({ section, work }: { section: MetricSection; work: Work }): VNode {
  const rows = useInside(section.rows, metricTimes);
  const series = useMemo(() => metricSeries(section, rows), [section, rows]);
  const traceRows = useInside(work.traceRows, traceTimes);
  const llmRows = useInside(work.llmRows, callTimes);
  const lockRows = useInside(work.lockRows, lockTimes);
  const operations = useMemo(
    () => operationRows({ traceRows, llmRows, lockRows }),
    [traceRows, llmRows, lockRows],
  );
  const measured = series.filter(isMeasured).length;
  const metricTab = { id: "metrics", title: "Metrics", count: measured };
  const operationTab = { id: "operations", title: "Durations", count: operations.length };
  // A session of the Python planloop has no metrics: what it has comes first.
  const tabs = series.length > 0 ? [metricTab, operationTab] : [operationTab, metricTab];
  return (
    <div class="view-stack">
      <Tabs tabs={tabs} label="Kinds of figures" />
      {currentTab(tabs) === "metrics"
        ? <Metrics section={section} series={series} />
        : <OperationTable rows={operations} />}
    </div>
  );
}

/** Whether anything was measured inside the time window. */
const isMeasured = ({ points }: MetricSeries) => points.length > 0;

function Metrics({ section, series }: { section: MetricSection; series: MetricSeries[] }): VNode {
  return (
    <RecordList<MetricSeries>
      label="Metrics"
      noun="metric"
      rows={series}
      columns={columns}
      rowKey={({ name }) => name}
      times={(row) => isMeasured(row) ? [-Infinity, Infinity] : [null, null]}
      drawer={(open) => <MetricDrawer key={open.name} series={open} tags={section.tags} />}
      copyRows={(rows) => rows.map(({ name, stats, last }) => ({ metric: name, ...stats, last }))}
      empty={
        <EmptyState
          title="No measurement was recorded"
          code={`session.metric("queue.depth", queue.length, { queue: "retry" });`}
        >
          <p>
            Each measurement is a name, a number and tags. Its unit is the last part of the name,
            such as <code>_ms</code> or <code>_mb</code>.
          </p>
        </EmptyState>
      }
    />
  );
}
