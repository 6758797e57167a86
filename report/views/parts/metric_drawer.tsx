/**
 * A metric in the drawer: its line, its figures by tags, its greatest values.
 *
 * @module
 */

import type { VNode } from "preact";
import { distribution } from "../../../lib/analyse/percentiles.ts";
import {
  CopyButton,
  Count,
  Drawer,
  KeyValue,
  LongText,
  Section,
  Text,
  Time,
  usePortion,
} from "../../components/mod.ts";
import { Chart } from "./chart.tsx";
import { type MetricSeries, metricText, metricUnit, type Unit } from "./metric_series.ts";

/** Greatest values listed. */
const greatestMax = 10;

/** Combinations of tags listed, those with the most measurements first. */
const tagRowsMax = 12;

/** The drawer of one metric. */
export function MetricDrawer(
  { series, tags }: { series: MetricSeries; tags: readonly Record<string, unknown>[] },
): VNode {
  const { name, points, stats, last } = series;
  const unit = metricUnit(name);
  const greatest = points.toSorted((a, b) => b.value - a.value).slice(0, greatestMax);
  const withTags = () =>
    points.map(({ time, value, tags: index }) => ({ time, value, tags: tags[index] ?? {} }));
  return (
    <Drawer
      label="Metric"
      title={<Text class="mono" value={name} />}
      subtitle={
        <span>
          <Count value={stats.count} /> measurements
        </span>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(withTags(), null, 2)} />}
    >
      <Chart series={series} unit={unit} />
      <div class="facts-row">
        <KeyValue
          items={[
            ["Min", metricText(stats.min, unit)],
            ["Median", metricText(stats.median, unit)],
            ["Mean", metricText(stats.mean, unit)],
            ["p95", metricText(stats.p95, unit)],
            ["p99", metricText(stats.p99, unit)],
            ["Max", metricText(stats.max, unit)],
            ["Last", metricText(last, unit)],
          ]}
        />
      </div>
      <ByTags series={series} tags={tags} unit={unit} />
      <Section title="Greatest values" count={greatest.length}>
        <table class="mini-table">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" class="align-right">Value</th>
              <th scope="col">Tags</th>
            </tr>
          </thead>
          <tbody>
            {greatest.map((point, index) => (
              <tr key={index}>
                <td>
                  <Time value={point.time} />
                </td>
                <td class="align-right figure">{metricText(point.value, unit)}</td>
                <td class="mono">
                  <LongText value={tagText(tags[point.tags])} max={120} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </Drawer>
  );
}

/** Tags that tell measurements apart and group none. */
const idTags = new Set(["trace_id", "span_id"]);

function tagText(tags: Record<string, unknown> | undefined, without?: ReadonlySet<string>): string {
  return Object.entries(tags ?? {}).filter(([name]) => !without?.has(name)).map(([name, value]) =>
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
  ).join(" ");
}

function ByTags(
  { series, tags, unit }: {
    series: MetricSeries;
    tags: readonly Record<string, unknown>[];
    unit: Unit;
  },
): VNode | null {
  const texts = tags.map((tag) => tagText(tag, idTags));
  const groups = new Map<string, number[]>();
  for (const { tags: index, value } of series.points) {
    const text = texts[index] ?? "";
    const group = groups.get(text);
    if (group) group.push(value);
    else groups.set(text, [value]);
  }
  const { shown, more } = usePortion(groups.size, tagRowsMax, "combinations", 8);
  if (groups.size < 2) return null;
  const rows = [...groups].map(([text, values]) => ({ text, stats: distribution(values) }))
    .sort((a, b) => b.stats.count - a.stats.count);
  return (
    <Section title="By tags" count={rows.length}>
      <table class="mini-table">
        <thead>
          <tr>
            <th scope="col">Tags</th>
            <th scope="col" class="align-right">Count</th>
            <th scope="col" class="align-right">Median</th>
            <th scope="col" class="align-right">p95</th>
            <th scope="col" class="align-right">Max</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map(({ text, stats }) => (
            <tr key={text}>
              <td class="mono">
                <LongText value={text || "(none)"} max={120} />
              </td>
              <td class="align-right">
                <Count value={stats.count} />
              </td>
              <td class="align-right figure">{metricText(stats.median, unit)}</td>
              <td class="align-right figure">{metricText(stats.p95, unit)}</td>
              <td class="align-right figure">{metricText(stats.max, unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </Section>
  );
}
