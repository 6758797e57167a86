/**
 * Line charts of a metric: a small one for table cells, a large one with axes.
 *
 * @module
 */

import type { VNode } from "preact";
import { Time } from "../../components/mod.ts";
import {
  type DrawnPoint,
  drawnPoints,
  type MetricSeries,
  metricText,
  type Unit,
} from "./metric_series.ts";

/** Places of a small chart's line. */
const sparkColumns = 120;

/** Places of a large chart's line. */
const chartColumns = 600;

/** Width and height that paths are drawn in; the picture is stretched to its element. */
const box = 1000;

function path(points: readonly DrawnPoint[]): string {
  return points.map(({ x, y }, index) =>
    `${index === 0 ? "M" : "L"}${(x * box).toFixed(1)} ${((1 - y) * box).toFixed(1)}`
  ).join("");
}

/** A small line without axes. The figures beside it say what it shows. */
export function Sparkline({ series }: { series: MetricSeries }): VNode | null {
  const points = drawnPoints(series.points, sparkColumns);
  if (points.length < 2) return <span class="muted">–</span>;
  return (
    <svg
      class="sparkline"
      viewBox={`0 -60 ${box} ${box + 120}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path(points)} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

/** A large line with its range of values and times. */
export function Chart({ series, unit }: { series: MetricSeries; unit: Unit }): VNode {
  const { stats, points } = series;
  const drawn = drawnPoints(points, chartColumns);
  const timed = points.filter((point) => point.time !== null);
  if (drawn.length < 2) {
    return <p class="muted">A line needs at least two measurements with a time.</p>;
  }
  const range = (stats.max ?? 0) - (stats.min ?? 0);
  const level = (value: number | null) =>
    value === null || range === 0 ? 0.5 : (value - (stats.min ?? 0)) / range;
  return (
    <figure
      class="chart"
      aria-label={`${series.name} over time, from ${metricText(stats.min, unit)} to ${
        metricText(stats.max, unit)
      }`}
    >
      <div class="chart-values figure" aria-hidden="true">
        <span>{metricText(stats.max, unit)}</span>
        <span>{metricText(stats.min, unit)}</span>
      </div>
      <svg viewBox={`0 0 ${box} ${box}`} preserveAspectRatio="none" aria-hidden="true">
        {[0, 0.5, 1].map((y) => (
          <line
            key={y}
            class="chart-grid"
            x1="0"
            x2={box}
            y1={y * box}
            y2={y * box}
            vector-effect="non-scaling-stroke"
          />
        ))}
        <line
          class="chart-p95"
          x1="0"
          x2={box}
          y1={(1 - level(stats.p95)) * box}
          y2={(1 - level(stats.p95)) * box}
          vector-effect="non-scaling-stroke"
        />
        <path d={path(drawn)} vector-effect="non-scaling-stroke" />
      </svg>
      <figcaption class="chart-times">
        <Time value={timed[0]?.time} />
        <span class="chart-key">
          <span class="chart-key-p95" aria-hidden="true" /> 95th percentile
        </span>
        <Time value={timed.at(-1)?.time} />
      </figcaption>
    </figure>
  );
}
