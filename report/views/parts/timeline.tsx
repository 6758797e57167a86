/**
 * The session at a glance: errors, traces, model calls and locks on one axis, with the density of
 * log lines below. Each lane is a few paths, so that the page stays small whatever the session.
 *
 * @module
 */

import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { humanCount, humanDuration } from "../../../lib/format/human.ts";
import { EmptyState, timeText } from "../../components/mod.ts";
import type { Tone } from "../../components/status.tsx";
import { useData, useLogsLoaded, useSection } from "../../data/context.ts";
import { widthHere } from "../../state/printing.ts";
import { href, navigate } from "../../state/route.ts";
import { type Axis, place, ticks } from "./axis.ts";
import { LogMissing } from "./log_missing.tsx";
import {
  type Density,
  type Lane,
  logDensity,
  nearestMark,
  timelineLanes,
} from "./timeline_data.ts";

const laneHeight = 20;
const barHeight = 10;
const densityHeight = 44;
const axisHeight = 18;
const labelWidth = 76;
/** Room on the right, so that the last label is not cut. */
const endRoom = 12;
/** Width of a bin of log lines, in CSS pixels. */
const binWidth = 5;
/** How near the pointer must be to a mark, in CSS pixels. */
const reach_px = 5;

/** The timeline of the whole session. */
export function Timeline(): VNode {
  const { header, logs } = useData();
  const loaded = useLogsLoaded();
  const errors = useSection("errors").value;
  const llm = useSection("llm").value;
  const locks = useSection("locks").value;
  const traces = useSection("traces").value;
  const lanes = useMemo(
    () => errors && llm && locks && traces ? timelineLanes({ errors, llm, locks, traces }) : [],
    [errors, llm, locks, traces],
  );
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { start, end } = header.time_range;
  const axis = useMemo(
    () => start === null || end === null ? null : { start, end: Math.max(end, start + 1) },
    [
      start,
      end,
    ],
  );
  const plot = Math.max(0, width - labelWidth - endRoom);
  const bins = Math.max(1, Math.floor(plot / binWidth));
  const density = useMemo(
    () =>
      axis && plot > 0 && loaded > 0
        ? logDensity(logs.columns, loaded, axis.start, axis.end, bins)
        : null,
    [logs, loaded, axis, bins],
  );
  return (
    <div class="timeline" ref={frame}>
      <LogMissing />
      {axis
        ? width > 0 && (
          <Drawing axis={axis} lanes={lanes} density={density} plot={plot} bins={bins} />
        )
        : (
          <EmptyState title="No moment is known">
            <p>Nothing in this session carries a time that could be read.</p>
          </EmptyState>
        )}
    </div>
  );
}

interface DrawingProps {
  axis: Axis;
  lanes: readonly Lane[];
  density: Density | null;
  plot: number;
  bins: number;
}

function Drawing({ axis, lanes, density, plot, bins }: DrawingProps): VNode {
  const [pointer, setPointer] = useState<{ x: number; y: number } | null>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const densityTop = lanes.length * laneHeight + 6;
  const height = densityTop + densityHeight + axisHeight;
  const timeAt = (x: number) =>
    axis.start + Math.min(1, Math.max(0, x / Math.max(1, plot))) * (axis.end - axis.start);
  const hit = pointer && hitAt(pointer, lanes, axis, plot, timeAt);
  const local = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return { x: event.clientX - box.left - labelWidth, y: event.clientY - box.top };
  };
  const release = (event: PointerEvent) => {
    const { x } = local(event);
    if (drag !== null && Math.abs(x - drag) > reach_px) {
      showLogs(timeAt(Math.min(x, drag)), timeAt(Math.max(x, drag)));
    } else if (hit) location.hash = hit.href;
    else if (pointer && pointer.y > densityTop) {
      const bin = Math.floor(x / binWidth);
      showLogs(timeAt(bin * binWidth), timeAt((bin + 1) * binWidth));
    }
    setDrag(null);
  };
  return (
    <>
      <div class="timeline-frame">
        {lanes.map((lane, i) => (
          <a
            key={lane.view}
            class="timeline-label"
            href={href(lane.view)}
            style={{ top: `${i * laneHeight}px` }}
          >
            {lane.title}
          </a>
        ))}
        <a class="timeline-label" href={href("logs")} style={{ top: `${densityTop + 12}px` }}>
          Log lines
        </a>
        <svg
          class={hit ? "timeline-svg timeline-hit" : "timeline-svg"}
          width={labelWidth + plot + endRoom}
          height={height}
          role="img"
          aria-label={describe(lanes, density)}
          onPointerMove={(event) => setPointer(local(event))}
          onPointerLeave={() => setPointer(null)}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            setDrag(local(event).x);
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerUp={release}
          onPointerCancel={() => setDrag(null)}
        >
          <g transform={`translate(${labelWidth} 0)`}>
            <Grid axis={axis} plot={plot} height={height} />
            {lanes.map((lane, i) => (
              <LaneMarks key={lane.view} lane={lane} axis={axis} plot={plot} top={i * laneHeight} />
            ))}
            {density && (
              <g transform={`translate(0 ${densityTop})`}>
                <path class="density-all" d={bars(density.all, density.max)} />
                <path class="density-warning" d={bars(sum(density), density.max)} />
                <path class="density-error" d={bars(density.errors, density.max)} />
              </g>
            )}
            {pointer && pointer.x >= 0 && pointer.x <= plot && (
              <line
                class="timeline-cursor"
                x1={pointer.x}
                x2={pointer.x}
                y1={0}
                y2={height - axisHeight}
              />
            )}
            {drag !== null && pointer && (
              <rect
                class="timeline-drag"
                x={Math.min(drag, pointer.x)}
                width={Math.abs(pointer.x - drag)}
                y={0}
                height={height - axisHeight}
              />
            )}
          </g>
        </svg>
      </div>
      <p class="timeline-note">
        {pointer && pointer.x >= 0 && pointer.x <= plot
          ? noteAt(
            timeAt(pointer.x),
            axis,
            hit?.label,
            density,
            Math.min(bins - 1, Math.floor(pointer.x / binWidth)),
          )
          : "Click a mark to open it; drag to see the log lines of that time."}
      </p>
    </>
  );
}

function Grid({ axis, plot, height }: { axis: Axis; plot: number; height: number }): VNode {
  return (
    <g class="timeline-grid">
      {ticks(axis, Math.max(1, Math.floor(plot / 110))).map(({ at, label }) => (
        <g key={at} transform={`translate(${Math.round(at * plot) + 0.5} 0)`}>
          <line y1={0} y2={height - axisHeight} />
          <text y={height - 4} text-anchor={at > 0.97 ? "end" : at === 0 ? "start" : "middle"}>
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

function LaneMarks(
  { lane, axis, plot, top }: { lane: Lane; axis: Axis; plot: number; top: number },
): VNode {
  const paths = useMemo(() => {
    const byTone = new Map<Tone, string>();
    const y = (laneHeight - barHeight) / 2;
    for (const mark of lane.marks) {
      const x = place(axis, mark.start) * plot;
      const width = Math.max(2, place(axis, mark.end) * plot - x);
      const bar = `M${x.toFixed(1)} ${y}h${width.toFixed(1)}v${barHeight}h${(-width).toFixed(1)}z`;
      byTone.set(mark.tone, (byTone.get(mark.tone) ?? "") + bar);
    }
    return [...byTone];
  }, [lane, axis, plot]);
  return (
    <g transform={`translate(0 ${top})`}>
      {paths.map(([tone, d]) => <path key={tone} class={`mark mark-${tone}`} d={d} />)}
    </g>
  );
}

function hitAt(
  pointer: { x: number; y: number },
  lanes: readonly Lane[],
  axis: Axis,
  plot: number,
  timeAt: (x: number) => number,
) {
  const lane = lanes[Math.floor(pointer.y / laneHeight)];
  if (!lane || pointer.x < -reach_px) return null;
  const reach = reach_px * (axis.end - axis.start) / Math.max(1, plot);
  return nearestMark(lane.marks, timeAt(pointer.x), reach);
}

function noteAt(
  time: number,
  axis: Axis,
  label: string | undefined,
  density: Density | null,
  bin: number,
): string {
  const lines = density?.all[bin] ?? 0;
  const what = label ?? `${humanCount(lines)} log ${lines === 1 ? "line" : "lines"} here`;
  return `${timeText(time)}, ${humanDuration(time - axis.start)} after the start: ${what}`;
}

function describe(lanes: readonly Lane[], density: Density | null): string {
  const parts = lanes.map((lane) => `${lane.marks.length} on the lane ${lane.title}`);
  if (density) parts.push(`${density.all.reduce((a, b) => a + b, 0)} log lines`);
  return `Timeline: ${parts.join(", ") || "nothing on it"}`;
}

function bars(counts: Uint32Array, max: number): string {
  let path = "";
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const height = Math.max(1.5, count / max * densityHeight);
    path += `M${bin * binWidth} ${densityHeight}v${(-height).toFixed(1)}h${binWidth - 1}v${
      height.toFixed(1)
    }z`;
  });
  return path;
}

/** Errors stand in front of warnings, which stand in front of the rest. */
function sum({ warnings, errors }: Density): Uint32Array {
  return warnings.map((count, bin) => count + errors[bin]!);
}

function showLogs(from: number, to: number): void {
  navigate("logs", null, { since: String(Math.floor(from)), until: String(Math.ceil(to)) });
}

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const node = element.current!;
    const measure = () => setWidth(node.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return widthHere(width);
}
