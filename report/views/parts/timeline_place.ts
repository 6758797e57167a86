/**
 * Places on the timeline, and what is said of them.
 *
 * @module
 */

import { humanCount, humanDuration } from "../../../lib/format/human.ts";
import { timeText } from "../../components/mod.ts";
import { isInside, type TimeWindow } from "../../state/time_window.ts";
import type { Axis } from "./axis.ts";
import type { Density } from "./log_times_data.ts";
import { type Lane, type Mark, marksNear } from "./timeline_data.ts";
import { binWidth, type LaneRow, trackAt } from "./timeline_picture.tsx";

/** How near the pointer must be to a mark, and how far a drag must go, in CSS pixels. */
export const reach_px = 5;

/** Where more narrow marks than this lie together, a click zooms in rather than open one. */
const crowdMin = 3;

/** What the timeline is drawn from. */
export interface PlotProps {
  axis: Axis;
  whole: Axis;
  rows: readonly LaneRow[];
  density: Density | null;
  /** Width of the plot, in CSS pixels. */
  plot: number;
  zoomTo(axis: Axis): void;
}

/** A moment under the pointer, or, without a height, under the keys. */
export interface Spot {
  time: number;
  y: number | null;
}

/** A moment and a height, in CSS pixels. */
export type Place = Spot & { y: number };

/** Two moments, in the order in which they were chosen. */
export interface Choice {
  from: number;
  to: number;
}

/** Milliseconds to a pixel. */
export function perPixel({ axis, plot }: PlotProps): number {
  return (axis.end - axis.start) / Math.max(1, plot);
}

/** A choice from the earlier moment to the later. */
export function inOrder({ from, to }: Choice): { since: number; until: number } {
  return { since: Math.min(from, to), until: Math.max(from, to) };
}

/** Marks at a place. */
export interface Hits {
  lane: Lane;
  marks: Mark[];
  isCrowd: boolean;
}

/** The marks at a place; those of the track there first. Null where there are none. */
export function hitsAt(props: PlotProps, { time, y }: Place): Hits | null {
  const reach = reach_px * perPixel(props);
  const row = props.rows.find(({ lane, top, height }) => lane && y >= top && y < top + height);
  const lane = row?.lane;
  if (!lane) return null;
  const near = marksNear(lane.marks, time, reach);
  const track = trackAt(lane, y - row.top);
  const marks = near.filter((mark) => mark.track === track)
    .concat(near.filter((mark) => mark.track !== track));
  const isCrowd = marks.filter((mark) => mark.end - mark.start < 2 * reach).length > crowdMin;
  return marks.length > 0 ? { lane, marks, isCrowd } : null;
}

/** What is at a place. */
export function hitText({ lane, marks, isCrowd }: Hits): string {
  if (isCrowd) return `${humanCount(marks.length)} of ${lane.title}; click to zoom in`;
  return marks[0]!.label + (marks.length > 1 ? `, and ${humanCount(marks.length - 1)} more` : "");
}

/** What a screen reader says of the place under the keys. */
export function spoken(
  time: number | null,
  choice: Choice | null,
  props: PlotProps,
): string {
  if (choice) {
    const { since, until } = inOrder(choice);
    return `${timeText(since)} to ${timeText(until)}, ${humanDuration(until - since)}`;
  }
  return time === null
    ? `${timeText(props.axis.start)} to ${timeText(props.axis.end)}`
    : `${timeText(time)}: ${said(time, props)}`;
}

/** What there is in the step after a moment. */
export function said(time: number, props: PlotProps): string {
  const { axis, rows, density } = props;
  const step = binWidth * perPixel(props);
  const window: TimeWindow = { since: time, until: time + step };
  const parts = rows.flatMap(({ lane }) => {
    const count = lane?.times.filter((times) => isInside(window, times)).length ?? 0;
    return lane && count > 0 ? `${lane.title} ${humanCount(count)}` : [];
  });
  const lines = density?.all[Math.floor((time - axis.start) / step)] ?? 0;
  return [...parts, `${humanCount(lines)} log ${lines === 1 ? "line" : "lines"}`].join(", ");
}
