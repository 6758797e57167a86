/**
 * The timeline, drawn: a few paths for each lane, however many records there are.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { timeText } from "../../components/mod.ts";
import { href } from "../../state/route.ts";
import type { TimeWindow } from "../../state/time_window.ts";
import { type Axis, place, ticks } from "./axis.ts";
import { barPath, type Density } from "./log_times_data.ts";
import { type Lane, outlines } from "./timeline_data.ts";

/** Height of the axis below the lanes, in CSS pixels. */
export const axisHeight = 18;

/** Room for the lanes' titles, in CSS pixels. */
export const labelWidth = 84;

/** Room on the right, so that the last label is not cut. */
export const endRoom = 12;

/** Width of a bin of log lines, in CSS pixels. */
export const binWidth = 5;

const laneMin = 20;
const trackHeight = 7;
const warningsHeight = 24;
const linesHeight = 36;
/** Between the marks and the log, in CSS pixels. */
const gap = 4;
/** Room for one label of the axis, in CSS pixels. */
const tickRoom = 110;

/** A lane and where it is, or the log. */
export interface LaneRow {
  title: string;
  view: string;
  top: number;
  height: number;
  /** Absent for the log. */
  lane?: Lane;
  /** Of the log: the parameters that show its lines. */
  params?: Record<string, string>;
}

/** Places the lanes below each other, and the log below them. */
export function laneRows(lanes: readonly Lane[]): LaneRow[] {
  let top = 0;
  const rows = lanes.map((lane): LaneRow => {
    const height = Math.max(laneMin, lane.tracks * trackHeight + 6);
    top += height;
    return { title: lane.title, view: lane.view, top: top - height, height, lane };
  });
  const level = "WARNING,ERROR,CRITICAL";
  top += gap;
  return [
    ...rows,
    { title: "Log warnings", view: "logs", top, height: warningsHeight, params: { level } },
    {
      title: "Log lines",
      view: "logs",
      top: top + warningsHeight,
      height: linesHeight,
      params: {},
    },
  ];
}

/** Where a lane's tracks are, below its upper edge. */
function trackPlace(lane: Lane, height: number): (track: number) => readonly [number, number] {
  if (lane.tracks === 1) return () => [5, 10];
  const first = (height - lane.tracks * trackHeight) / 2;
  return (track) => [first + track * trackHeight, trackHeight - 1];
}

/** The track at a height below a lane's upper edge. */
export function trackAt(lane: Lane, y: number): number {
  const height = Math.max(laneMin, lane.tracks * trackHeight + 6);
  return Math.floor((y - (height - lane.tracks * trackHeight) / 2) / trackHeight);
}

/** Everything inside the timeline's `svg`. */
export function Picture({ axis, whole, rows, density, plot, cursor, chosen, window }: {
  axis: Axis;
  whole: Axis;
  rows: readonly LaneRow[];
  density: Density | null;
  plot: number;
  cursor: number | null;
  chosen: { since: number; until: number } | null;
  window: TimeWindow | null;
}): VNode {
  const last = rows.at(-1)!;
  const bottom = last.top + last.height;
  const x = (time: number) => place(axis, time) * plot;
  const from = window && x(window.since ?? -Infinity);
  const to = window && x(window.until ?? Infinity);
  return (
    <g transform={`translate(${labelWidth} 0)`}>
      <Grid axis={axis} isPart={axis.start > whole.start} plot={plot} bottom={bottom} />
      {rows.map((row) =>
        row.lane && <Marks key={row.view} row={row} lane={row.lane} axis={axis} plot={plot} />
      )}
      {density && <LogBars density={density} rows={rows.slice(-2)} />}
      {from !== null && to !== null && (
        <path
          class="timeline-outside"
          d={`M0 0H${from}V${bottom}H0zM${to} 0H${plot}V${bottom}H${to}z`}
        />
      )}
      {from !== null && to !== null && (
        <path class="timeline-edge" d={`M${from} 0V${bottom}M${to} 0V${bottom}`} />
      )}
      {cursor !== null && <path class="timeline-cursor" d={`M${x(cursor)} 0V${bottom}`} />}
      {chosen && (
        <rect
          class="timeline-drag"
          x={x(chosen.since)}
          width={x(chosen.until) - x(chosen.since)}
          height={bottom}
        />
      )}
    </g>
  );
}

/** The lines of the axis; one that begins later than the session (`isPart`) says when. */
function Grid(
  { axis, isPart, plot, bottom }: { axis: Axis; isPart: boolean; plot: number; bottom: number },
): VNode {
  const marked = ticks(axis, Math.max(1, Math.floor(plot / tickRoom)))
    .map((tick) => ({ ...tick, x: Math.round(tick.at * plot) + 0.5 }));
  return (
    <g class="timeline-grid">
      <path d={marked.map(({ x }) => `M${x} 0V${bottom}`).join("")} />
      {marked.map(({ at, x, label }) => (
        <text
          key={at}
          x={x}
          y={bottom + 14}
          text-anchor={at > 0.97 ? "end" : at === 0 ? "start" : "middle"}
        >
          {isPart ? (at === 0 ? timeText(axis.start) : `+${label}`) : label}
        </text>
      ))}
    </g>
  );
}

function Marks(
  { row, lane, axis, plot }: { row: LaneRow; lane: Lane; axis: Axis; plot: number },
): VNode {
  const { top, height } = row;
  const paths = useMemo(
    () => outlines(lane, axis, plot, trackPlace(lane, height)),
    [lane, axis, plot, height],
  );
  return (
    <g transform={`translate(0 ${top})`}>
      {paths.map(([tone, d]) => <path key={tone} class={`mark mark-${tone}`} d={d} />)}
    </g>
  );
}

/** Warnings with errors in front of them, then all lines, each as high as its row. */
function LogBars({ density, rows }: { density: Density; rows: readonly LaneRow[] }): VNode {
  const paths = useMemo(() => {
    const { all, warnings, errors, max } = density;
    const both = warnings.map((count, bin) => count + errors[bin]!);
    const most = both.reduce((a, b) => Math.max(a, b), 1);
    const high = warningsHeight - 4;
    return [
      ["density-warning", barPath(both, most, binWidth, high)],
      ["density-error", barPath(errors, most, binWidth, high)],
      ["density-all", barPath(all, max, binWidth, linesHeight - 4)],
    ] as const;
  }, [density]);
  return (
    <>
      {paths.map(([look, d], i) => (
        <path key={look} class={look} d={d} transform={`translate(0 ${rows[i >> 1]!.top + 2})`} />
      ))}
    </>
  );
}

/** The lanes' titles, which lead to their views. */
export function Labels({ rows }: { rows: readonly LaneRow[] }): VNode {
  return (
    <>
      {rows.map(({ title, view, params, top, height }) => (
        <a
          key={title}
          class="timeline-label"
          href={href(view, null, params)}
          style={{ top: `${top + height / 2 - 10}px` }}
        >
          {title}
        </a>
      ))}
    </>
  );
}
